package replicate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// ErrLost says that the replica answers, but does not give back what it should.
var ErrLost = errors.New("the replica does not give this file back")

// ErrUncovered says that a file has no copy at this replica yet.
var ErrUncovered = errors.New("the file has not been copied yet")

// Rehearsed is what a rehearsal brought back.
type Rehearsed struct {
	Restored
	TXID uint64 // the last transaction at the replica
}

// Rehearse restores a file's newest copy to path, which must not exist, as a disaster would have it done: from the replica alone. It
// fails with ErrLost when the copy is damaged, or ends before the transaction that this process knows to be there; with ErrForeign when
// the replica is somebody else's; with ErrUncovered when there is no copy yet. All other errors say that it could not be tried.
//
// All that was committed before the call is waited for first, so whoever looked at the living file before may compare it with the copy.
func (m *Manager) Rehearse(ctx context.Context, key, path string) (Rehearsed, error) {
	if err := m.mine(ctx, key); err != nil {
		return Rehearsed{}, err
	}
	if !m.Covered(key) {
		return Rehearsed{}, ErrUncovered
	}
	if m.Passive {
		if exists(filepath.Join(m.dirtyDir(), markName(key))) {
			return Rehearsed{}, errors.New("what was written last is not copied yet: the server does that")
		}
	} else if err := m.Confirm(ctx, key); err != nil {
		return Rehearsed{}, fmt.Errorf("wait for the replica: %w", err)
	}
	own, err := readLocalOwner(m.meta(key))
	if err != nil {
		return Rehearsed{}, err
	}
	want, err := m.position(key)
	if err != nil {
		return Rehearsed{}, fmt.Errorf("read the local position: %w", err)
	}
	began := time.Now()
	client := newClient(m.Config.Target, m.objects, generationPrefix(key, own.Generation), os.TempDir(), func(error) {})
	lost := func(err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if e := m.Reachable(ctx); e != nil {
			return fmt.Errorf("the replica stopped answering: %w", e)
		}
		return fmt.Errorf("%w: %w", ErrLost, err)
	}
	plan, err := litestream.CalcRestorePlan(ctx, client, 0, time.Time{}, quiet(m.Log))
	switch {
	case errors.Is(err, litestream.ErrTxNotAvailable), errors.Is(err, litestream.ErrNoSnapshots), err == nil && len(plan) == 0:
		return Rehearsed{}, lost(fmt.Errorf("generation %d is empty or has a gap (%v)", own.Generation, err))
	case err != nil:
		return Rehearsed{}, fmt.Errorf("list the replica: %w", err)
	}
	out := Rehearsed{TXID: uint64(plan[len(plan)-1].MaxTXID)}
	if out.TXID < want {
		return out, lost(fmt.Errorf("it ends at transaction %s and should reach %s", ltx.TXID(out.TXID), ltx.TXID(want)))
	}
	opt := litestream.NewRestoreOptions()
	opt.OutputPath = path
	if err := litestream.NewReplicaWithClient(nil, client).Restore(ctx, opt); err != nil {
		return out, lost(err)
	}
	if out.Restored, err = inspect(ctx, path); err != nil {
		return out, lost(err)
	}
	out.Generation, out.Took = own.Generation, time.Since(began)
	return out, nil
}

// position is the last transaction of a file that is known to be at the replica.
func (m *Manager) position(key string) (uint64, error) {
	f := m.file(key)
	f.mu.Lock()
	txid, hot := f.txid, f.hot
	f.mu.Unlock()
	if txid > 0 || hot {
		return txid, nil // while it is hot, local files may be ahead of the replica
	}
	entries, err := os.ReadDir(filepath.Join(m.meta(key), "ltx", "0"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for _, e := range entries {
		if _, last, err := ltx.ParseFilename(e.Name()); err == nil {
			txid = max(txid, uint64(last))
		}
	}
	return txid, nil
}

// mine is nil unless somebody else owns the file's replica, or its owner cannot be found out.
func (m *Manager) mine(ctx context.Context, key string) error {
	f := m.file(key)
	f.mu.Lock()
	err := f.fenced
	f.mu.Unlock()
	if err != nil {
		return err
	}
	there, _, err := remoteOwner(ctx, m.objects, key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("ask whose replica it is: %w", err)
	}
	if own, err := readLocalOwner(m.meta(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	} else if own.ID != there.ID {
		return fmt.Errorf("%w: it belongs to %s since %s", ErrForeign, there.Host, there.Since.Format(time.RFC3339))
	}
	return nil
}

// Covered tells whether the file has been copied to this replica at all. A file that nobody has written since replication
// began, or since the replica moved, has not.
func (m *Manager) Covered(key string) bool {
	own, err := readLocalOwner(m.meta(key))
	return err == nil && own.Target == m.target() && own.Epoch == m.epoch
}

// Place names the replica as Covered means it: it changes when the replica moves, or goes on after it was off.
func (m *Manager) Place() string { return fmt.Sprint(m.target(), " ", m.epoch) }

// Cover copies a file that nobody writes and that has no copy at this replica, and returns when it is there. It leaves half of the
// attachments to those that are written.
func (m *Manager) Cover(ctx context.Context, key string) error {
	if m.Covered(key) {
		return nil
	}
	if m.Passive {
		return ErrUncovered
	}
	for len(m.slots) > cap(m.slots)/2 {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f := m.file(key)
	f.mu.Lock()
	if err := f.refusal(); err != nil {
		f.mu.Unlock()
		return err
	}
	f.mu.Unlock()
	return m.Confirm(ctx, key)
}

// LoadFences finds the files that an earlier process fenced, so that Hot tells of them before anybody asks for them.
func (m *Manager) LoadFences() error {
	marks, err := filepath.Glob(filepath.Join(m.root(), "stores", "*", "fenced"))
	if err != nil {
		return err
	}
	for _, mark := range marks {
		if key := filepath.Base(filepath.Dir(mark)); exists(m.path(key)) {
			m.file(key)
		}
	}
	m.file("")
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Reachable is nil when the replica answers.
func (m *Manager) Reachable(ctx context.Context) error {
	_, _, err := m.objects.Get(ctx, prefixOf("")+"/owner.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Uncopied tells since when the file has commits that are not known to be at the replica: any is false when it has none. After a
// restart since may be too early, never too late.
func (m *Manager) Uncopied(key string) (since time.Time, any bool) {
	f := m.file(key)
	f.mu.Lock()
	since, any = f.dirtySince, f.commits != f.synced
	f.mu.Unlock()
	if any && since.IsZero() { // left by an earlier process, or nobody wrote since this replica is in use
		info, err := os.Stat(filepath.Join(m.dirtyDir(), markName(key)))
		if err != nil {
			return since, false
		}
		since = info.ModTime()
	}
	return since, any
}
