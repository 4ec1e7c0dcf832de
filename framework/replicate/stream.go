package replicate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// stream is the replication of one file. While it is hot, one goroutine attaches it, copies, and detaches it.
type stream struct {
	m   *Manager
	key string

	wake chan struct{}

	mu         sync.Mutex
	marked     bool // the dirty marker is on disk
	hot        bool // run is at work
	leaving    bool // Withdraw: not to be attached until Renew
	writing    int  // transactions under way
	commits    uint64
	synced     uint64 // commits that are at the replica
	next       *batch // whoever waits joins it until it begins
	running    *batch // and also then, when it covers what he waits for
	ready      chan struct{}
	fenced     error
	err        error // of the last attempt; nil when it went well
	failedAt   time.Time
	failure    string // of the last attempt that went wrong, whenever that was
	generation int
	txid       uint64
	syncs      uint64
	copying    time.Duration
	sending    time.Duration
	attached   time.Time
	lastCommit time.Time
	lastSync   time.Time
	dirtySince time.Time

	// Of run alone.
	db        *litestream.DB
	client    *client
	hold      io.Closer
	compacted [litestream.SnapshotLevel + 1]time.Time
	seen      time.Time // wall clock of the last look at the replica
	checked   time.Time // and at its owner
}

// batch is one upload and those who wait for it.
type batch struct {
	done    chan struct{}
	err     error
	covers  uint64 // commits; set when it begins
	waiters int
	since   time.Time
}

// linger is how long an upload may still be put off so that more join it: while more transactions are under way than wait for it, up to
// maxLinger. Shoppers who come together are so answered together, and one who comes alone waits for nobody.
func (f *stream) linger() time.Duration {
	if f.next.waiters >= f.writing {
		return 0
	}
	return maxLinger - time.Since(f.next.since)
}

func newBatch() *batch { return &batch{done: make(chan struct{}), since: time.Now()} }

func (f *stream) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// heat has the file attached and copied. f.mu is held.
func (m *Manager) heat(f *stream) {
	if f.hot || f.fenced != nil || f.leaving {
		return
	}
	m.mu.Lock()
	closed := m.closed
	if !closed {
		m.ended.Add(1)
	}
	m.mu.Unlock()
	if closed {
		return
	}
	f.hot, f.ready = true, make(chan struct{})
	go func() {
		defer m.ended.Done()
		f.run()
	}()
}

// run keeps the file attached until it has been quiet, or is fenced, or the manager closes.
func (f *stream) run() {
	if !f.m.seat() {
		f.cool(errors.New("the server is stopping"))
		return
	}
	defer func() { <-f.m.slots }()
	delay := 250 * time.Millisecond
	for {
		err := f.attach()
		if err == nil {
			delay = 250 * time.Millisecond
			err = f.drive()
			if e := f.detach(); err == nil {
				err = e
			}
			if err == nil && f.cool(nil) {
				return
			}
		}
		if f.left() {
			f.cool(errWithdrawn)
			return
		}
		if errors.Is(err, ErrForeign) {
			f.fence(err)
			f.cool(err)
			return
		}
		if f.m.ctx.Err() != nil {
			f.cool(err)
			return
		}
		if err != nil {
			f.fail(err)
			select {
			case <-time.After(delay):
			case <-f.m.ctx.Done():
			}
			delay = min(2*delay, maxRetryDelay)
		}
	}
}

// fail notes an attempt that went wrong and answers those who wait for it.
func (f *stream) fail(err error) {
	f.mu.Lock()
	first := f.err == nil
	f.err, f.failedAt, f.failure = err, time.Now(), err.Error()
	b := f.next
	f.next = nil
	f.open()
	f.mu.Unlock()
	if b != nil {
		b.err = err
		close(b.done)
	}
	if first {
		f.m.Log.Error("the replica cannot be written", "store", markName(f.key), "error", err)
	}
}

// open lets the first writers through. f.mu is held.
func (f *stream) open() {
	select {
	case <-f.ready:
	default:
		close(f.ready)
	}
}

// fence closes the file for good: the marker holds over restarts.
func (f *stream) fence(err error) {
	f.mu.Lock()
	first := f.fenced == nil
	f.fenced = err
	f.mu.Unlock()
	if !first {
		return
	}
	f.m.Log.Error("FENCED: the store is closed until an operator decides", "store", markName(f.key), "error", err)
	text := time.Now().UTC().Format(time.RFC3339) + ": " + err.Error() + "\n"
	if err := writeFile(filepath.Join(f.m.meta(f.key), "fenced"), []byte(text)); err != nil {
		f.m.Log.Error("the fence cannot be noted", "store", markName(f.key), "error", err)
	}
}

// cool ends a hot period. Without an error everything is copied and the marker goes away; it is false when somebody has begun
// to write meanwhile.
func (f *stream) cool(err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		if f.writing > 0 || f.commits != f.synced || f.next != nil {
			return false
		}
		if e := os.Remove(filepath.Join(f.m.dirtyDir(), markName(f.key))); e != nil && !errors.Is(e, fs.ErrNotExist) {
			f.m.Log.Error("the mark of a copied store cannot be removed", "store", markName(f.key), "error", e)
		} else {
			f.marked = false
		}
	}
	f.hot = false
	if f.err == nil || err == nil {
		f.err = err
	}
	if f.m.ctx.Err() != nil && f.fenced == nil {
		f.err = nil
	}
	f.open()
	if b := f.next; b != nil {
		f.next = nil
		b.err = err
		close(b.done)
	}
	return true
}

