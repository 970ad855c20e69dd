package main

import (
	"os"
	"syscall"
)

// say writes one line for people into the function's log, in one write. It is never given a file's name or content: both
// may be a customer's.
func say(line string) {
	os.Stderr.WriteString("cinch-tmp-cleaner: " + line + "\n")
}

// errnoName is an error without the path that Go puts into its message.
func errnoName(err error) string {
	switch err := err.(type) {
	case syscall.Errno:
		return err.Error()
	case *os.PathError:
		return errnoName(err.Err)
	case *os.SyscallError:
		return errnoName(err.Err)
	}
	return "unexpected error"
}
