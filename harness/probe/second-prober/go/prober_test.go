package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const body = `{"pod":"echo-a","nonce":"1a2b","count":7}`

func answer(status string, length int, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s", status, length, body)
}

// serve answers each connection with these bytes and closes it.
func serve(t *testing.T, text string, after time.Duration) string {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = connection.Read(make([]byte, 1024))
				time.Sleep(after)
				_, _ = connection.Write([]byte(text))
				_ = connection.Close()
			}()
		}
	}()
	return listener.Addr().String()
}

func TestAsk(t *testing.T) {
	closed := serve(t, "", 0)
	gone, _ := net.Listen("tcp4", "127.0.0.1:0")
	nobody := gone.Addr().String()
	gone.Close()
	for _, c := range []struct{ name, address, want string }{
		{"whole", serve(t, answer("200 OK", len(body), body), 0), none},
		{"cut body", serve(t, answer("200 OK", len(body)+1, body), 0), truncated},
		{"nothing", closed, truncated},
		{"another status", serve(t, answer("503 Unavailable", len(body), body), 0), wrongAnswer},
		{"another body", serve(t, answer("200 OK", 2, "{}"), 0), wrongAnswer},
		{"no length", serve(t, "HTTP/1.1 200 OK\r\n\r\n"+body, 0), wrongAnswer},
		{"late", serve(t, answer("200 OK", len(body), body), time.Second), responseTimeout},
		{"nobody listens", nobody, refused},
	} {
		target, err := parseTarget("http://" + c.address + "/")
		if err != nil {
			t.Fatal(err)
		}
		if got := target.ask(time.Now().Add(300 * time.Millisecond)); got != c.want {
			t.Errorf("%s: %s instead of %s", c.name, got, c.want)
		}
	}
}

func TestTargetIsLiteral(t *testing.T) {
	for _, url := range []string{"http://echo:8080/", "https://10.0.0.1:1/", "10.0.0.1:1", "http://10.0.0.1/"} {
		if _, err := parseTarget(url); err == nil {
			t.Errorf("%s is taken", url)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		reason           string
		lateMs, heldUpMs float64
		want             string
	}{
		{none, -200, 0, ok},
		{none, 60, 0, unmeasured},
		{none, -1, 100, ok},
		{responseTimeout, 1, 0, failed},
		{responseTimeout, 1, 30, unmeasured},
		{refused, 400, 400, failed},
		{withoutResources, -200, 0, unmeasured},
	} {
		if got := judge(c.reason, c.lateMs, c.heldUpMs).outcome; got != c.want {
			t.Errorf("%s, %.0f ms late, held up %.0f ms: %s instead of %s", c.reason, c.lateMs, c.heldUpMs, got, c.want)
		}
	}
}

func TestHoldUps(t *testing.T) {
	h := &HoldUps{wakeMs: 100}
	if h.note(104); h.count != 0 {
		t.Error("4 ms are no hold-up")
	}
	h.note(209)
	if got := h.within(0, 150); got != 41 {
		t.Errorf("%.0f ms until 150, of a hold-up from 109 to 209", got)
	}
	if got := h.within(200, 314); got != 9+100 {
		t.Errorf("%.0f ms: one hold-up is over and one still lasts", got)
	}
}

// The file has each planned sample once, and ends with the end; a server that is gone for a while is seen.
func TestProbe(t *testing.T) {
	address := serve(t, answer("200 OK", len(body), body), 0)
	directory := t.TempDir()
	plan := Plan{IntervalMs: 10, DeadlineMs: 100, MaxDurationMs: 60_000, OutDir: directory,
		Paths: []Path{{"there", "http://" + address + "/"}, {"gone", "http://127.0.0.1:1/"}}}
	end := make(chan struct{})
	time.AfterFunc(300*time.Millisecond, func() { close(end) })
	if err := probe(plan, end); err != nil {
		t.Fatal(err)
	}
	for id, outcome := range map[string]string{"there": " ok -", "gone": " failed refused"} {
		text, err := os.ReadFile(filepath.Join(directory, id+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		if !strings.HasPrefix(lines[0], `begin {"deadlineMs":100`) || !strings.HasPrefix(lines[len(lines)-1], `end {"cpuMs":`) {
			t.Errorf("%s: begins with %s and ends with %s", id, lines[0], lines[len(lines)-1])
		}
		if count := strings.Count(string(text), outcome); count < 15 {
			t.Errorf("%s: %d samples are%s of %d lines", id, count, outcome, len(lines))
		}
	}
}
