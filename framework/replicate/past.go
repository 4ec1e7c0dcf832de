package replicate

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"

	"wizamart/framework/database"
)

// restoreGeneration restores from one generation and checks the file. When a full copy was made of a file that was damaged
// already, what was written since the full copy before gives the sound one: so that one is passed over.
func restoreGeneration(ctx context.Context, c *client, path string, at time.Time) (out Restored, err error) {
	var damaged error
	for hide := 0; ; hide++ {
		opt := litestream.NewRestoreOptions()
		opt.OutputPath, opt.Timestamp = path, at
		err := litestream.NewReplicaWithClient(nil, older{c, hide}).Restore(ctx, opt)
		if err != nil {
			if damaged != nil && (errors.Is(err, litestream.ErrTxNotAvailable) || errors.Is(err, litestream.ErrNoSnapshots)) {
				err = damaged
			}
			return out, err
		}
		out, err = inspect(ctx, path)
		out.PassedOver = hide
		if err == nil || !database.Damaged(err) {
			return out, err
		}
		damaged = err
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return out, err
			}
		}
		if n, err := fullCopies(ctx, c); err != nil || hide >= n {
			return out, errors.Join(damaged, err)
		}
	}
}

func fullCopies(ctx context.Context, c *client) (n int, err error) {
	all, err := c.LTXFiles(ctx, litestream.SnapshotLevel, 0, false)
	if err != nil {
		return 0, err
	}
	for all.Next() {
		n++
	}
	return n, all.Close()
}

// older is a client that does not show the newest full copies.
type older struct {
	*client
	hide int
}

func (o older) LTXFiles(ctx context.Context, level int, seek ltx.TXID, useMetadata bool) (ltx.FileIterator, error) {
	files, err := o.client.LTXFiles(ctx, level, seek, useMetadata)
	if err != nil || level != litestream.SnapshotLevel || o.hide == 0 {
		return files, err
	}
	var list []*ltx.FileInfo
	for files.Next() {
		info := *files.Item()
		list = append(list, &info)
	}
	if err := files.Close(); err != nil {
		return nil, err
	}
	return ltx.NewFileInfoSliceIterator(list[:max(0, len(list)-o.hide)]), nil
}

// lastTime is when the last transaction that a restore to at gives was written.
func lastTime(ctx context.Context, c *client, at time.Time) (last time.Time, err error) {
	for level := 0; level <= litestream.SnapshotLevel; level++ {
		var newest *ltx.FileInfo
		files, err := c.LTXFiles(ctx, level, 0, !at.IsZero())
		if err != nil {
			return last, err
		}
		for files.Next() {
			if info := files.Item(); at.IsZero() || info.CreatedAt.Before(at) {
				own := *info
				newest = &own
			}
		}
		if err := files.Close(); err != nil {
			return last, err
		}
		if newest != nil && newest.CreatedAt.After(last) {
			last = newest.CreatedAt
		}
	}
	return last.UTC(), nil
}
