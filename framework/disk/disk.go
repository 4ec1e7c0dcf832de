// Package disk knows how much room is left where the data are, so that uploads are refused before orders are.
package disk

import (
	"fmt"
	"sync"
	"syscall"
	"time"

	"wizamart/framework/problem"
)

// Level is how it stands with the disk.
type Level int

// Levels.
const (
	Plenty Level = iota
	Low          // uploads, imports and copies are refused
	Full         // carts and checkouts are not begun either: what is left is for those that are under way
)

// String is the level's name in logs and the API.
func (l Level) String() string { return [...]string{"plenty", "low", "full"}[l] }

// Thresholds are with how many free bytes a level begins; 0 never begins it.
type Thresholds struct {
	Low, Full int64
}

// State of the disk.
type State struct {
	Level       Level
	Free, Total int64 // bytes
	Thresholds
	Err error // it could not be asked
}

// Percent of the disk that is in use.
func (s State) Percent() int {
	if s.Total == 0 {
		return 0
	}
	return int((s.Total - s.Free) * 100 / s.Total)
}

// lookAgain is how old an answer may be.
const lookAgain = 2 * time.Second

// Watch asks the disk that a directory is on, every two seconds at most.
type Watch struct {
	dir        string
	space      func(dir string) (free, total int64, err error)
	thresholds func() Thresholds
	now        func() time.Time

	mu    sync.Mutex
	last  State
	asked time.Time
}

// New is a Watch. space is nil for the disk itself; thresholds is asked each time, so it answers from memory.
func New(dir string, space func(dir string) (free, total int64, err error), thresholds func() Thresholds) *Watch {
	if space == nil {
		space = Space
	}
	return &Watch{dir: dir, space: space, thresholds: thresholds, now: time.Now}
}

// Space is what is free of a directory's disk for who is not root, and what it has, in bytes.
func Space(dir string) (free, total int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("ask the disk of %s for its free space: %w", dir, err)
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Blocks) * st.Bsize, nil //nolint:gosec // bytes of a disk
}

// State as of two seconds ago at most. A disk that cannot be asked counts as one with room: the write itself will tell.
func (w *Watch) State() State {
	if w == nil {
		return State{}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); now.Sub(w.asked) >= lookAgain || now.Before(w.asked) {
		w.asked = now
		w.last = State{Thresholds: w.thresholds()}
		if w.last.Free, w.last.Total, w.last.Err = w.space(w.dir); w.last.Err == nil {
			w.last.Level = w.last.level(w.last.Free)
		}
	}
	return w.last
}

// Forget has the next look ask the disk.
func (w *Watch) Forget() {
	w.mu.Lock()
	w.asked = time.Time{}
	w.mu.Unlock()
}

func (t Thresholds) level(free int64) Level {
	switch {
	case t.Full > 0 && free < t.Full:
		return Full
	case t.Low > 0 && free < t.Low:
		return Low
	}
	return Plenty
}

// Room is nil when so many bytes more leave the disk with plenty, else a problem.Full for who wanted to keep them.
func (w *Watch) Room(bytes int64) error {
	s := w.State()
	if s.Err == nil && s.level(s.Free-bytes) > Plenty {
		return problem.New(problem.Full, "The server's disk is nearly full, and what is left is kept for orders. Nothing was changed. Tell the operator of the platform, and try again later.")
	}
	return nil
}

// Begin is nil while carts and checkouts may be begun, else a problem.Unavailable for shoppers.
func (w *Watch) Begin() error {
	if w.State().Level == Full {
		return &problem.Error{Code: problem.Unavailable, Message: "This shop takes no new orders for a short while. Your cart stays as it is. Please try again a little later.", RetryAfter: 300}
	}
	return nil
}
