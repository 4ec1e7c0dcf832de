package monitoring

import (
	"context"
	"os"
	"strconv"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/replicate"
)

// TakeSnapshot puts an independent copy of a file beside its stream, and takes those away that the settings give up. The result is
// recorded, a failure too.
func (s *Service) TakeSnapshot(ctx context.Context, key string) (replicate.Saved, error) {
	if s.app.Replica == nil {
		return replicate.Saved{}, errNoReplica
	}
	if err := s.turn(ctx); err != nil {
		return replicate.Saved{}, err
	}
	defer s.done()
	if err := s.takeChange(ctx, key); err != nil {
		return replicate.Saved{}, err
	}
	began := database.At(s.now())
	saved, failed := s.snapshot(ctx, key)
	if ctx.Err() != nil {
		return saved, context.Cause(ctx)
	}
	_, err := s.change(ctx, key, func(r *Record) {
		r.SnapshotTriedAt, r.SnapshotError = began, ""
		if failed != nil {
			r.SnapshotError = failed.Error()
			return
		}
		r.SnapshotAt, r.SnapshotName, r.SnapshotBytes = began, saved.Name, saved.Bytes
	})
	if failed != nil {
		s.app.Log.Error("the snapshot failed", "store", s.name(key), "error", failed)
		return saved, failed
	}
	return saved, err
}

func (s *Service) snapshot(ctx context.Context, key string) (replicate.Saved, error) {
	dir, err := s.temp(key)
	if err != nil {
		return replicate.Saved{}, err
	}
	defer os.RemoveAll(dir)
	return s.app.Replica.TakeSnapshot(ctx, key, dir, replicate.Retention{Daily: s.setting("snapshot_daily"), Weekly: s.setting("snapshot_weekly")})
}

// Snapshots lists a file's snapshots, newest first.
func (s *Service) Snapshots(ctx context.Context, key string) ([]replicate.Saved, error) {
	if s.app.Replica == nil {
		return nil, errNoReplica
	}
	return s.app.Replica.Source().Snapshots(ctx, key)
}

// setting is a number that the operator has chosen.
func (s *Service) setting(name string) int {
	n, err := strconv.Atoi(s.app.PlatformSetting("monitoring." + name))
	if err != nil {
		return 0
	}
	return n
}

func (s *Service) drillEvery() time.Duration {
	return s.app.PlatformSpan("monitoring.drill_hours")
}

func (s *Service) snapshotEvery() time.Duration {
	return s.app.PlatformSpan("monitoring.snapshot_hours")
}
