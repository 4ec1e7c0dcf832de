package replicate

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"wizamart/framework/database"
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
	ready      chan struct{}
	fenced     error
	err        error // of the last attempt; nil when it went well
	generation int
	txid       uint64
	syncs      uint64
	together   int           // who waited for the last upload
	took       time.Duration // by it
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
	waiters int
	since   time.Time
}

// linger is how long an upload may still be put off so that more join it: no longer than the one before took, and only while fewer wait
// than were answered by that one. Shoppers who come together are so answered together, and one who comes alone waits for nobody.
func (f *stream) linger() time.Duration {
	if f.together < 4 || f.next.waiters >= f.together {
		return 0
	}
	return min(f.took, maxLinger) - time.Since(f.next.since)
}

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
	f.err = err
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
	f.m.Log.Error("FENCED: another process writes to this store's replica; the store is closed until an operator decides", "store", markName(f.key), "error", err)
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

// attach finds out that the replica is ours and where it stands, and has Litestream open the file.
func (f *stream) attach() (err error) {
	ctx, cancel := context.WithTimeout(f.m.ctx, syncTimeout)
	defer cancel()
	own, err := f.m.claim(ctx, f.key, false)
	if err != nil {
		return err
	}
	meta := f.m.meta(f.key)
	db := litestream.NewDB(f.m.path(f.key))
	db.SetMetaPath(meta)
	db.MonitorInterval, db.CheckpointInterval = 0, 0
	db.MinCheckpointPageN = 1 << 30 // checkpoints are tend's
	db.ShutdownSyncTimeout = 0
	db.BusyTimeout = 5 * time.Second
	db.L0Retention = f.m.Config.L0Retention
	f.client = newClient(f.m.Config.Target, f.m.objects, generationPrefix(f.key, own.Generation), meta, f.fence)
	db.Replica = litestream.NewReplicaWithClient(db, f.client)
	db.Replica.MonitorEnabled = false
	db.SetLogger(quiet(f.m.Log).With("store", markName(f.key)))
	if err := f.compare(ctx, db, own); err != nil {
		return err
	}
	// Whoever closes last would checkpoint what Litestream has not copied.
	if f.hold, err = database.Hold(f.m.path(f.key)); err != nil {
		return err
	}
	if err := f.whole(db); err != nil {
		return errors.Join(err, f.hold.Close())
	}
	if err := db.Open(); err != nil {
		return errors.Join(fmt.Errorf("attach: %w", err), f.hold.Close())
	}
	f.db, f.seen, f.checked = db, time.Now().Round(0), time.Time{}
	f.mu.Lock()
	f.generation = own.Generation
	f.mu.Unlock()
	if err := f.sync(ctx); err != nil { // also what lay in the WAL before
		return errors.Join(err, f.detach())
	}
	f.mu.Lock()
	f.open()
	f.mu.Unlock()
	f.m.ended.Go(func() {
		if err := f.m.allMedia(f.m.ctx, f.key); err != nil && f.m.ctx.Err() == nil {
			f.m.Log.Warn("the store's media are not all at the replica", "store", markName(f.key), "error", err)
		}
	})
	return nil
}

// compare fails with ErrForeign unless the replica stands where this file left it.
func (f *stream) compare(ctx context.Context, db *litestream.DB, own owner) error {
	here, err := db.Pos()
	if err != nil {
		return fmt.Errorf("read the local position: %w", err)
	}
	there, err := db.Replica.MaxLTXFileInfo(ctx, 0)
	if err != nil {
		return fmt.Errorf("read the replica's position: %w", err)
	}
	switch {
	case there.MaxTXID > here.TXID:
		return fmt.Errorf("%w: generation %d stands at %s there, at %s here", ErrForeign, own.Generation, there.MaxTXID, here.TXID)
	case there.MaxTXID == 0 || there.MaxTXID < here.TXID:
		return nil
	}
	file, err := os.Open(db.LTXPath(0, there.MinTXID, there.MaxTXID))
	if err != nil {
		return fmt.Errorf("read the local position: %w", err)
	}
	defer file.Close()
	same, err := f.client.same(ctx, f.client.key(0, there.MinTXID, there.MaxTXID), file)
	if err == nil && !same {
		err = fmt.Errorf("%w: transaction %s of generation %d is another one there", ErrForeign, there.MaxTXID, own.Generation)
	}
	return err
}

