package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

const (
	invocations = "/2018-06-01/runtime/invocation/"
	nextPath    = invocations + "next"
	// slow is what is worth a line: the caller has his answer, but the time is billed.
	slow = time.Second
)

// endedBy answers the invocation that a request ends, or nothing.
func endedBy(method, path string) string {
	rest, found := strings.CutPrefix(path, invocations)
	if !found || method != "POST" {
		return ""
	}
	id, what, _ := strings.Cut(rest, "/")
	if what != "response" && what != "error" {
		return ""
	}
	return id
}

// turns knows whether an invocation runs, and empties the folder between two.
type turns struct {
	mutex   sync.Mutex
	folder  *folder
	running map[string]bool
	// asked counts the requests for an invocation that have no answer yet.
	asked int
	// begun: there has been an invocation.
	begun bool
	// off: for good, and that was said.
	off bool
	say func(string)
	// met is closed at the first request for an invocation.
	met  chan struct{}
	once sync.Once
}

func newTurns(f *folder, say func(string)) *turns {
	return &turns{folder: f, running: map[string]bool{}, say: say, met: make(chan struct{})}
}

// beforeNext runs when the runtime asks for an invocation, before the Runtime API is asked.
func (t *turns) beforeNext() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.once.Do(func() { close(t.met) })
	t.asked++
	if t.off {
		return
	}
	if t.asked > 1 || len(t.running) > 0 {
		t.stop("it runs several invocations at once, so there is no moment between them")
		return
	}
	t.sweep()
}

// handOut runs when an invocation has come, before the runtime gets it. With the first one the init of all extensions has
// ended too; with the others it meets what a process in the background wrote since.
func (t *turns) handOut(id string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.asked--
	if !t.begun {
		t.begin()
	} else if len(t.running) == 0 {
		t.sweep()
	}
	t.running[id] = true
}

func (t *turns) begin() {
	t.begun = true
	if t.off {
		return
	}
	if err := t.folder.takeSnapshot(); err != nil {
		t.stop("what init left can't be read: " + errnoName(err))
	}
}

// withoutAnswer: the Runtime API gave no invocation.
func (t *turns) withoutAnswer() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.asked--
}

// end is given no id for most requests.
func (t *turns) end(id string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.running, id)
}

func (t *turns) sweep() {
	if t.off || !t.begun {
		return
	}
	defer func() {
		if problem := recover(); problem != nil {
			t.stop("a fault of the cleaner")
		}
	}()
	start := time.Now()
	done, err := t.folder.sweep()
	if err != nil {
		t.say("/tmp could not be emptied: " + errnoName(err))
	} else if done.failed > 0 {
		t.say(fmt.Sprintf("%d entries of /tmp could not be removed: %s", done.failed, errnoName(done.failure)))
	}
	if took := time.Since(start); took > slow {
		t.say(fmt.Sprintf("emptying /tmp of %d entries took %.1f s", done.removed, took.Seconds()))
	}
}

// stop is called with the lock held.
func (t *turns) stop(why string) {
	t.off = true
	t.say("/tmp is no longer emptied: " + why)
}
