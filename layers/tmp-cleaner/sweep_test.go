package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
)

// below lists everything in a folder, relative to it.
func below(t *testing.T, root string) []string {
	t.Helper()
	found := []string{}
	err := filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != root {
			found = append(found, strings.TrimPrefix(path, root+"/"))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(found)
	return found
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func started(t *testing.T, root, keep string) *folder {
	t.Helper()
	tree, _ := parseKeep(keep, root)
	f := &folder{root: root, keep: tree}
	if err := f.takeSnapshot(); err != nil {
		t.Fatal(err)
	}
	return f
}

func sweep(t *testing.T, f *folder) result {
	t.Helper()
	done, err := f.sweep()
	if err != nil || done.failed > 0 {
		t.Fatalf("%v %+v", err, done)
	}
	return done
}

func expectBelow(t *testing.T, root string, want ...string) {
	t.Helper()
	if got := below(t, root); !reflect.DeepEqual(got, append([]string{}, want...)) {
		t.Errorf("left %q, want %q", got, want)
	}
}

func TestSweepRemovesFilesFoldersLinksAndSpecials(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	write(t, outside+"/precious", "x")
	f := started(t, root, "")
	write(t, root+"/a", "1")
	write(t, root+"/.hidden/b/c", "2")
	os.Symlink(outside, root+"/to-folder")
	os.Symlink(outside+"/precious", root+"/.hidden/to-file")
	os.Symlink("/nowhere", root+"/dangling")
	os.Link(outside+"/precious", root+"/hard")
	syscall.Mkfifo(root+"/fifo", 0o600)
	write(t, root+"/odd\n\xff name", "3")
	if done := sweep(t, f); done.removed != 10 {
		t.Errorf("removed %d", done.removed)
	}
	expectBelow(t, root)
	expectBelow(t, outside, "precious")
	if done := sweep(t, f); done.removed != 0 {
		t.Errorf("again: %d", done.removed)
	}
}

func TestSweepKeepsWhatInitLeft(t *testing.T) {
	root := t.TempDir()
	write(t, root+"/model/weights", "init")
	write(t, root+"/other", "init")
	syscall.Mkfifo(root+"/pipe", 0o600)
	f := started(t, root, "")
	write(t, root+"/model/fresh", "x")
	write(t, root+"/fresh", "x")
	sweep(t, f)
	expectBelow(t, root, "model", "model/weights", "other", "pipe")
}

func TestSweepRemovesWhatAnInvocationPutIntoOrOverAFileOfInit(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"appended", "replaced", "backdated", "read"} {
		write(t, root+"/"+name, "init")
	}
	f := started(t, root, "")
	time.Sleep(20 * time.Millisecond)
	log, _ := os.OpenFile(root+"/appended", os.O_APPEND|os.O_WRONLY, 0)
	log.WriteString("card 4111")
	log.Close()
	write(t, root+"/new", "data")
	os.Rename(root+"/new", root+"/replaced")
	write(t, root+"/backdated", "TINI")
	os.Chtimes(root+"/backdated", time.Unix(1, 0), time.Unix(1, 0))
	os.ReadFile(root + "/read")
	sweep(t, f)
	expectBelow(t, root, "read")
}

func TestSweepKeepsOptOutPaths(t *testing.T) {
	root := t.TempDir()
	f := started(t, root, root+"/cache:"+root+"/deep/er/kept/:/etc:relative")
	write(t, root+"/cache/a/b", "x")
	write(t, root+"/cache2", "x")
	write(t, root+"/deep/er/kept", "x")
	write(t, root+"/deep/er/not", "x")
	write(t, root+"/deep/not", "x")
	sweep(t, f)
	expectBelow(t, root, "cache", "cache/a", "cache/a/b", "deep", "deep/er", "deep/er/kept")
}

func TestSweepDoesNotFollowALinkOnTheWayToAKeptPath(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	write(t, outside+"/kept", "x")
	write(t, outside+"/other", "x")
	f := started(t, root, root+"/deep/kept")
	os.Symlink(outside, root+"/deep")
	sweep(t, f)
	expectBelow(t, root)
	expectBelow(t, outside, "kept", "other")
}

func TestParseKeep(t *testing.T) {
	tree, unusable := parseKeep("/tmp/a:/tmp/../etc::/tmpx:b:/tmp/c/d/", "/tmp")
	if unusable != 3 {
		t.Errorf("unusable %d", unusable)
	}
	if !tree.child("a").isWhole() || tree.child("c").isWhole() || !tree.child("c").child("d").isWhole() || tree.child("x") != nil {
		t.Errorf("%+v", tree)
	}
	if all, _ := parseKeep("/tmp/", "/tmp"); !all.isWhole() {
		t.Error("/tmp itself keeps everything")
	}
}

func TestSweepOfEverythingKept(t *testing.T) {
	root := t.TempDir()
	f := started(t, root, root)
	write(t, root+"/a", "x")
	sweep(t, f)
	expectBelow(t, root, "a")
}

func TestSweepOfAFolderDeeperThanAnyPath(t *testing.T) {
	root := t.TempDir()
	f := started(t, root, "")
	fd, _ := syscall.Open(root, syscall.O_RDONLY, 0)
	for range 5000 {
		if err := syscall.Mkdirat(fd, "d", 0o700); err != nil {
			t.Fatal(err)
		}
		next, err := syscall.Openat(fd, "d", syscall.O_RDONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		syscall.Close(fd)
		fd = next
	}
	syscall.Close(fd)
	sweep(t, f)
	expectBelow(t, root)
}

func TestSweepOfMoreThanOneReadOfAFolder(t *testing.T) {
	root := t.TempDir()
	f := started(t, root, "")
	for i := range 5000 {
		write(t, fmt.Sprintf("%s/%d/%d", root, i%3, i), "x")
	}
	if done := sweep(t, f); done.removed != 5003 {
		t.Errorf("removed %d", done.removed)
	}
	expectBelow(t, root)
}

// asNobody runs the rest of the test on a thread without root's rights, which pass every mode.
func asNobody(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	if err := syscall.Setreuid(0, 65534); err != nil {
		t.Skip("can't become another user")
	}
	t.Cleanup(func() { syscall.Setreuid(0, 0) })
}

func TestSweepOfFoldersWithoutRights(t *testing.T) {
	root := t.TempDir()
	for at := root; strings.HasPrefix(at, os.TempDir()+"/"); at = filepath.Dir(at) {
		os.Chmod(at, 0o777)
	}
	asNobody(t)
	os.Mkdir(root+"/init", 0o755)
	f := started(t, root, "")
	write(t, root+"/closed/secret", "x")
	write(t, root+"/readonly/below/file", "x")
	write(t, root+"/init/file", "x")
	os.Chmod(root+"/closed", 0)
	os.Chmod(root+"/readonly/below", 0o500)
	os.Chmod(root+"/readonly", 0o500)
	os.Chmod(root+"/init", 0o500)
	sweep(t, f)
	expectBelow(t, root, "init")
	if info, _ := os.Stat(root + "/init"); info.Mode().Perm() != 0o500 {
		t.Errorf("init's folder is %o", info.Mode().Perm())
	}
}

func TestSweepStaysOutOfFoldersThatWereClosedAtInit(t *testing.T) {
	root := t.TempDir()
	for at := root; strings.HasPrefix(at, os.TempDir()+"/"); at = filepath.Dir(at) {
		os.Chmod(at, 0o777)
	}
	asNobody(t)
	write(t, root+"/closed/of-init", "x")
	os.Chmod(root+"/closed", 0)
	f := started(t, root, "")
	sweep(t, f)
	os.Chmod(root+"/closed", 0o700)
	expectBelow(t, root, "closed", "closed/of-init")
}

func TestSweepLeavesOtherFileSystemsAlone(t *testing.T) {
	root, other := t.TempDir(), t.TempDir()
	os.Mkdir(root+"/mounted", 0o755)
	if err := syscall.Mount(other, root+"/mounted", "", syscall.MS_BIND, ""); err != nil {
		t.Skip("no right to mount")
	}
	defer syscall.Unmount(root+"/mounted", syscall.MNT_DETACH)
	write(t, other+"/precious", "x")
	f := &folder{root: root, initial: map[inode]identity{}}
	write(t, root+"/fresh", "x")
	sweep(t, f)
	expectBelow(t, root, "mounted", "mounted/precious")
}

func TestSweepTellsWhatItCouldNotRemove(t *testing.T) {
	root := t.TempDir()
	for at := root; strings.HasPrefix(at, os.TempDir()+"/"); at = filepath.Dir(at) {
		os.Chmod(at, 0o777)
	}
	f := started(t, root, "")
	write(t, root+"/theirs/file", "x")
	write(t, root+"/ours", "x")
	asNobody(t)
	if os.Getuid() != 0 {
		t.Skip("one user only")
	}
	done, err := f.sweep()
	if err != nil || done.failed != 1 || done.removed != 1 || done.failure != syscall.EACCES {
		t.Errorf("%+v %v", done, err)
	}
	expectBelow(t, root, "theirs", "theirs/file")
}

func TestSweepAgainstSomebodyWhoSwapsFoldersForLinks(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	write(t, outside+"/precious", "x")
	f := started(t, root, "")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			os.MkdirAll(root+"/swap/in", 0o755)
			os.WriteFile(root+"/swap/in/file", []byte("x"), 0o644)
			os.Rename(root+"/swap", root+"/away")
			os.Symlink(outside, root+"/swap")
			os.Remove(root + "/swap")
			os.RemoveAll(root + "/away")
		}
	}()
	for until := time.Now().Add(300 * time.Millisecond); time.Now().Before(until); {
		f.sweep()
	}
	close(stop)
	<-stopped
	sweep(t, f)
	expectBelow(t, root)
	expectBelow(t, outside, "precious")
}

func BenchmarkSweepOfAnEmptyFolder(b *testing.B) {
	f := &folder{root: b.TempDir()}
	f.takeSnapshot()
	for range b.N {
		f.sweep()
	}
}
