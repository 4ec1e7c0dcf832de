package event

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

const (
	// batch is how many events a consumer takes at once at most.
	batch = 64
	// batchTime is how long a consumer's transaction may go on before it is committed with what it has.
	batchTime = 10 * time.Millisecond
)

// cursor is how far a consumer is in a file's outbox: it has had, skipped or parked all its events up to Seq.
type cursor struct {
	Seq      int64
	Attempts int
	RetryAt  database.Time
}

func readCursor(ctx context.Context, db *database.DB, consumer string) (cursor, error) {
	var c cursor
	rows, err := db.QueryContext(ctx, "SELECT seq, attempts, retry_at FROM event_cursor WHERE consumer = ?", consumer)
	if err != nil {
		return c, fmt.Errorf("read the cursor of %s: %w", consumer, err)
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&c.Seq, &c.Attempts, &c.RetryAt); err != nil {
			return c, err
		}
	}
	return c, rows.Err()
}

func advance(ctx context.Context, tx *database.DB, consumer string, seq int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO event_cursor (consumer, seq) VALUES (?, ?)
		ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq, attempts = 0, retry_at = NULL, error = ''`, consumer, seq)
	return err
}

// open reads the consumer's events after seq.
func (r *Relay) open(ctx context.Context, src source, c *consumer, seq int64, limit int) ([]Event, error) {
	names := "?" + strings.Repeat(", ?", len(c.events)-1)
	args := append(append([]any{seq}, c.events...), limit)
	rows, err := src.db.QueryContext(ctx, `SELECT seq, id, name, payload, created_at FROM event_outbox
		WHERE delivered_at IS NULL AND store_id = '' AND seq > ? AND name IN (`+names+`) ORDER BY seq LIMIT ?`, args...)
	if err != nil {
		return nil, fmt.Errorf("read the outbox: %w", err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		e := Event{StoreID: src.storeID}
		var payload string
		var at database.Time
		if err := rows.Scan(&e.seq, &e.ID, &e.Name, &payload, &at); err != nil {
			return nil, fmt.Errorf("read the outbox: %w", err)
		}
		e.Payload, e.At = []byte(payload), at.Time
		out = append(out, e)
	}
	return out, rows.Err()
}

// deliver hands a consumer its events until there are none or one fails.
func (r *Relay) deliver(ctx context.Context, src source, c *consumer) error {
	for ctx.Err() == nil {
		cur, err := readCursor(ctx, src.db, c.name)
		if err != nil {
			return err
		}
		if cur.RetryAt.After(r.Now()) {
			return nil
		}
		events, err := r.open(ctx, src, c, cur.Seq, batch)
		if err != nil || len(events) == 0 {
			return err
		}
		if !c.always && !r.Enabled(src.platformID, c.module) {
			if err := r.advance(ctx, src, c, events[len(events)-1].seq); err != nil {
				return err
			}
			continue
		}
		old := slices.IndexFunc(events, func(e Event) bool { return e.At.Before(r.Now().Add(-keepInbox)) })
		if old == 0 {
			if err := r.park(ctx, src, c, events[0], cur.Attempts, fmt.Errorf("older than %d days", int(keepInbox.Hours()/24))); err != nil {
				return err
			}
			continue
		}
		if old > 0 {
			events = events[:old]
		}
		done, failure, err := r.apply(ctx, src, c, events)
		if err != nil {
			return err
		}
		if failure != nil {
			if done > 0 {
				cur.Attempts = 0
			}
			if stop, err := r.fail(ctx, src, c, events[done], cur.Attempts+1, failure); err != nil || stop {
				return err
			}
		}
	}
	return ctx.Err()
}

// apply runs the consumer's handler for events, in one transaction of its target file, until one fails.
func (r *Relay) apply(ctx context.Context, src source, c *consumer, events []Event) (done int, failure, err error) {
	same := c.target == database.Store
	err = r.inTarget(ctx, src, c, func(tx Target) error {
		done, failure = 0, nil
		started := time.Now()
		for _, e := range events {
			if failure = r.receive(ctx, tx, c, e); failure != nil {
				break
			}
			if done++; time.Since(started) > batchTime {
				break
			}
		}
		if same && done > 0 {
			return advance(ctx, tx.DB, c.name, events[done-1].seq)
		}
		return nil
	})
	if err != nil || same || done == 0 {
		return done, failure, err
	}
	if err := r.fault("advance"); err != nil {
		return done, nil, err
	}
	return done, failure, r.advance(ctx, src, c, events[done-1].seq)
}

// receive applies one event unless the inbox says that it has been. Its failure undoes its own statements alone.
func (r *Relay) receive(ctx context.Context, tx Target, c *consumer, e Event) error {
	in := func(tx Target) error {
		res, err := tx.DB.ExecContext(ctx, "INSERT INTO event_inbox (consumer, event_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			c.name, e.ID, database.At(r.Now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return c.handle[e.Name](context.WithoutCancel(ctx), tx, e)
	}
	if tx.Store != nil {
		return tx.Store.Write(ctx, func(st *tenant.Store) error { return in(Target{DB: st.DB, Store: st}) })
	}
	return tx.DB.Write(ctx, func(db *database.DB) error { return in(Target{DB: db}) })
}

func (r *Relay) inTarget(ctx context.Context, src source, c *consumer, fn func(Target) error) error {
	if c.target == database.Store {
		return src.store.Write(ctx, func(st *tenant.Store) error { return fn(Target{DB: st.DB, Store: st}) })
	}
	return r.Platform.DB.Write(ctx, func(db *database.DB) error { return fn(Target{DB: db}) })
}

func (r *Relay) advance(ctx context.Context, src source, c *consumer, seq int64) error {
	return src.db.Write(ctx, func(tx *database.DB) error { return advance(ctx, tx, c.name, seq) })
}

// fail notes a failed attempt, or parks the event after the last one. stop says that the consumer has to wait.
func (r *Relay) fail(ctx context.Context, src source, c *consumer, e Event, attempts int, failure error) (stop bool, err error) {
	if attempts >= r.MaxAttempts {
		return false, r.park(ctx, src, c, e, attempts, failure)
	}
	retry := r.Now().Add(r.Backoff(attempts))
	r.Log.WarnContext(ctx, "event delivery failed", "event", e.Name, "id", e.ID, "consumer", c.name, "store", e.StoreID, "attempt", attempts, "retry_at", retry, "error", failure)
	return true, src.db.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO event_cursor (consumer, seq, attempts, retry_at, error) VALUES (?, 0, ?, ?, ?)
			ON CONFLICT (consumer) DO UPDATE SET attempts = excluded.attempts, retry_at = excluded.retry_at, error = excluded.error`,
			c.name, attempts, database.At(retry), failure.Error())
		return err
	})
}