// drive copies what is committed until the file has been quiet.
func (f *stream) drive() error {
	for {
		f.mu.Lock()
		waiting, dirty := f.next != nil, f.commits != f.synced
		if f.leaving {
			f.mu.Unlock()
			return nil
		}
		var pause time.Duration
		switch {
		case waiting:
			pause = f.linger()
		case dirty:
			pause = f.m.Lazy - time.Since(f.dirtySince)
		default:
			pause = f.rest(time.Now())
		}
		f.mu.Unlock()
		if pause > 0 {
			timer := time.NewTimer(pause)
			select {
			case <-f.m.ctx.Done():
				timer.Stop()
				return nil // detach copies the rest
			case <-f.wake:
				timer.Stop()
				continue
			case <-timer.C:
			}
		}
		if !waiting && !dirty {
			return nil
		}
		ctx, cancel := context.WithTimeout(f.m.ctx, syncTimeout)
		err := f.sync(ctx)
		if err == nil {
			err = f.tend(ctx)
		}
		cancel()
		if err != nil {
			if f.m.ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// rest is how long the file stays attached when nothing more happens. It has been quiet since its last commit or, when it was attached for a
// write that has not committed yet, since then; and nobody leaves while a transaction is under way: its frames may be copied before
// the WAL's index tells of them, and whoever came back in between would find the log too short. f.mu is held.
func (f *stream) rest(now time.Time) time.Duration {
	quiet := f.m.Quiet
	if f.m.crowd.Load() > 0 {
		quiet = f.m.Lazy
	}
	since := f.attached
	if f.lastCommit.After(since) {
		since = f.lastCommit
	}
	left := quiet - now.Sub(since)
	if f.writing > 0 {
		left = max(left, f.m.Lazy)
	}
	return left
}

// sync is one upload: it takes the batch that waits, copies everything that is committed, and answers.
func (f *stream) sync(ctx context.Context) error {
	f.mu.Lock()
	b := f.next
	if b == nil {
		b = newBatch()
	}
	b.covers = f.commits
	f.next, f.running = nil, b
	began := time.Now()
	f.mu.Unlock()
	txid, err := f.upload(ctx)
	f.mu.Lock()
	if err == nil {
		f.synced, f.txid, f.lastSync, f.err = b.covers, uint64(txid), time.Now(), nil
		f.syncs++
		f.dirtySince = time.Time{}
		if f.commits != b.covers {
			f.dirtySince = began
		}
	}
	f.running, b.err = nil, err
	f.mu.Unlock()
	close(b.done)
	return err
}

// upload copies the WAL to LTX files and these to the replica. It succeeds only when the replica has reached the transaction
// that covers every frame which was in the WAL when it began.
func (f *stream) upload(ctx context.Context) (ltx.TXID, error) {
	if err := f.recheck(ctx); err != nil {
		return 0, err
	}
	for range 3 {
		end, salt, err := walEnd(f.m.path(f.key))
		if err != nil {
			return 0, err
		}
		began := time.Now()
		if err := f.db.Sync(ctx); err != nil {
			return 0, fmt.Errorf("copy the WAL: %w", err)
		}
		copied := time.Now()
		pos, err := f.db.Pos()
		if err != nil {
			return 0, fmt.Errorf("read the local position: %w", err)
		}
		copiedEnd, copiedSalt, err := ltxEnd(f.db.LTXPath(0, pos.TXID, pos.TXID))
		if err != nil {
			return 0, err
		}
		if end > 0 && (salt != copiedSalt || copiedEnd < end) {
			continue // the WAL was begun anew between the two looks
		}
		if err := f.db.Replica.Sync(ctx); err != nil {
			return 0, fmt.Errorf("upload: %w", err)
		}
		f.mu.Lock()
		f.copying, f.sending = f.copying+copied.Sub(began), f.sending+time.Since(copied)
		f.mu.Unlock()
		if there := f.db.Replica.Pos().TXID; pos.TXID == 0 || there < pos.TXID {
			return 0, fmt.Errorf("upload: the replica stands at %s after %s was sent", there, pos.TXID)
		}
		if err := f.owned(ctx); err != nil {
			return 0, err
		}
		f.seen = time.Now().Round(0) // without the monotonic clock, which stands still while a machine sleeps
		return pos.TXID, nil
	}
	return 0, errors.New("copy the WAL: committed frames are missing from the copy")
}

// detach copies the rest and closes Litestream's connection. The WAL stays as it is, so that the next attach goes on
// where this one ended.
func (f *stream) detach() error {
	if f.db == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(f.m.ctx), closeTimeout)
	defer cancel()
	var err error
	f.mu.Lock()
	fenced, dirty := f.fenced != nil, f.commits != f.synced || f.next != nil
	f.mu.Unlock()
	if !fenced && dirty {
		err = f.sync(ctx)
	}
	if !fenced && err == nil && f.m.ctx.Err() == nil && !f.left() {
		if e := f.compact(ctx, true); e != nil {
			f.m.Log.Warn("the replica's files were not merged", "store", markName(f.key), "error", e)
		}
	}
	if fenced || err != nil {
		// Litestream's own last upload would go to somebody else's replica, or wait for one that does not answer.
		f.db.Replica.Client = refusing{f.client}
	}
	if e := f.db.Close(ctx); e != nil && err == nil && !fenced {
		err = fmt.Errorf("detach: %w", e)
	}
	err = errors.Join(err, f.hold.Close())
	f.db, f.client, f.hold = nil, nil, nil
	f.compacted = [litestream.SnapshotLevel + 1]time.Time{}
	return err
}
