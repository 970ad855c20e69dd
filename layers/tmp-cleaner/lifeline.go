package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// exitAfter ends this process when the runtime has ended. Lambda ends the whole environment then; others may not.
func exitAfter(pid int) {
	// Before anything else: now that process is there for sure, later its number may be another's.
	fd, _, errno := syscall.Syscall(sysPidfdOpen, uintptr(pid), 0, 0)
	go func() {
		if errno == 0 {
			waitReadable(int32(fd))
		}
		for errno != 0 && syscall.Kill(pid, 0) != syscall.ESRCH {
			time.Sleep(5 * time.Second)
		}
		os.Exit(0)
	}()
}

func waitReadable(fd int32) {
	poll := struct {
		fd              int32
		events, revents int16
	}{fd: fd, events: 1}
	for {
		n, _, errno := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&poll)), 1, 0, 0, 0, 0)
		if errno == 0 && n > 0 || errno != 0 && errno != syscall.EINTR {
			return
		}
	}
}

// closeOthers lets go of what Lambda gave the runtime (its channel for logs, say) and this process inherited with it.
func closeOthers() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd <= 2 {
			continue
		}
		target, err := os.Readlink("/proc/self/fd/" + entry.Name())
		// Our own: the poller, the socket and the pipe, which all are closed on exec.
		if err != nil || strings.HasPrefix(target, "anon_inode:") || isClosedOnExec(fd) {
			continue
		}
		syscall.Close(fd)
	}
}

func isClosedOnExec(fd int) bool {
	flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
	return errno != 0 || flags&syscall.FD_CLOEXEC != 0
}
