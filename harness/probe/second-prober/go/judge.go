package main

const (
	ok         = "ok"
	failed     = "failed"
	unmeasured = "unmeasured"
	// An answer that is read this much after the deadline is one of this process's own lateness.
	graceMs = 50
)

type verdict struct{ outcome, reason string }

// judge says nothing of a sample that got no answer in time while this process was held up: the answer may have lain in the socket
// when Go's timer came first. A refusal, a reset or a wrong answer is the target's, however late it was read.
func judge(reason string, lateMs, heldUpMs float64) verdict {
	isTimeout := reason == connectTimeout || reason == responseTimeout
	switch {
	case reason == withoutResources:
		return verdict{unmeasured, reason}
	case isTimeout && heldUpMs > 0, reason == none && lateMs > graceMs:
		return verdict{unmeasured, "held-up"}
	case reason == none:
		return verdict{ok, none}
	}
	return verdict{failed, reason}
}