// recheck compares again when this process may have slept: an old number could be free again, because the files of the other
// one have been compacted away since.
func (f *stream) recheck(ctx context.Context) error {
	if time.Since(f.seen) < f.m.Config.L0Retention/2 {
		return nil
	}
	if err := f.owned(ctx); err != nil {
		return err
	}
	local, err := readLocalOwner(f.m.meta(f.key))
	if err != nil {
		return err
	}
	return f.compare(ctx, f.db, local)
}

// owned looks whether the replica has been taken over, every ownedFor. An upload is confirmed only after a look that is no older,
// so whoever takes over and waits that long finds everything that was ever confirmed.
func (f *stream) owned(ctx context.Context) error {
	began := time.Now().Round(0)
	if d := time.Since(f.checked); d >= 0 && d < f.m.OwnedFor {
		return nil
	}
	f.mu.Lock()
	generation := f.generation
	f.mu.Unlock()
	now, _, err := remoteOwner(ctx, f.m.objects, f.key)
	if err != nil {
		return err
	}
	local, err := readLocalOwner(f.m.meta(f.key))
	if err != nil {
		return err
	}
	if now.ID != local.ID || now.Generation != generation {
		return fmt.Errorf("%w: %s has taken it at %s", ErrForeign, now.Host, now.Since.Format(time.RFC3339))
	}
	f.checked = began
	return nil
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
		pause := f.m.Quiet
		if f.m.crowd.Load() > 0 {
			pause = f.m.Lazy
		}
		switch {
		case waiting:
			pause = f.linger()
		case dirty:
			pause = f.m.Lazy - time.Since(f.dirtySince)
		case !f.lastCommit.IsZero():
			pause -= time.Since(f.lastCommit)
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

// sync is one upload: it takes the batch that waits, copies everything that is committed, and answers.
func (f *stream) sync(ctx context.Context) error {
	f.mu.Lock()
	b, covers := f.next, f.commits
	f.next = nil
	began := time.Now()
	f.mu.Unlock()
	txid, err := f.upload(ctx)
	f.mu.Lock()
	if err == nil {
		f.synced, f.txid, f.lastSync, f.err = covers, uint64(txid), time.Now(), nil
		f.syncs++
		f.took, f.together = time.Since(began), 0
		if b != nil {
			f.together = b.waiters
		}
		f.dirtySince = time.Time{}
		if f.commits != covers {
			f.dirtySince = began
		}
	}
	f.mu.Unlock()
	if b != nil {
		b.err = err
		close(b.done)
	}
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
		if err := f.db.Sync(ctx); err != nil {
			return 0, fmt.Errorf("copy the WAL: %w", err)
		}
		pos, err := f.db.Pos()
		if err != nil {
			return 0, fmt.Errorf("read the local position: %w", err)
		}
		copied, copiedSalt, err := ltxEnd(f.db.LTXPath(0, pos.TXID, pos.TXID))
		if err != nil {
			return 0, err
		}
		if end > 0 && (salt != copiedSalt || copied < end) {
			continue // the WAL was begun anew between the two looks
		}
		if err := f.db.Replica.Sync(ctx); err != nil {
			return 0, fmt.Errorf("upload: %w", err)
		}
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

// walEnd is where the committed part of a file's WAL ends, and its salt, from the index that SQLite keeps beside it
// (https://sqlite.org/walformat.html#the_wal_index_header). 0 when there is none.
func walEnd(path string) (end int64, salt [8]byte, err error) {
	f, err := os.Open(path + "-shm")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, salt, nil
	} else if err != nil {
		return 0, salt, err
	}
	defer f.Close()
	var a [96]byte
	for range 100 { // two copies that agree are a whole one
		if _, err := f.ReadAt(a[:], 0); err != nil {
			if errors.Is(err, io.EOF) {
				return 0, salt, nil
			}
			return 0, salt, fmt.Errorf("read the WAL index: %w", err)
		}
		if !bytes.Equal(a[:48], a[48:]) {
			time.Sleep(time.Millisecond)
			continue
		}
		page := int64(binary.NativeEndian.Uint16(a[14:]))
		if page == 1 {
			page = 65536
		}
		frames := int64(binary.NativeEndian.Uint32(a[16:]))
		copy(salt[:], a[32:40])
		if a[12] == 0 || frames == 0 {
			return 0, salt, nil
		}
		return litestream.WALHeaderSize + frames*(litestream.WALFrameHeaderSize+page), salt, nil
	}
	return 0, salt, errors.New("read the WAL index: it does not come to rest")
}

// ltxEnd is how far in the WAL an LTX file reaches, and the WAL's salt.
func ltxEnd(name string) (end int64, salt [8]byte, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, salt, err
	}
	defer f.Close()
	h, _, err := ltx.PeekHeader(f)
	if err != nil {
		return 0, salt, fmt.Errorf("read %s: %w", filepath.Base(name), err)
	}
	binary.BigEndian.PutUint32(salt[:4], h.WALSalt1)
	binary.BigEndian.PutUint32(salt[4:], h.WALSalt2)
	return h.WALOffset + h.WALSize, salt, nil
}

// tend keeps the WAL and the number of files at the replica small. It runs between uploads; failing at the replica is an error as
// theirs is, so that it is seen.
func (f *stream) tend(ctx context.Context) error {
	page := int64(f.db.PageSize() + litestream.WALFrameHeaderSize)
	if f.db.SyncDiagnostic().LastSyncedWALOffset > page*checkpointAt {
		if err := f.db.Checkpoint(ctx, litestream.CheckpointModePassive); err != nil {
			f.m.Log.Debug("checkpoint put off", "store", markName(f.key), "error", err)
		}
	}
	return f.compact(ctx, false)
}

// compact merges the files of a level when their time has come.
func (f *stream) compact(ctx context.Context, final bool) error {
	now := time.Now()
	if f.compacted[1].IsZero() { // a file that was just attached has nothing to merge
		for level := range f.compacted {
			f.compacted[level] = now
		}
		if !final {
			return nil
		}
	} else if !final && now.Sub(f.compacted[1]) < compactEvery {
		return nil
	}
	select {
	case f.m.heavy <- struct{}{}:
		defer func() { <-f.m.heavy }()
	default:
		if !final {
			return nil // soon
		}
		select {
		case f.m.heavy <- struct{}{}:
			defer func() { <-f.m.heavy }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s := litestream.NewStore(nil, f.m.levels)
	s.SnapshotInterval, s.SnapshotRetention = f.m.Config.Snapshots, f.m.Config.Retention
	levels := append(append([]*litestream.CompactionLevel{}, f.m.levels[1:]...), s.SnapshotLevel())
	for _, level := range levels {
		if !final && now.Sub(f.compacted[level.Level]) < level.Interval {
			continue
		}
		f.compacted[level.Level] = now
		_, err := s.CompactDB(ctx, f.db, level)
		if errors.Is(err, litestream.ErrNoCompaction) || errors.Is(err, litestream.ErrCompactionTooEarly) {
			continue
		}
		if err == nil && level.Level == litestream.SnapshotLevel {
			err = s.EnforceSnapshotRetention(ctx, f.db)
		}
		if err != nil {
			return fmt.Errorf("merge the replica's files: %w", err)
		}
	}
	return nil
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

// refusing is a client that uploads nothing.
type refusing struct{ *client }

func (refusing) LTXFiles(context.Context, int, ltx.TXID, bool) (ltx.FileIterator, error) {
	return nil, errors.New("closed")
}

func (refusing) WriteLTXFile(context.Context, int, ltx.TXID, ltx.TXID, io.Reader) (*ltx.FileInfo, error) {
	return nil, errors.New("closed")
}

// quiet is a logger that shows Litestream's warnings as details: what matters is said by stream.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(lower{log.Handler()}) }

type lower struct{ slog.Handler }

func (h lower) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, slog.LevelDebug)
}

func (h lower) Handle(ctx context.Context, r slog.Record) error {
	r.Level = slog.LevelDebug
	return h.Handler.Handle(ctx, r)
}

func (h lower) WithAttrs(a []slog.Attr) slog.Handler { return lower{h.Handler.WithAttrs(a)} }
func (h lower) WithGroup(g string) slog.Handler      { return lower{h.Handler.WithGroup(g)} }
