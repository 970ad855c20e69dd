package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	maxTries     = 4
	callTimeout  = 1500 * time.Millisecond
	minimumPause = 50 * time.Millisecond
	maximumPause = 400 * time.Millisecond
)

// codeError is an error that is only a code, safe to print.
type codeError string

func (e codeError) Error() string { return string(e) }

// passing marks an error that may be gone at the next try.
type passing struct{ error }

func (p passing) Unwrap() error { return p.error }

// codeOf makes a printable code of any error. Texts of unknown errors are dropped: they may quote a server.
func codeOf(err error) string {
	var code codeError
	if errors.As(err, &code) {
		return string(code)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "Timeout"
	}
	return "NetworkError"
}

// withRetries calls until it succeeds, fails for good, has failed maxTries times, or the context ends.
func withRetries[T any](ctx context.Context, call func(context.Context) (T, error)) (T, error) {
	for try := 1; ; try++ {
		limited, cancel := context.WithTimeout(ctx, callTimeout)
		answer, err := call(limited)
		cancel()
		var mayPass passing
		if err == nil || !errors.As(err, &mayPass) || try == maxTries || !pause(ctx, try) {
			return answer, err
		}
	}
}

// pause waits a random time under a ceiling that doubles, so that a burst of cold starts spreads out; false when there is no time left.
func pause(ctx context.Context, try int) bool {
	ceiling := min(maximumPause, minimumPause<<(try+1))
	timer := time.NewTimer(minimumPause + rand.N(ceiling-minimumPause))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
