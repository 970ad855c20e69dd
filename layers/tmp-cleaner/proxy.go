package main

import (
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	// longestHead is far above what a runtime or the Runtime API sends (client context, Cognito identity).
	longestHead = 64 << 10
	// silence is how long the runtime may take to ask before that is worth a line.
	silence = 30 * time.Second
)

// serveProxy is the whole life of the proxy: api, the runtime's process, the folder, what to keep.
func serveProxy(args []string) int {
	if len(args) != 4 {
		return exitCode
	}
	// The runtime decides what a signal to the whole group means; the proxy goes when the runtime has gone.
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	pid, err := strconv.Atoi(args[1])
	if err != nil {
		return exitCode
	}
	file := os.NewFile(3, "socket")
	listener, err := net.FileListener(file)
	file.Close()
	if err != nil {
		return exitCode
	}
	syscall.CloseOnExec(4)
	ready := os.NewFile(4, "ready")
	closeOthers()
	keep, unusable := parseKeep(args[3], args[2])
	if unusable > 0 {
		say(strconv.Itoa(unusable) + " entries of " + keepVariable + " are no paths below " + args[2])
	}
	turns := newTurns(&folder{root: args[2], keep: keep}, say)
	exitAfter(pid)
	go tellSilence(turns)
	ready.Write([]byte{1})
	ready.Close()
	for {
		client, err := listener.Accept()
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go serve(client.(*net.TCPConn), args[0], turns)
	}
}

// tellSilence: a wrapper after this one may have pointed the runtime elsewhere.
func tellSilence(t *turns) {
	select {
	case <-t.met:
	case <-time.After(silence):
		t.say("the runtime has not asked for an invocation in " + silence.String() +
			": if another wrapper set " + runtimeVariable + " again, /tmp is not emptied")
	}
}

// serve joins one connection of the runtime to one of its own to the Runtime API. Answers are copied as they come; requests
// too, but it is seen where each begins.
func serve(client *net.TCPConn, api string, t *turns) {
	defer client.Close()
	upstream, err := net.Dial("tcp", api)
	if err != nil {
		t.say("the Runtime API does not answer: " + runtimeVariable)
		return
	}
	defer upstream.Close()
	p := &pair{client: client, api: upstream.(*net.TCPConn), turns: t}
	var answers sync.WaitGroup
	answers.Add(1)
	go func() {
		defer answers.Done()
		p.copyAnswers()
	}()
	p.copyRequests()
	answers.Wait()
}

type pair struct {
	client, api *net.TCPConn
	turns       *turns
	mutex       sync.Mutex
	// asking: the next answer is an invocation.
	asking bool
}

func (p *pair) copyRequests() {
	defer p.api.CloseWrite()
	buffer := make([]byte, longestHead)
	filled := 0
	for {
		end := headEnd(buffer[:filled])
		if end == 0 && filled < len(buffer) {
			n, err := p.client.Read(buffer[filled:])
			filled += n
			if err != nil {
				p.api.Write(buffer[:filled])
				return
			}
			continue
		}
		if end == 0 {
			p.passBlindly(buffer[:filled])
			return
		}
		request, err := parseRequest(buffer[:end])
		if err != nil {
			p.passBlindly(buffer[:filled])
			return
		}
		if request.method == "GET" && request.path == nextPath {
			p.turns.beforeNext()
			p.setAsking(true)
		}
		id := endedBy(request.method, request.path)
		rest, err := p.forward(buffer, end, filled, &request.body, id)
		if err != nil {
			p.turns.end(id)
			return
		}
		filled = rest
	}
}

// forward sends a head and its body as they come, and leaves what came after them at the start of the buffer. The
// invocation that they end has ended before the Runtime API can know it: its answer may bring the next request at once.
func (p *pair) forward(buffer []byte, end, filled int, b *body, ends string) (int, error) {
	for {
		used, err := b.advance(buffer[end:filled])
		if err != nil {
			p.passBlindly(buffer[:filled])
			return 0, err
		}
		end += used
		if b.isDone() {
			p.turns.end(ends)
		}
		if _, err := p.api.Write(buffer[:end]); err != nil {
			p.client.CloseRead()
			return 0, err
		}
		if b.isDone() {
			return copy(buffer, buffer[end:filled]), nil
		}
		n, err := p.client.Read(buffer)
		if err != nil {
			return 0, err
		}
		end, filled = 0, n
	}
}

// passBlindly is for what is not understood: the function must run, whatever its runtime speaks.
func (p *pair) passBlindly(already []byte) {
	p.turns.say("a request is not framed as expected and passed on unread")
	if _, err := p.api.Write(already); err == nil {
		io.Copy(p.api, p.client)
	}
}

func (p *pair) copyAnswers() {
	defer p.client.CloseWrite()
	buffer := make([]byte, longestHead)
	for {
		n, err := p.api.Read(buffer)
		if n > 0 && p.isAsking() {
			n, err = p.readInvocation(buffer, n)
		}
		if n > 0 {
			if _, failed := p.client.Write(buffer[:n]); failed != nil {
				p.api.CloseRead()
				return
			}
		}
		if err != nil {
			if p.setAsking(false) {
				p.turns.withoutAnswer()
			}
			return
		}
	}
}

// readInvocation waits for the whole head of the answer, which names the invocation, and only then lets it through.
func (p *pair) readInvocation(buffer []byte, n int) (int, error) {
	var err error
	for headEnd(buffer[:n]) == 0 && n < len(buffer) && err == nil {
		var more int
		more, err = p.api.Read(buffer[n:])
		n += more
	}
	p.setAsking(false)
	if id := invocationIn(buffer[:n]); id != "" {
		p.turns.handOut(id)
	} else {
		p.turns.withoutAnswer()
	}
	return n, err
}

func (p *pair) isAsking() bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.asking
}

// setAsking answers what it was.
func (p *pair) setAsking(is bool) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	was := p.asking
	p.asking = is
	return was
}
