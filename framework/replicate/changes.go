package replicate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Changes remembers which files have been written since somebody last looked after them, over restarts and kills: a mark for
// each in <data>/replication/changed, made durable before the first write. So nobody has to look at
// thousands of idle files to find the few that changed.
type Changes struct {
	dir   string
	wake  chan struct{}
	mu    sync.RWMutex
	known map[string]change
}

type change struct {
	since time.Time
	saved bool // the mark is on disk
}

// OpenChanges reads the marks of a data directory.
func OpenChanges(dataDir string) (*Changes, error) {
	c := &Changes{dir: filepath.Join(dataDir, "replication", "changed"), wake: make(chan struct{}, 1), known: map[string]change{}}
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read which files changed: %w", err)
	}
	for _, e := range entries {
		key := e.Name()
		if key == markName("") {
			key = ""
		}
		info, err := e.Info()
		if err != nil || filepath.Ext(key) != "" { // half of a mark
			continue
		}
		c.known[key] = change{info.ModTime(), true}
	}
	return c, nil
}

// Note comes before each write of a file. All but the first since Take cost a look into a map.
func (c *Changes) Note(key string) error {
	c.mu.RLock()
	saved := c.known[key].saved
	c.mu.RUnlock()
	if saved {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[key].saved {
		return nil
	}
	if err := writeFile(filepath.Join(c.dir, markName(key)), nil); err != nil {
		return fmt.Errorf("note that the file changes: %w", err)
	}
	c.add(key, true)
	return nil
}

// Again comes after each commit: a write that began before Take and ended after it counts as a new one.
func (c *Changes) Again(key string) {
	c.mu.RLock()
	_, known := c.known[key]
	c.mu.RUnlock()
	if known {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.known[key]; !known {
		c.add(key, false)
	}
}

func (c *Changes) add(key string, saved bool) {
	since := time.Now()
	if old, ok := c.known[key]; ok {
		since = old.since
	}
	c.known[key] = change{since, saved}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Since are the files that changed, and when they first did.
func (c *Changes) Since() map[string]time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	out := make(map[string]time.Time, len(c.known))
	for key, v := range c.known {
		out[key] = v.since
	}
	return out
}

// Changed tells whether the file changed since Take.
func (c *Changes) Changed(key string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.known[key]
	return ok
}

// Wake receives when a file changed that had not.
func (c *Changes) Wake() <-chan struct{} { return c.wake }

// Take forgets that the file changed. The caller has noted it elsewhere, durably, and looks at the file afterwards.
func (c *Changes) Take(key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.Remove(filepath.Join(c.dir, markName(key))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(c.known, key)
	return nil
}
