package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// New is what a job needs to be enqueued.
type New struct {
	Kind        string    // <module>.<verb>, such as "catalog.import"
	Payload     any       // as JSON; files are named by their path under Store.TempDir
	RunAt       time.Time // now when zero
	Key         string    // at most one unfinished job of the kind has it; "" for any number
	Actor       string    // who asked for it, for people
	MaxAttempts int       // 5 when 0; 1 never retries
}

// Enqueue adds a job in the transaction that makes it necessary: it starts after the commit, and never when
// the transaction is undone. When an unfinished job of the kind has the key already, its id is returned
// and nothing changes: a job that is already running may have passed what the new one was to do, so a
// handler with a key reads what it needs late, or the key contains the version of what it is about.
// Outside a transaction it is database.ErrNoTransaction.
func Enqueue(tx *database.DB, in New) (id string, err error) {
	ctx := context.Background()
	fail := func(err error) (string, error) { return "", fmt.Errorf("enqueue %s: %w", in.Kind, err) }
	if err := tx.Signal(); err != nil {
		return fail(err)
	}
	var payload database.JSON
	if in.Payload != nil {
		if payload, err = json.Marshal(in.Payload); err != nil {
			return fail(err)
		}
	}
	now := database.Now()
	at := now
	if !in.RunAt.IsZero() {
		at = database.At(in.RunAt)
	}
	if in.MaxAttempts == 0 {
		in.MaxAttempts = 5
	}
	var key any
	if in.Key != "" {
		key = in.Key
		rows, err := tx.QueryContext(ctx, "SELECT id FROM job WHERE kind = ? AND dedupe_key = ? AND state IN ('queued', 'running')", in.Kind, in.Key)
		if err != nil {
			return fail(err)
		}
		defer rows.Close()
		if rows.Next() {
			if err := rows.Scan(&id); err != nil {
				return fail(err)
			}
			return id, nil
		}
		if err := rows.Err(); err != nil {
			return fail(err)
		}
	}
	id = database.NewID()
	_, err = tx.ExecContext(ctx, `INSERT INTO job (id, kind, payload, state, dedupe_key, actor, run_at, max_attempts, created_at)
		VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)`, id, in.Kind, payload, key, in.Actor, at, in.MaxAttempts, now)
	if err != nil {
		return fail(err)
	}
	return id, nil
}

// Cancel ends a job: at once while it is queued, and by ending its handler's context while it runs. It then ends as
// cancelled unless the handler finishes its work all the same. A finished job is a Conflict.
func Cancel(ctx context.Context, db *database.DB, id string) error {
	return db.Write(ctx, func(tx *database.DB) error {
		j, err := Get(ctx, tx, id)
		if err != nil {
			return err
		}
		now := database.Now()
		switch j.State {
		case Queued:
			_, err = tx.ExecContext(ctx, "UPDATE job SET state = 'cancelled', cancel_at = ?, finished_at = ? WHERE id = ?", now, now, id)
			return err
		case Running:
			if _, err = tx.ExecContext(ctx, "UPDATE job SET cancel_at = coalesce(cancel_at, ?) WHERE id = ?", now, id); err != nil {
				return err
			}
			return tx.Signal()
		}
		return problem.New(problem.Conflict, "This job has already finished.")
	})
}
