package disk

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"wizamart/framework/problem"
)

func TestLevels(t *testing.T) {
	free, fails := int64(0), error(nil)
	now := time.Now()
	w := New("/", func(string) (int64, int64, error) { return free, 1000, fails }, func() Thresholds { return Thresholds{Low: 100, Full: 20} })
	w.now = func() time.Time { return now }
	for _, tt := range []struct {
		free        int64
		level       Level
		room, begin problem.Code
	}{
		{1000, Plenty, "", ""}, {100, Plenty, "", ""}, {99, Low, problem.Full, ""}, {20, Low, problem.Full, ""}, {19, Full, problem.Full, problem.Unavailable}, {0, Full, problem.Full, problem.Unavailable},
	} {
		free = tt.free
		w.Forget()
		code := func(err error) problem.Code {
			if err == nil {
				return ""
			}
			return problem.CodeOf(err)
		}
		if s := w.State(); s.Level != tt.level || code(w.Room(0)) != tt.room || code(w.Begin()) != tt.begin {
			t.Errorf("%d free: %v, room %v, begin %v", tt.free, s.Level, w.Room(0), w.Begin())
		}
	}
	free = 150
	w.Forget()
	if w.Room(50) != nil || !problem.Is(w.Room(51), problem.Full) {
		t.Error("what is to come does not count")
	}
	free = 10
	if w.State().Level != Plenty {
		t.Error("the disk was asked again at once")
	}
	now = now.Add(lookAgain)
	if w.State().Level != Full {
		t.Error("the disk was not asked again")
	}
	fails = errors.New("gone")
	w.Forget()
	if w.State().Level != Plenty || w.Room(0) != nil || w.Begin() != nil {
		t.Error("a disk that cannot be asked refuses")
	}
}

func TestTheRealDisk(t *testing.T) {
	free, total, err := Space(t.TempDir())
	if err != nil || free <= 0 || total < free {
		t.Errorf("%d of %d bytes are free: %v", free, total, err)
	}
	if _, _, err := Space("/nowhere/at/all"); err == nil {
		t.Error("a directory that is not there has a disk")
	}
	var none *Watch
	if none.State().Level != Plenty || none.Room(1) != nil || none.Begin() != nil {
		t.Error("without a watch something is refused")
	}
}

// A small disk of its own, where the test may mount one.
func TestASmallDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("no file system can be mounted here: ", err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH) //nolint:errcheck // it goes with the machine
	w := New(dir, nil, func() Thresholds { return Thresholds{Low: 700_000, Full: 200_000} })
	for _, tt := range []struct {
		bytes int
		want  Level
	}{{0, Plenty}, {500_000, Low}, {950_000, Full}} {
		if err := os.WriteFile(dir+"/ballast", make([]byte, tt.bytes), 0o600); err != nil {
			t.Fatal(err)
		}
		w.Forget()
		if s := w.State(); s.Level != tt.want || s.Err != nil {
			t.Errorf("with %d bytes: %+v", tt.bytes, s)
		}
	}
}
