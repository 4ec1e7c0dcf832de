package job

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// progressEvery is the least time between two writes of a job's progress.
const progressEvery = 250 * time.Millisecond

// Run is one attempt at a job, as its handler sees it.
type Run struct {
	Job      Job              // as it was when the attempt began
	Store    *tenant.Store    // nil for a job of the platform
	Platform *tenant.Platform // for a job of a store: what it knows of the store, not a way to others

	db  *database.DB
	now func() time.Time

	mu       sync.Mutex
	progress progress
	written  time.Time
	result   database.JSON
	last     func(tx *database.DB) error
}

type progress struct {
	done, total int64
	message     string
	stale       bool // not in the file yet
}

// DB is the file that the job lives in.
func (r *Run) DB() *database.DB { return r.db }

// Decode unmarshals the job's payload. What cannot be read is not tried again.
func (r *Run) Decode(v any) error {
	if err := r.Job.Payload.Decode(v); err != nil {
		return Permanent(fmt.Errorf("decode the payload of %s: %w", r.Job.Kind, err))
	}
	return nil
}

// Progress says how far the job is; total 0 is unknown. It is written at most four times a second, the last
// one in any case. Its error is ctx's: a handler that reports regularly ends soon after a cancel.
func (r *Run) Progress(ctx context.Context, done, total int64, message string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	r.progress = progress{done, total, message, true}
	wait := r.now().Sub(r.written) < progressEvery
	if !wait {
		r.written = r.now()
	}
	r.mu.Unlock()
	if wait {
		return nil
	}
	return r.db.Write(ctx, func(tx *database.DB) error { return r.writeProgress(ctx, tx) })
}

// writeProgress also serves as the heartbeat.
func (r *Run) writeProgress(ctx context.Context, tx *database.DB) error {
	r.mu.Lock()
	p := r.progress
	r.mu.Unlock()
	now := database.At(r.now())
	if !p.stale {
		_, err := tx.ExecContext(ctx, "UPDATE job SET heartbeat_at = ? WHERE id = ?", now, r.Job.ID)
		return err
	}
	_, err := tx.ExecContext(ctx, "UPDATE job SET heartbeat_at = ?, done = ?, total = ?, message = ? WHERE id = ?", now, p.done, p.total, p.message, r.Job.ID)
	return err
}

// SetResult is what the job has to say when it succeeds, as JSON.
func (r *Run) SetResult(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("the result of %s: %w", r.Job.Kind, err)
	}
	r.mu.Lock()
	r.result = data
	r.mu.Unlock()
	return nil
}

// Checkpoint notes where a later attempt goes on. db is the transaction that commits the work up to there,
// so that no part of it is done twice; outside a transaction it commits by itself. It belongs to the job's own file.
func (r *Run) Checkpoint(ctx context.Context, db *database.DB, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("the checkpoint of %s: %w", r.Job.Kind, err)
	}
	return db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "UPDATE job SET checkpoint = ?, interrupted = 0 WHERE id = ?", database.JSON(data), r.Job.ID)
		return err
	})
}

// Resume reads the last checkpoint of earlier attempts; ok is false when there is none.
func (r *Run) Resume(v any) (ok bool, err error) {
	if len(r.Job.Checkpoint) == 0 {
		return false, nil
	}
	if err := r.Job.Checkpoint.Decode(v); err != nil {
		return false, Permanent(fmt.Errorf("decode the checkpoint of %s: %w", r.Job.Kind, err))
	}
	return true, nil
}

// AtEnd has fn run in the transaction that notes the job's success, once the handler has returned without an error. An error of fn's is the job's.
func (r *Run) AtEnd(fn func(tx *database.DB) error) { r.last = fn }
