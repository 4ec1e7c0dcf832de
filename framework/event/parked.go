package event

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Parked is a delivery that was given up.
type Parked struct {
	EventID  string        `json:"event_id"`
	Consumer string        `json:"consumer"`
	StoreID  string        `json:"store_id"` // "" for the platform's own
	Name     string        `json:"name"`
	Attempts int           `json:"attempts"`
	Error    string        `json:"error"`
	ParkedAt database.Time `json:"parked_at"`
}

// Backlog lists the parked deliveries of all stores and of the platform, newest first, at most limit.
// It opens no store.
func (r *Relay) Backlog(ctx context.Context, limit int) ([]Parked, error) {
	var out []Parked
	err := r.Platform.DB.NewQuery("SELECT * FROM event_parked ORDER BY parked_at DESC, event_id, consumer LIMIT {:n}").
		Bind(dbx.Params{"n": limit}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("list parked events: %w", err)
	}
	return out, nil
}

// ParkedCount is how many deliveries of all files are parked.
func (r *Relay) ParkedCount(ctx context.Context) (n int, err error) {
	err = r.Platform.DB.NewQuery("SELECT count(*) FROM event_parked").WithContext(ctx).Row(&n)
	return n, err
}

// Oldest is when the oldest of the events was published that Waiting counts; zero for none.
func Oldest(ctx context.Context, db *database.DB) (time.Time, error) {
	var at database.Time
	err := db.NewQuery("SELECT min(created_at) FROM event_outbox o WHERE delivered_at IS NULL AND " + notParked).WithContext(ctx).Row(&at)
	return at.Time, err
}

// Waiting counts the events of one file that not every consumer has had, without the parked ones.
func Waiting(ctx context.Context, db *database.DB) (n int, err error) {
	err = db.NewQuery("SELECT count(*) FROM event_outbox o WHERE delivered_at IS NULL AND " + notParked).WithContext(ctx).Row(&n)
	return n, err
}

// park gives a delivery up and lets the consumer go on. The platform's list is written first: a crash in between
// parks once more.
func (r *Relay) park(ctx context.Context, src source, c *consumer, e Event, attempts int, failure error) error {
	r.Log.ErrorContext(ctx, "event parked", "event", e.Name, "id", e.ID, "consumer", c.name, "store", e.StoreID, "attempts", attempts, "error", failure)
	note := func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO event_parked (event_id, consumer, store_id, name, attempts, error, parked_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, e.ID, c.name, e.StoreID, e.Name, attempts, failure.Error(), database.At(r.Now()))
		return err
	}
	if src.store != nil {
		if err := r.Platform.DB.Write(ctx, note); err != nil {
			return fmt.Errorf("park an event: %w", err)
		}
	}
	err := src.db.Write(ctx, func(tx *database.DB) error {
		if err := note(tx); err != nil {
			return err
		}
		return advance(ctx, tx, c.name, e.seq)
	})
	if err != nil {
		return fmt.Errorf("park an event: %w", err)
	}
	return nil
}

// Retry delivers a parked event now, out of order, and takes it off the list. The handler's error is returned.
func (r *Relay) Retry(ctx context.Context, eventID, consumerName string) error {
	var p Parked
	err := r.Platform.DB.NewQuery("SELECT * FROM event_parked WHERE event_id = {:e} AND consumer = {:c}").
		Bind(dbx.Params{"e": eventID, "c": consumerName}).WithContext(ctx).One(&p)
	if database.NotFound(err) {
		return problem.New(problem.NotFound, "This delivery is not parked.")
	}
	if err != nil {
		return err
	}
	var st *tenant.Store
	if p.StoreID != "" {
		var release func()
		if st, release, err = r.Platform.Acquire(ctx, p.StoreID); err != nil {
			return err
		}
		defer release()
	}
	src := r.source(st)
	if err := r.retry(ctx, src, p); err != nil {
		return err
	}
	if err := src.db.Write(ctx, func(tx *database.DB) error { return unpark(tx, p) }); err != nil {
		return err
	}
	if st == nil {
		return nil
	}
	return r.Platform.DB.Write(ctx, func(tx *database.DB) error { return unpark(tx, p) })
}

func (r *Relay) retry(ctx context.Context, src source, p Parked) error {
	for _, c := range r.of(src) {
		if c.name != p.Consumer {
			continue
		}
		var row struct {
			Payload   string
			CreatedAt database.Time
		}
		err := src.db.NewQuery("SELECT payload, created_at FROM event_outbox WHERE id = {:e}").Bind(dbx.Params{"e": p.EventID}).WithContext(ctx).One(&row)
		if database.NotFound(err) || c.handle[p.Name] == nil {
			return nil // neither the event nor the interest is left
		}
		if err != nil {
			return err
		}
		e := Event{ID: p.EventID, Name: p.Name, StoreID: p.StoreID, Payload: []byte(row.Payload), At: row.CreatedAt.Time}
		if e.At.Before(r.Now().Add(-keepInbox)) {
			return problem.New(problem.Gone, "This event is too old to be delivered.")
		}
		return r.inTarget(ctx, src, c, func(tx Target) error { return r.receive(ctx, tx, c, e) })
	}
	return nil
}

func unpark(tx *database.DB, p Parked) error {
	_, err := tx.Exec("DELETE FROM event_parked WHERE event_id = {:e} AND consumer = {:c}", dbx.Params{"e": p.EventID, "c": p.Consumer})
	if err != nil {
		return err
	}
	return tx.Signal() // the event may now be marked as delivered
}
