package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	formatVersion = 1
	// A sample is not sent any more when it would be this late.
	tooLateMs = 100
)

type sample struct {
	seq       int
	lagMs     float64
	latencyMs float64
	verdict   verdict
}

type sampler struct {
	plan    Plan
	path    Path
	target  target
	clock   Clock
	holdUps *HoldUps
	startMs float64
}

// sampleUntil sends a sample at each point of the grid, whatever became of those before, and writes what became of each. The file's
// last line says when the planning ended; without it the process was killed.
func (s *sampler) sampleUntil(end <-chan struct{}, file *os.File) error {
	ended := make(chan sample, 64)
	written := make(chan error, 1)
	var endMs float64
	go func() { written <- s.write(ended, file, &endMs) }()
	var underWay sync.WaitGroup
	for seq := 0; ; seq++ {
		plannedMs := s.startMs + float64(seq*s.plan.IntervalMs)
		s.clock.sleepUntil(plannedMs)
		select {
		case <-end:
			endMs = plannedMs
			underWay.Wait()
			close(ended)
			return <-written
		default:
		}
		underWay.Add(1)
		go func() {
			defer underWay.Done()
			ended <- s.take(seq, plannedMs)
		}()
	}
}

func (s *sampler) take(seq int, plannedMs float64) sample {
	lagMs := s.clock.nowMs() - plannedMs
	if lagMs > tooLateMs {
		return sample{seq, lagMs, lagMs, verdict{unmeasured, "not-sent"}}
	}
	deadlineMs := plannedMs + float64(s.plan.DeadlineMs)
	reason := s.target.ask(s.clock.at(deadlineMs))
	nowMs := s.clock.nowMs()
	return sample{seq, lagMs, nowMs - plannedMs, judge(reason, nowMs-deadlineMs, s.holdUps.within(plannedMs, nowMs))}
}

// write is done when `ended` is closed. What was not flushed for a second is lost when the process is killed.
func (s *sampler) write(ended <-chan sample, file *os.File, endMs *float64) error {
	out := bufio.NewWriter(file)
	head, _ := json.Marshal(map[string]any{
		"format": formatVersion, "id": s.path.ID, "target": s.path.Target,
		"intervalMs": s.plan.IntervalMs, "deadlineMs": s.plan.DeadlineMs, "startMs": s.startMs,
	})
	fmt.Fprintf(out, "begin %s\n", head)
	flush := time.NewTicker(time.Second)
	defer flush.Stop()
	for {
		select {
		case <-flush.C:
			if err := out.Flush(); err != nil {
				return err
			}
		case one, more := <-ended:
			if !more {
				fmt.Fprintf(out, "end %s\n", s.figures(*endMs))
				if err := out.Flush(); err != nil {
					return err
				}
				return file.Close()
			}
			fmt.Fprintf(out, "%d %.3f %.3f %s %s\n", one.seq, one.lagMs, one.latencyMs, one.verdict.outcome, one.verdict.reason)
		}
	}
}

func (s *sampler) figures(endMs float64) []byte {
	count, totalMs := s.holdUps.figures()
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	figures, _ := json.Marshal(map[string]any{
		"endMs": endMs, "holdUps": count, "heldUpMs": totalMs,
		"cpuMs": float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6,
	})
	return figures
}
