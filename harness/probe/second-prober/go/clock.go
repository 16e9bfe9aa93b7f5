package main

import (
	"syscall"
	"time"
	"unsafe"
)

// Clock gives milliseconds since the run began, by CLOCK_MONOTONIC, which all containers of a kernel share.
type Clock struct {
	zero   time.Time
	zeroMs float64
}

const clockMonotonic = 1

// newClock reads CLOCK_MONOTONIC itself once, between two readings of Go's own clock, which runs on from there.
func newClock(originNs int64) Clock {
	before := time.Now()
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic, uintptr(unsafe.Pointer(&now)), 0)
	zero := before.Add(time.Since(before) / 2)
	return Clock{zero: zero, zeroMs: float64(now.Nano()-originNs) / 1e6}
}

func (c Clock) nowMs() float64 {
	return c.zeroMs + float64(time.Since(c.zero))/1e6
}

// at is the moment of Go's clock for one of the run's.
func (c Clock) at(ms float64) time.Time {
	return c.zero.Add(time.Duration((ms - c.zeroMs) * 1e6))
}

func (c Clock) sleepUntil(ms float64) {
	time.Sleep(time.Until(c.at(ms)))
}
