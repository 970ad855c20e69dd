package main

import (
	"strconv"
	"syscall"
	"unsafe"
)

// What package syscall lacks; the numbers without a file of their own are the same on every architecture.
const (
	sysPidfdOpen = 434
	sysOpenat2   = 437

	oPath             = 0x200000
	atSymlinkNoFollow = 0x100
	atRemoveDir       = 0x200

	resolveNoXdev     = 0x01
	resolveNoSymlinks = 0x04
	resolveBeneath    = 0x08
)

func statAt(dir int, name string) (syscall.Stat_t, error) {
	var stat syscall.Stat_t
	pointer, err := syscall.BytePtrFromString(name)
	if err != nil {
		return stat, err
	}
	_, _, errno := syscall.Syscall6(sysStatAt, uintptr(dir), uintptr(unsafe.Pointer(pointer)),
		uintptr(unsafe.Pointer(&stat)), atSymlinkNoFollow, 0, 0)
	return stat, errnoOrNil(errno)
}

func unlinkAt(dir int, name string, flags int) error {
	pointer, err := syscall.BytePtrFromString(name)
	if err != nil {
		return err
	}
	_, _, errno := syscall.Syscall(syscall.SYS_UNLINKAT, uintptr(dir), uintptr(unsafe.Pointer(pointer)), uintptr(flags))
	return errnoOrNil(errno)
}

// openBeneath opens one name in a folder: never through a link, never across a mount.
func openBeneath(dir int, name string, flags int) (int, error) {
	flags |= syscall.O_NOFOLLOW | syscall.O_CLOEXEC
	pointer, err := syscall.BytePtrFromString(name)
	if err != nil {
		return -1, err
	}
	how := [3]uint64{uint64(flags), 0, resolveNoXdev | resolveNoSymlinks | resolveBeneath}
	for {
		fd, _, errno := syscall.Syscall6(sysOpenat2, uintptr(dir), uintptr(unsafe.Pointer(pointer)),
			uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		switch errno {
		case 0:
			return int(fd), nil
		case syscall.EINTR, syscall.EAGAIN:
			continue
		case syscall.ENOSYS, syscall.EPERM:
			// An older kernel or a filter: the name is one component, so O_NOFOLLOW holds; the caller compares the device.
			return syscall.Openat(dir, name, flags, 0)
		}
		return -1, errno
	}
}

// makeAccessible gives the owner every right on a folder in a folder, without following a link, and answers its former mode.
func makeAccessible(dir int, name string) (uint32, error) {
	fd, err := openBeneath(dir, name, oPath|syscall.O_DIRECTORY)
	if err != nil {
		return 0, err
	}
	defer syscall.Close(fd)
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return 0, err
	}
	return stat.Mode & 0o7777, syscall.Chmod("/proc/self/fd/"+strconv.Itoa(fd), stat.Mode&0o7777|0o700)
}

func renameAt(dir int, name string, toDir int, toName string) error {
	from, err := syscall.BytePtrFromString(name)
	if err != nil {
		return err
	}
	to, err := syscall.BytePtrFromString(toName)
	if err != nil {
		return err
	}
	_, _, errno := syscall.Syscall6(syscall.SYS_RENAMEAT, uintptr(dir), uintptr(unsafe.Pointer(from)),
		uintptr(toDir), uintptr(unsafe.Pointer(to)), 0, 0)
	return errnoOrNil(errno)
}

// readNames answers some names of an open folder; none at its end.
func readNames(fd int, buffer []byte) ([]string, error) {
	for {
		n, err := syscall.ReadDirent(fd, buffer)
		if err != nil || n <= 0 {
			return nil, err
		}
		// A batch of "." and ".." alone is not the end.
		if _, _, names := syscall.ParseDirent(buffer[:n], -1, nil); len(names) > 0 {
			return names, nil
		}
	}
}

func errnoOrNil(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
