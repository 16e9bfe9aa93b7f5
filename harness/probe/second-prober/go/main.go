// Command second-prober samples paths to the workload beside the first prober, and shares nothing with it: neither language nor
// code, process, container, grid or file format. It reads its plan, samples until SIGTERM or its longest time, and ends by itself.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Plan is all that it knows; it asks no API.
type Plan struct {
	// CLOCK_MONOTONIC at the run's zero, in decimal.
	OriginNs      int64  `json:"originNs,string"`
	IntervalMs    int    `json:"intervalMs"`
	DeadlineMs    int    `json:"deadlineMs"`
	MaxDurationMs int    `json:"maxDurationMs"`
	OutDir        string `json:"outDir"`
	Paths         []Path `json:"paths"`
}

// Path is a way to the workload: plain HTTP to a literal address, a new connection for each sample.
type Path struct {
	ID     string `json:"id"`
	Target string `json:"target"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: second-prober PLAN.json")
		os.Exit(64)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "second-prober: error:", err)
		os.Exit(1)
	}
}

func run(planFile string) error {
	text, err := os.ReadFile(planFile)
	if err != nil {
		return err
	}
	var plan Plan
	if err := json.Unmarshal(text, &plan); err != nil {
		return fmt.Errorf("%s: %w", planFile, err)
	}
	if plan.IntervalMs <= 0 || plan.DeadlineMs <= 0 || plan.MaxDurationMs <= 0 {
		return fmt.Errorf("%s: interval, deadline and longest time must be above zero", planFile)
	}
	return probe(plan, endOf(plan))
}

// endOf is closed when the probing shall end.
func endOf(plan Plan) <-chan struct{} {
	end := make(chan struct{})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		select {
		case <-stop:
		case <-time.After(time.Duration(plan.MaxDurationMs) * time.Millisecond):
		}
		close(end)
	}()
	return end
}

func probe(plan Plan, end <-chan struct{}) error {
	clock := newClock(plan.OriginNs)
	holdUps := watchHoldUps(clock)
	var probing sync.WaitGroup
	failures := make(chan error, len(plan.Paths))
	for n, path := range plan.Paths {
		target, err := parseTarget(path.Target)
		if err != nil {
			return err
		}
		file, err := os.Create(filepath.Join(plan.OutDir, path.ID+".txt"))
		if err != nil {
			return err
		}
		// Paths take turns, so that one does not wait for another.
		startMs := clock.nowMs() + float64(n*plan.IntervalMs)/float64(len(plan.Paths))
		sampler := &sampler{plan: plan, path: path, target: target, clock: clock, holdUps: holdUps, startMs: startMs}
		probing.Add(1)
		go func() {
			defer probing.Done()
			if err := sampler.sampleUntil(end, file); err != nil {
				failures <- err
			}
		}()
	}
	probing.Wait()
	close(failures)
	return <-failures
}
