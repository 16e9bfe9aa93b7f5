package main

import (
	"runtime"
	"sync"
)

const (
	tickMs = 5
	// A thread that wakes up this much late was held up.
	noticedMs = 10
	// Of more than this nothing is forgotten that a sample can live through.
	remembered = 512
)

type stretch struct{ fromMs, toMs float64 }

// HoldUps knows when this process did not run: a thread of its own does nothing but wake up every few milliseconds.
type HoldUps struct {
	clock   Clock
	mutex   sync.Mutex
	noticed []stretch
	wakeMs  float64
	count   int
	totalMs float64
}

func watchHoldUps(clock Clock) *HoldUps {
	h := &HoldUps{clock: clock, wakeMs: clock.nowMs() + tickMs}
	go func() {
		runtime.LockOSThread()
		for {
			clock.sleepUntil(h.wakeMs)
			h.note(clock.nowMs())
		}
	}()
	return h
}

func (h *HoldUps) note(nowMs float64) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if late := nowMs - h.wakeMs; late > noticedMs {
		h.noticed = append(h.noticed, stretch{h.wakeMs, nowMs})
		if len(h.noticed) > remembered {
			h.noticed = h.noticed[1:]
		}
		h.count++
		h.totalMs += late
	}
	h.wakeMs = nowMs + tickMs
}

// within is how long this process was held up between two moments, the hold-up that still lasts included.
func (h *HoldUps) within(fromMs, toMs float64) float64 {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	sum := 0.0
	for _, s := range h.noticed {
		sum += max(0, min(s.toMs, toMs)-max(s.fromMs, fromMs))
	}
	if toMs-h.wakeMs > noticedMs {
		sum += toMs - max(h.wakeMs, fromMs)
	}
	return sum
}

func (h *HoldUps) figures() (count int, totalMs float64) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.count, h.totalMs
}
