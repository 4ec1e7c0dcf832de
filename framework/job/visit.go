package job

import (
	"context"
	"fmt"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// keepFinished is how long a finished job can be looked at.
const keepFinished = 30 * 24 * time.Hour

// heldBack is when to look again at jobs whose module is off or whose kind this binary does not have.
const heldBack = time.Hour

type file struct {
	db         *database.DB
	store      *tenant.Store
	id         string // the store's; "" for the platform
	platformID string // "" for the installation
}

func (r *Runner) file(st *tenant.Store) file {
	if st == nil {
		return file{db: r.Platform.DB}
	}
	return file{db: st.DB, store: st, id: st.ID(), platformID: st.Info().PlatformID}
}

// runnable is the kinds that may run in a file now, as a list of SQL parameters.
func (r *Runner) runnable(f file) (marks string, args []any) {
	for name, k := range r.kinds {
		module, _, _ := strings.Cut(name, ".")
		if k.Always || r.Enabled(f.platformID, module) {
			args = append(args, name)
		}
	}
	return strings.TrimPrefix(strings.Repeat(", ?", len(args)), ", "), args
}

// Visit looks at a store's jobs, or at the platform's when st is nil: it passes on a cancel, and puts the file
// in line for a worker when a job is due or was left running by a process that ended.
func (r *Runner) Visit(ctx context.Context, st *tenant.Store) error {
	f := r.file(st)
	var running []struct {
		ID       string
		CancelAt database.Time
	}
	if err := f.db.NewQuery("SELECT id, cancel_at FROM job WHERE state = 'running'").WithContext(ctx).All(&running); err != nil {
		return fmt.Errorf("look for running jobs: %w", err)
	}
	if len(running) == 0 {
		if due, err := r.due(ctx, f); err != nil || !due {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.busy[f.id]
	if s == nil {
		r.enter(f.id)
		return nil
	}
	for _, j := range running {
		if j.ID == s.jobID && !j.CancelAt.IsZero() && s.cancel != nil {
			s.cancel(ErrCancelled)
		}
	}
	s.again = true
	return nil
}

// due tells whether a worker would find a job.
func (r *Runner) due(ctx context.Context, f file) (bool, error) {
	marks, args := r.runnable(f)
	ok, err := exists(ctx, f.db, `SELECT 1 FROM job WHERE state = 'running' OR (state = 'queued' AND run_at <= ? AND kind IN (`+marks+`)) LIMIT 1`,
		append([]any{database.At(r.Now())}, args...)...)
	if err != nil {
		return false, fmt.Errorf("look for jobs: %w", err)
	}
	return ok, nil
}

// Pending tells when the file's jobs want to be visited next; ok is false when nothing waits.
func (r *Runner) Pending(ctx context.Context, st *tenant.Store) (at time.Time, ok bool, err error) {
	f := r.file(st)
	busy, err := exists(ctx, f.db, "SELECT 1 FROM job WHERE state = 'running' LIMIT 1")
	if err != nil {
		return at, false, err
	}
	if busy {
		return r.Now(), true, nil
	}
	marks, args := r.runnable(f)
	var next, held database.Time
	err = f.db.View(ctx, func(view *database.DB) error {
		read := func(into *database.Time, not string) error {
			rows, err := view.QueryContext(ctx, "SELECT min(run_at) FROM job WHERE state = 'queued' AND kind "+not+" IN ("+marks+")", args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			if rows.Next() {
				return rows.Scan(into)
			}
			return rows.Err()
		}
		if err := read(&next, ""); err != nil {
			return err
		}
		return read(&held, "NOT")
	})
	if err != nil {
		return at, false, fmt.Errorf("look for jobs: %w", err)
	}
	if !held.IsZero() {
		if later := r.Now().Add(heldBack); held.Before(later) {
			held = database.At(later)
		}
		if next.IsZero() || held.Before(next.Time) {
			next = held
		}
	}
	return next.Time, !next.IsZero(), nil
}

// Prune drops jobs that finished long ago, a few hundred at a time.
func (r *Runner) Prune(ctx context.Context, st *tenant.Store) error {
	db, before := r.file(st).db, database.At(r.Now().Add(-keepFinished))
	old, err := exists(ctx, db, "SELECT 1 FROM job WHERE finished_at < ? LIMIT 1", before)
	if err != nil || !old {
		return err
	}
	return db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE finished_at < ? LIMIT 500)", before)
		return err
	})
}

func exists(ctx context.Context, db *database.DB, query string, args ...any) (bool, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	return rows.Next(), rows.Err()
}
