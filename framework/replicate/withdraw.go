package replicate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// errWithdrawn answers those who wait for a file that is being replaced.
var errWithdrawn = errors.New("the file is being replaced")

func (f *stream) left() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leaving
}

// Withdraw ends the copying of a file that nobody uses and that another is to take the place of; it is not attached again
// until Renew. What is not at the replica yet is given up: whoever wants it there asks Confirm first.
func (m *Manager) Withdraw(ctx context.Context, key string) error {
	f := m.file(key)
	f.mu.Lock()
	f.leaving = true
	f.mu.Unlock()
	f.poke()
	for {
		f.mu.Lock()
		if !f.hot {
			break
		}
		f.mu.Unlock()
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			f.mu.Lock()
			f.leaving = false
			f.mu.Unlock()
			return fmt.Errorf("wait for the replication to end: %w", context.Cause(ctx))
		}
	}
	defer f.mu.Unlock()
	// A file that takes its place must not be taken for it: after a kill nothing is attached.
	if err := os.Remove(filepath.Join(m.dirtyDir(), markName(key))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.leaving = false
		return err
	}
	f.marked, f.synced, f.err, f.dirtySince = false, f.commits, nil, time.Time{}
	return nil
}
