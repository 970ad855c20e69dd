package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

const (
	wrapperVariable     = "AWS_LAMBDA_EXEC_WRAPPER"
	nextWrapperVariable = "CINCH_TMP_NEXT_WRAPPER"
	keepVariable        = "CINCH_TMP_KEEP"
	rootVariable        = "CINCH_TMP_ROOT"
	runtimeVariable     = "AWS_LAMBDA_RUNTIME_API"
	// Several invocations at once in one environment share /tmp: there is no moment between them.
	concurrencyVariable = "AWS_LAMBDA_MAX_CONCURRENCY"
	initTypeVariable    = "AWS_LAMBDA_INITIALIZATION_TYPE"

	readyTimeout = 2 * time.Second
	// exitCode is what no runtime can be started with (EX_SOFTWARE).
	exitCode = 70
)

// start becomes the runtime, behind the proxy when that one could be started. It returns only when there is no runtime.
func start(args, environment []string) int {
	if len(args) == 0 {
		say("function not started: NoRuntimeToStart")
		return exitCode
	}
	if address, err := startProxy(environment); err != nil {
		say("/tmp is not emptied: " + err.Error())
	} else {
		environment = setVariable(environment, runtimeVariable, address)
	}
	args, environment = chain(args, environment)
	path, err := exec.LookPath(args[0])
	if err == nil {
		err = syscall.Exec(path, args, environment)
	}
	say(fmt.Sprintf("function not started: %q: %s", args[0], errnoName(err)))
	return exitCode
}

// chain puts the wrapper that was there before in front of the runtime, as if Lambda had started it.
func chain(args, environment []string) ([]string, []string) {
	next := lookup(environment, nextWrapperVariable)
	environment = removeVariable(environment, nextWrapperVariable)
	if next == "" {
		return args, environment
	}
	return append([]string{next}, args...), setVariable(environment, wrapperVariable, next)
}

// startProxy starts this program again as the proxy and answers its address once it serves.
func startProxy(environment []string) (string, error) {
	api := lookup(environment, runtimeVariable)
	if api == "" {
		return "", errors.New("there is no Runtime API")
	}
	if at := lookup(environment, initTypeVariable); at == "snap-start" {
		return "", errors.New("not under SnapStart")
	}
	if most := lookup(environment, concurrencyVariable); most != "" && most != "1" {
		return "", errors.New("the environment takes several invocations at once")
	}
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return "", errors.New("no port to listen on")
	}
	defer listener.Close()
	socket, err := listener.File()
	if err != nil {
		return "", fmt.Errorf("the socket can't be handed on: %s", errnoName(err))
	}
	defer socket.Close()
	ready, readyWriter, err := os.Pipe()
	if err != nil {
		return "", fmt.Errorf("no pipe: %s", errnoName(err))
	}
	defer ready.Close()
	pid, err := forkProxy(api, environment, socket, readyWriter)
	readyWriter.Close()
	if err != nil {
		return "", fmt.Errorf("the proxy can't be started: %s", errnoName(err))
	}
	ready.SetReadDeadline(time.Now().Add(readyTimeout))
	if n, _ := ready.Read(make([]byte, 1)); n != 1 {
		syscall.Kill(pid, syscall.SIGKILL)
		return "", errors.New("the proxy did not come up")
	}
	return listener.Addr().String(), nil
}

// forkProxy makes the proxy a sibling of the runtime, not its child: a function that waits for "any child" never meets it.
// Of the environment it gets what it needs: what a resolver put there before is none of its business.
func forkProxy(api string, environment []string, socket, ready *os.File) (int, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	args := []string{proxyName, api, strconv.Itoa(os.Getpid()), rootOf(environment), lookup(environment, keepVariable)}
	attributes := &syscall.ProcAttr{
		Files: []uintptr{null.Fd(), null.Fd(), 2, socket.Fd(), ready.Fd()},
		Sys:   &syscall.SysProcAttr{Cloneflags: syscall.CLONE_PARENT},
	}
	pid, err := syscall.ForkExec("/proc/self/exe", args, attributes)
	if err == syscall.EINVAL {
		// The first process of a container has no parent to give it to.
		attributes.Sys = nil
		pid, err = syscall.ForkExec("/proc/self/exe", args, attributes)
	}
	return pid, err
}

func rootOf(environment []string) string {
	if root := lookup(environment, rootVariable); root != "" {
		return root
	}
	return "/tmp"
}
