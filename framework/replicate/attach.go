package replicate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/benbjohnson/litestream"

	"wizamart/framework/database"
)

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
	f.generation, f.attached = own.Generation, time.Now()
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
