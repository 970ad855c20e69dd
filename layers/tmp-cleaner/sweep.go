package main

import (
	"strconv"
	"syscall"
)

// result is what a sweep did. failure is the first reason why something had to stay.
type result struct {
	removed, failed int
	failure         error
}

func (r *result) fail(err error) {
	r.failed++
	if r.failure == nil {
		r.failure = err
	}
}

// sweep removes what is neither of init nor to be kept. Everything is done relative to open folders, so that no name is
// ever looked up twice on the way; links are removed and never followed; other file systems are not entered.
func (f *folder) sweep() (result, error) {
	var total result
	if f.keep.isWhole() {
		return total, nil
	}
	fd, stat, err := f.openRoot()
	if err != nil {
		return total, err
	}
	defer syscall.Close(fd)
	s := &sweeper{folder: f, root: fd, device: uint64(stat.Dev)}
	total, err = s.empty(fd, f.keep, 0)
	return total, err
}

type sweeper struct {
	*folder
	root   int
	device uint64
	// moved counts what was moved up to the root.
	moved int
}

// mostPasses ends a race with somebody who writes while we remove; it is enough for folders 100,000 deep.
const mostPasses = 1000

// empty reads the folder again as long as something goes: entries appear and are missed while it changes.
func (s *sweeper) empty(fd int, keep *kept, depth int) (result, error) {
	removed := 0
	for n := 1; ; n++ {
		if n > 1 {
			if _, err := syscall.Seek(fd, 0, 0); err != nil {
				return result{removed: removed}, err
			}
		}
		pass, err := s.pass(fd, keep, depth)
		removed += pass.removed
		if err != nil || pass.removed == 0 || n == mostPasses {
			pass.removed = removed
			return pass, err
		}
	}
}

func (s *sweeper) pass(fd int, keep *kept, depth int) (result, error) {
	var done result
	buffer := make([]byte, bufferSize)
	for {
		names, err := readNames(fd, buffer)
		if err != nil || len(names) == 0 {
			return done, err
		}
		for _, name := range names {
			if child := keep.child(name); !child.isWhole() {
				s.remove(fd, name, child, depth, &done)
			}
		}
	}
}

func (s *sweeper) remove(fd int, name string, keep *kept, depth int, done *result) {
	stat, err := statAt(fd, name)
	if err == syscall.ENOENT || err == nil && (uint64(stat.Dev) != s.device || s.closed[inodeOf(&stat)]) {
		return
	}
	if err != nil {
		done.fail(err)
		return
	}
	isInitial := s.isInitial(&stat)
	flags := 0
	if kindOf(&stat) == syscall.S_IFDIR {
		if !s.removeBelow(fd, name, keep, depth, isInitial, done) {
			return
		}
		flags = atRemoveDir
	}
	if isInitial {
		return
	}
	switch err := unlinkAt(fd, name, flags); err {
	case nil:
		done.removed++
	case syscall.ENOENT, syscall.EBUSY:
		// Gone already, or a mount, which is another's.
	case syscall.ENOTEMPTY, syscall.EEXIST:
		// It holds what is kept, what failed and was counted, or what was written this moment: then the next pass meets it.
	default:
		done.fail(err)
	}
}

// removeBelow empties a folder; false when there is nothing more to do with it.
func (s *sweeper) removeBelow(fd int, name string, keep *kept, depth int, isInitial bool, done *result) bool {
	child, restore, err := s.enter(fd, name)
	switch err {
	case nil:
	case syscall.ENOENT, syscall.EXDEV:
		return false
	case syscall.ENOTDIR, syscall.ELOOP:
		// Another thing in its place by now: the next pass takes it for what it is.
		return false
	default:
		if !isInitial {
			done.fail(err)
		}
		return false
	}
	defer syscall.Close(child)
	if depth >= deepest && !isInitial && keep == nil {
		s.moved++
		if err := renameAt(fd, name, s.root, ".cinch-"+strconv.Itoa(s.moved)); err != nil {
			done.fail(err)
		} else {
			// The root's next pass empties it.
			done.removed++
		}
		return false
	}
	below, err := s.empty(child, keep, depth+1)
	if isInitial && restore != nil {
		restore(child)
	}
	done.removed += below.removed
	done.failed += below.failed
	if done.failure == nil {
		done.failure = below.failure
	}
	if err != nil {
		done.fail(err)
	}
	return err == nil
}

// enter opens a folder; one whose owner took rights from himself gets them back, until it is gone or restored.
func (s *sweeper) enter(fd int, name string) (int, func(int), error) {
	const flags = syscall.O_RDONLY | syscall.O_DIRECTORY
	child, err := openBeneath(fd, name, flags)
	var restore func(int)
	if err == syscall.EACCES {
		var mode uint32
		if mode, err = makeAccessible(fd, name); err == nil {
			restore = func(open int) { syscall.Fchmod(open, mode) }
			child, err = openBeneath(fd, name, flags)
		}
	}
	if err != nil {
		return -1, nil, err
	}
	var stat syscall.Stat_t
	if err := syscall.Fstat(child, &stat); err != nil || uint64(stat.Dev) != s.device {
		syscall.Close(child)
		return -1, nil, syscall.EXDEV
	}
	if mode := stat.Mode & 0o7777; mode&0o300 != 0o300 && syscall.Geteuid() == int(stat.Uid) {
		if syscall.Fchmod(child, mode|0o700) == nil && restore == nil {
			restore = func(open int) { syscall.Fchmod(open, mode) }
		}
	}
	return child, restore, nil
}
