package replicate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

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
	} else if !final && now.Sub(f.compacted[1]) < f.m.Merge {
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
