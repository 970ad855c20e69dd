package main

import "syscall"

const (
	// deepest is how many folders are open at once; what lies deeper is first moved up.
	deepest = 100
	// bufferSize is for the names of one read of a folder.
	bufferSize = 32 << 10
)

// identity is what a file was like: who wrote to it since, or put another in its place, has changed it. ctime can't be set.
type identity struct {
	size, mtime, ctime int64
}

type inode struct {
	device, number uint64
}

func inodeOf(stat *syscall.Stat_t) inode { return inode{uint64(stat.Dev), stat.Ino} }

func identityOf(stat *syscall.Stat_t) identity {
	return identity{stat.Size, stat.Mtim.Nano(), stat.Ctim.Nano()}
}

func kindOf(stat *syscall.Stat_t) uint32 { return stat.Mode & syscall.S_IFMT }

// folder is /tmp, what was there before the first invocation, and what is never touched.
type folder struct {
	root string
	keep *kept
	// initial is nil until the snapshot is taken.
	initial map[inode]identity
	// closed are folders of init that it could not look into: they stay as they are.
	closed map[inode]bool
}

// openRoot opens the folder itself; /tmp may be a link to where it is.
func (f *folder) openRoot() (int, syscall.Stat_t, error) {
	var stat syscall.Stat_t
	fd, err := syscall.Open(f.root, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1, stat, err
	}
	if err := syscall.Fstat(fd, &stat); err != nil {
		syscall.Close(fd)
		return -1, stat, err
	}
	return fd, stat, nil
}

// takeSnapshot notes what is there now as what init left.
func (f *folder) takeSnapshot() error {
	fd, stat, err := f.openRoot()
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	f.initial, f.closed = map[inode]identity{}, map[inode]bool{}
	return f.note(fd, uint64(stat.Dev), 0)
}

func (f *folder) note(fd int, device uint64, depth int) error {
	if depth > deepest {
		return syscall.ENAMETOOLONG
	}
	buffer := make([]byte, bufferSize)
	for {
		names, err := readNames(fd, buffer)
		if err != nil || len(names) == 0 {
			return err
		}
		for _, name := range names {
			if err := f.noteOne(fd, name, device, depth); err != nil {
				return err
			}
		}
	}
}

func (f *folder) noteOne(fd int, name string, device uint64, depth int) error {
	stat, err := statAt(fd, name)
	if err == syscall.ENOENT {
		return nil
	}
	if err != nil {
		return err
	}
	if uint64(stat.Dev) != device {
		return nil
	}
	f.initial[inodeOf(&stat)] = identityOf(&stat)
	if kindOf(&stat) != syscall.S_IFDIR {
		return nil
	}
	child, err := openBeneath(fd, name, syscall.O_RDONLY|syscall.O_DIRECTORY)
	switch err {
	case nil:
	case syscall.EACCES:
		f.closed[inodeOf(&stat)] = true
		return nil
	case syscall.ENOENT, syscall.ENOTDIR, syscall.ELOOP, syscall.EXDEV:
		// Gone or another mount.
		return nil
	default:
		return err
	}
	defer syscall.Close(child)
	return f.note(child, device, depth+1)
}

// isInitial tells what init left and no invocation has changed: folders, sockets and the like, and files as they were.
func (f *folder) isInitial(stat *syscall.Stat_t) bool {
	was, found := f.initial[inodeOf(stat)]
	if !found {
		return false
	}
	kind := kindOf(stat)
	if kind == syscall.S_IFREG || kind == syscall.S_IFLNK {
		return was == identityOf(stat)
	}
	return true
}
