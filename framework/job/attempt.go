package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

const (
	// heartbeat is how often a running job's row is touched, so that people see that it lives.
	heartbeat = 15 * time.Second
	// maxInterrupted bounds how often in a row a job may be under way when the process ends, with no checkpoint
	// in between: one that brings the process down must not do so for ever.
	maxInterrupted = 5
)

// serve runs the file's next job. more says that another look is worth it.
func (r *Runner) serve(id string, s *slot) (more bool, err error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	f := r.file(nil)
	if id != "" {
		st, release, err := r.Platform.Acquire(ctx, id)
		if err != nil {
			return false, err
		}
		defer release()
		f = r.file(st)
	}
	j, ok, err := r.claim(ctx, f)
	if err != nil || !ok {
		return false, err
	}
	r.mu.Lock()
	s.jobID, s.cancel = j.ID, cancel
	if r.stopping {
		cancel(ErrStopping)
	}
	r.mu.Unlock()
	// A cancel that was committed before the slot was set found nobody to tell.
	if now, err := Get(ctx, f.db, j.ID); err == nil && !now.CancelAt.IsZero() {
		cancel(ErrCancelled)
	}
	run := &Run{Job: j, Store: f.store, Platform: r.Platform, db: f.db, now: r.Now}
	started := r.Now()
	err = r.call(ctx, run)
	level := slog.LevelDebug // a shop with many mails has many
	if err != nil {
		level = slog.LevelWarn
	}
	r.Log.Log(ctx, level, "job ended", "kind", j.Kind, "id", j.ID, "store", id, "attempt", j.Attempts, "took", r.Now().Sub(started), "error", err)
	return true, r.finish(f, run, err, context.Cause(ctx), r.Now().Sub(started))
}

// claim takes the file's next job. The caller holds the file's slot, so a job that says it is running was left by a
// process that ended.
func (r *Runner) claim(ctx context.Context, f file) (j Job, ok bool, err error) {
	if due, err := r.due(ctx, f); err != nil || !due {
		return j, false, err
	}
	marks, args := r.runnable(f)
	err = f.db.Write(ctx, func(tx *database.DB) error {
		j, ok = Job{}, false
		now := database.At(r.Now())
		_, err := tx.ExecContext(ctx, `UPDATE job SET
			state = CASE WHEN cancel_at IS NOT NULL THEN 'cancelled' WHEN interrupted + 1 >= ? THEN 'failed' ELSE 'queued' END,
			error = CASE WHEN cancel_at IS NULL AND interrupted + 1 >= ? THEN 'the process ended while this job ran, several times' ELSE error END,
			finished_at = CASE WHEN cancel_at IS NOT NULL OR interrupted + 1 >= ? THEN ? END,
			interrupted = interrupted + 1, attempts = attempts - 1, run_at = ? WHERE state = 'running'`,
			maxInterrupted, maxInterrupted, maxInterrupted, now, now)
		if err != nil {
			return fmt.Errorf("take up interrupted jobs: %w", err)
		}
		var id string
		rows, err := tx.QueryContext(ctx, "SELECT id FROM job WHERE state = 'queued' AND run_at <= ? AND kind IN ("+marks+") ORDER BY run_at, id LIMIT 1",
			append([]any{now}, args...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			return rows.Err()
		}
		if err := rows.Scan(&id); err != nil {
			return err
		}
		rows.Close()
		if j, err = Get(ctx, tx, id); err != nil {
			return err
		}
		j.State, j.StartedAt, j.HeartbeatAt, ok = Running, now, now, true
		j.Attempts++
		_, err = tx.ExecContext(ctx, `UPDATE job SET state = ?, attempts = ?, started_at = ?, heartbeat_at = ?, dedupe_key = iif(?, NULL, dedupe_key) WHERE id = ?`,
			j.State, j.Attempts, now, now, r.kinds[j.Kind].FreesKey, id)
		return err
	})
	if err != nil {
		return j, false, fmt.Errorf("claim a job: %w", err)
	}
	return j, ok, nil
}

// call runs the handler, with a heartbeat beside it, and turns its panic into an error.
func (r *Runner) call(ctx context.Context, run *Run) (err error) {
	done := make(chan struct{})
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		tick := time.NewTicker(heartbeat)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if err := run.db.Write(ctx, func(tx *database.DB) error { return run.writeProgress(ctx, tx) }); err != nil && ctx.Err() == nil {
					r.Log.Warn("job heartbeat failed", "id", run.Job.ID, "error", err)
				}
			case <-done:
				return
			}
		}
	}()
	defer func() {
		close(done)
		<-beating
		if v := recover(); v != nil {
			p := &PanicError{Value: v, Stack: debug.Stack()}
			r.Log.Error("job panicked", "kind", run.Job.Kind, "id", run.Job.ID, "panic", v, "stack", string(p.Stack))
			err = p
		}
	}()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return r.kinds[run.Job.Kind].Run(ctx, run)
}

// finish notes how an attempt ended.
func (r *Runner) finish(f file, run *Run, failure, cause error, took time.Duration) error {
	ctx := context.Background()
	j, now := run.Job, database.At(r.Now())
	state, runAt, finished, text := Succeeded, j.RunAt, now, ""
	result, attempts := run.result, j.Attempts
	if failure != nil {
		text, result = failure.Error(), nil
		switch {
		case errors.Is(cause, ErrCancelled):
			state, text = Cancelled, ""
		case errors.Is(cause, ErrStopping):
			state, finished, runAt, text, attempts = Queued, database.Time{}, now, "", attempts-1
		case j.Attempts < j.MaxAttempts && retryable(failure):
			state, finished, runAt = Queued, database.Time{}, database.At(r.Now().Add(r.Backoff(j.Attempts)))
		default:
			state = Failed
		}
	}
	ended := End{Job: j, StoreID: f.id, Result: string(state), Took: took, Err: failure}
	if state == Queued {
		if ended.Result = "retried"; errors.Is(cause, ErrStopping) {
			ended.Result = "interrupted"
		}
	}
	if failure != nil {
		r.Ended(ended)
	}
	message := ""
	var p *problem.Error
	if errors.As(failure, &p) && state != Cancelled {
		message = p.Message
	}
	err := f.db.Write(ctx, func(tx *database.DB) error {
		if failure == nil && run.last != nil {
			if err := run.last(tx); err != nil {
				return &lastError{err}
			}
		}
		if err := run.writeProgress(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE job SET state = ?, run_at = ?, finished_at = ?, error = ?, result = ?, attempts = ?,
			message = CASE WHEN ? <> '' THEN ? ELSE message END WHERE id = ?`,
			state, runAt, finished, text, result, attempts, message, message, j.ID)
		return err
	})
	var last *lastError
	switch {
	case errors.As(err, &last):
		return r.finish(f, run, last.err, cause, took)
	case err != nil:
		return fmt.Errorf("note the end of job %s: %w", j.ID, err)
	case failure == nil:
		r.Ended(ended)
	}
	return nil
}

// lastError is the failure of a run's last step.
type lastError struct{ err error }

func (e *lastError) Error() string { return e.err.Error() }

// retryable tells whether another attempt may mend it: not when the handler says no, or when what it was
// asked to do is at fault.
func retryable(err error) bool {
	var permanent *PermanentError
	if errors.As(err, &permanent) {
		return false
	}
	var p *problem.Error
	return !errors.As(err, &p) || p.Code.Status() >= 500 || p.Code == problem.TooMany
}
