package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type target struct {
	address string
	request []byte
}

// parseTarget takes plain HTTP to a literal address alone: a name would need DNS, which is part of what is destroyed.
func parseTarget(url string) (target, error) {
	rest, isHTTP := strings.CutPrefix(url, "http://")
	host, path, _ := strings.Cut(rest, "/")
	if _, err := netip.ParseAddrPort(host); !isHTTP || err != nil {
		return target{}, fmt.Errorf("%s is no literal address such as http://10.244.1.3:8080/", url)
	}
	request := fmt.Sprintf("GET /%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: second-prober\r\n\r\n", path, host)
	return target{host, []byte(request)}, nil
}

// Why a sample did not get the right answer in time.
const (
	none             = "-"
	refused          = "refused"
	reset            = "reset"
	unreachable      = "unreachable"
	connectTimeout   = "connect-timeout"
	responseTimeout  = "response-timeout"
	truncated        = "truncated"
	wrongAnswer      = "wrong-answer"
	other            = "other"
	withoutResources = "prober-resources"
)

// ask sends one request on a new connection and takes the answer whole.
func (t target) ask(deadline time.Time) string {
	dialer := net.Dialer{Deadline: deadline}
	connection, err := dialer.Dial("tcp4", t.address)
	if err != nil {
		return reasonOf(err, connectTimeout)
	}
	defer connection.Close()
	// The workload need not keep the connection, nor this host a port.
	if tcp, isTCP := connection.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	if err := connection.SetDeadline(deadline); err != nil {
		return other
	}
	if _, err := connection.Write(t.request); err != nil {
		return reasonOf(err, responseTimeout)
	}
	return readAnswer(connection)
}

const longestAnswer = 64 << 10

// readAnswer wants status 200, and a body that is whole by its length and says which process of which pod answered.
func readAnswer(connection io.Reader) string {
	var seen []byte
	part := make([]byte, 4096)
	for {
		n, err := connection.Read(part)
		seen = append(seen, part[:n]...)
		if verdict, whole := answerOf(seen); whole {
			return verdict
		}
		switch {
		case errors.Is(err, io.EOF):
			return truncated
		case err != nil:
			return reasonOf(err, responseTimeout)
		case len(seen) > longestAnswer:
			return wrongAnswer
		}
	}
}

// answerOf judges what was read so far; false where more is to come.
func answerOf(seen []byte) (string, bool) {
	head, body, complete := bytes.Cut(seen, []byte("\r\n\r\n"))
	if !complete {
		return "", false
	}
	length := -1
	lines := strings.Split(string(head), "\r\n")
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, "content-length") {
			length, _ = strconv.Atoi(strings.TrimSpace(value))
		}
	}
	if !strings.HasPrefix(lines[0], "HTTP/1.1 200 ") || length < 0 || len(body) > length {
		return wrongAnswer, true
	}
	if len(body) < length {
		return "", false
	}
	var answer struct {
		Pod, Nonce string
		Count      int
	}
	if json.Unmarshal(body, &answer) != nil || answer.Pod == "" || answer.Nonce == "" || answer.Count < 1 {
		return wrongAnswer, true
	}
	return none, true
}

func reasonOf(err error, timeout string) string {
	is := func(numbers ...syscall.Errno) bool {
		for _, number := range numbers {
			if errors.Is(err, number) {
				return true
			}
		}
		return false
	}
	switch {
	case is(syscall.ECONNREFUSED):
		return refused
	case is(syscall.ECONNRESET, syscall.EPIPE):
		return reset
	case is(syscall.EHOSTUNREACH, syscall.ENETUNREACH):
		return unreachable
	case is(syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM):
		return withoutResources
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return timeout
	}
	return other
}

func isTimeout(err error) bool {
	var failure net.Error
	return errors.As(err, &failure) && failure.Timeout()
}
