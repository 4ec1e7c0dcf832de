package replicate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// Begin comes before a transaction on the file, and end after it has been answered. The first one of a hot period waits for the
// replica for a moment, so that a foreign owner is noticed before anything is written; a replica that does not answer holds up
// nobody, for what is written stays in the WAL until it is copied.
func (m *Manager) Begin(ctx context.Context, key string) (end func(), err error) {
	f := m.file(key)
	f.mu.Lock()
	if err := f.refusal(); err != nil {
		f.mu.Unlock()
		return nil, err
	}
	f.writing++
	end = func() {
		f.mu.Lock()
		f.writing--
		awaited := f.next != nil
		f.mu.Unlock()
		if awaited { // see linger
			f.poke()
		}
	}
	if err := f.mark(); err != nil {
		f.writing--
		f.mu.Unlock()
		return nil, err
	}
	if m.Passive {
		f.mu.Unlock()
		return end, nil
	}
	m.heat(f)
	ready, bad := f.ready, f.err != nil
	f.mu.Unlock()
	if bad {
		return end, nil
	}
	select {
	case <-ready:
	default:
		wait := time.NewTimer(attachWait)
		defer wait.Stop()
		select {
		case <-ready:
		case <-wait.C:
		case <-ctx.Done():
			end()
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	err = f.refusal()
	f.mu.Unlock()
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// mark notes durably that the file may hold what is not copied: after a kill the next process knows what to copy. f.mu is held.
func (f *stream) mark() error {
	if f.marked {
		return nil
	}
	if err := writeFile(filepath.Join(f.m.dirtyDir(), markName(f.key)), nil); err != nil {
		return fmt.Errorf("note that the file is written: %w", err)
	}
	f.marked = true
	return nil
}

// Committed comes after each commit, before the one who wrote is answered.
func (m *Manager) Committed(key string) {
	f := m.file(key)
	f.mu.Lock()
	f.commits++
	f.lastCommit = time.Now()
	if f.dirtySince.IsZero() {
		f.dirtySince = f.lastCommit
	}
	f.mu.Unlock()
	f.poke()
}

// Mark is the number of the file's newest commit: what ConfirmTo waits for. It counts from the start of this process; what
// earlier ones left uncopied is 1.
func (m *Manager) Mark(key string) uint64 {
	f := m.file(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.commits
}

// Confirm returns nil once everything that was committed before the call is at the replica.
func (m *Manager) Confirm(ctx context.Context, key string) error {
	return m.ConfirmTo(ctx, key, m.Mark(key))
}

// ConfirmTo returns nil once the commit of that number and all before it are at the replica: whoever waits for no more than the
// upload under way covers is answered by that one. An error says that this is not known: the commit stands, and goes there as soon as it can.
func (m *Manager) ConfirmTo(ctx context.Context, key string, mark uint64) error {
	if m.Passive {
		return errors.New("replication is left to the server")
	}
	f := m.file(key)
	f.mu.Lock()
	if err := f.refusal(); err != nil {
		f.mu.Unlock()
		return err
	}
	if mark <= f.synced {
		f.mu.Unlock()
		return nil
	}
	if err := f.mark(); err != nil {
		f.mu.Unlock()
		return err
	}
	b := f.running
	if b == nil || b.covers < mark {
		if f.next == nil {
			f.next = newBatch()
		}
		b = f.next
	}
	b.waiters++
	m.heat(f)
	f.mu.Unlock()
	f.poke()
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
