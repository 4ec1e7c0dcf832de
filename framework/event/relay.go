package event

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Options of a Relay. Only Platform is needed.
type Options struct {
	Platform      *tenant.Platform
	Subscriptions []Subscription
	// Enabled tells whether a platform has a module switched on. The consumers of a module that is off
	// skip what happens meanwhile, unless they say Always. nil: all are on.
	Enabled     func(platformID, module string) bool
	MaxAttempts int                             // of one delivery before it is parked; 10 when 0
	Backoff     func(attempt int) time.Duration // the pause after a failed attempt, from 1; 1 s doubled up to 10 min when nil
	Now         func() time.Time                // time.Now when nil
	Log         *slog.Logger                    // slog.Default when nil
}

// Relay delivers what outboxes hold. One file is visited by one goroutine at a time: package background
// sees to it.
type Relay struct {
	Options
	consumers []*consumer
	fault     func(point string) error // tests die here
}

// NewRelay checks the subscriptions.
func NewRelay(o Options) (*Relay, error) {
	o.MaxAttempts = cmp.Or(o.MaxAttempts, 10)
	if o.Enabled == nil {
		o.Enabled = func(string, string) bool { return true }
	}
	if o.Backoff == nil {
		o.Backoff = func(attempt int) time.Duration {
			return min(time.Second<<min(attempt-1, 20), 10*time.Minute)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	list, err := consumers(o.Subscriptions)
	if err != nil {
		return nil, err
	}
	return &Relay{Options: o, consumers: list, fault: func(string) error { return nil }}, nil
}

// source is a file whose outbox is read.
type source struct {
	db         *database.DB
	store      *tenant.Store // nil for the platform's file
	storeID    string
	platformID string // "" for the installation
}

func (r *Relay) source(st *tenant.Store) source {
	if st == nil {
		return source{db: r.Platform.DB}
	}
	return source{db: st.DB, store: st, storeID: st.ID(), platformID: st.Info().PlatformID}
}

// consumers that hear of what happens in the source.
func (r *Relay) of(src source) []*consumer {
	if src.store != nil {
		return r.consumers
	}
	var out []*consumer
	for _, c := range r.consumers {
		if c.target == database.Platform {
			out = append(out, c)
		}
	}
	return out
}

// Visit delivers what is open and due in a store's outbox, or in the platform's when st is nil.
// A consumer's failure is noted and is not an error; an error means that the files could not be worked on.
func (r *Relay) Visit(ctx context.Context, st *tenant.Store) error {
	src := r.source(st)
	open, err := exists(ctx, src.db, "SELECT 1 FROM event_outbox WHERE delivered_at IS NULL LIMIT 1")
	if err != nil || !open {
		return err
	}
	if st == nil {
		if err := r.forward(ctx); err != nil {
			return err
		}
	}
	for _, c := range r.of(src) {
		if err := r.deliver(ctx, src, c); err != nil {
			return fmt.Errorf("deliver to %s: %w", c.name, err)
		}
	}
	return r.mark(ctx, src)
}

// Pending tells when the file's outbox wants to be visited next; ok is false when nothing waits.
func (r *Relay) Pending(ctx context.Context, st *tenant.Store) (at time.Time, ok bool, err error) {
	src := r.source(st)
	open, err := exists(ctx, src.db, "SELECT 1 FROM event_outbox o WHERE delivered_at IS NULL AND "+notParked+" LIMIT 1")
	if err != nil || !open {
		return time.Time{}, false, err
	}
	now := r.Now()
	for _, c := range r.of(src) {
		cur, err := readCursor(ctx, src.db, c.name)
		if err != nil {
			return time.Time{}, false, err
		}
		waiting, err := r.open(ctx, src, c, cur.Seq, 1)
		if err != nil {
			return time.Time{}, false, err
		}
		if len(waiting) == 0 {
			continue
		}
		if !cur.RetryAt.After(now) {
			return now, true, nil
		}
		if at.IsZero() || cur.RetryAt.Before(at) {
			at = cur.RetryAt.Time
		}
	}
	if at.IsZero() {
		at = now // delivered to all and not yet marked
	}
	return at, true, nil
}

const notParked = "NOT EXISTS (SELECT 1 FROM event_parked p WHERE p.event_id = o.id)"

// mark notes which events all their consumers have had, and drops what is old.
func (r *Relay) mark(ctx context.Context, src source) error {
	var names []struct {
		Name  string
		First int64
	}
	err := src.db.NewQuery("SELECT name, min(seq) AS first FROM event_outbox o WHERE delivered_at IS NULL AND store_id = '' AND " + notParked + " GROUP BY name").
		WithContext(ctx).All(&names)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	reached := map[string]int64{}
	for _, n := range names {
		through := int64(math.MaxInt64)
		for _, c := range r.of(src) {
			if c.handle[n.Name] == nil {
				continue
			}
			cur, err := readCursor(ctx, src.db, c.name)
			if err != nil {
				return err
			}
			through = min(through, cur.Seq)
		}
		if n.First <= through {
			reached[n.Name] = through
		}
	}
	if len(reached) == 0 {
		return nil
	}
	if err := r.fault("mark"); err != nil {
		return err
	}
	return src.db.Write(ctx, func(tx *database.DB) error {
		for name, through := range reached {
			_, err := tx.ExecContext(ctx, "UPDATE event_outbox AS o SET delivered_at = ? WHERE delivered_at IS NULL AND store_id = '' AND name = ? AND seq <= ? AND "+notParked,
				database.At(r.Now()), name, through)
			if err != nil {
				return fmt.Errorf("mark %s as delivered: %w", name, err)
			}
		}
		return nil
	})
}

// Prune drops what is old from the file's outbox and inbox, a few hundred rows at a time.
func (r *Relay) Prune(ctx context.Context, st *tenant.Store) error {
	db, now := r.source(st).db, r.Now()
	for _, p := range []struct {
		find, drop string
		before     time.Time
	}{
		{"SELECT 1 FROM event_outbox WHERE delivered_at < ? LIMIT 1",
			"DELETE FROM event_outbox WHERE seq IN (SELECT seq FROM event_outbox WHERE delivered_at < ? LIMIT 500)", now.Add(-keepDelivered)},
		{"SELECT 1 FROM event_inbox WHERE at < ? LIMIT 1",
			"DELETE FROM event_inbox WHERE (consumer, event_id) IN (SELECT consumer, event_id FROM event_inbox WHERE at < ? LIMIT 500)", now.Add(-keepInbox)},
	} {
		old, err := exists(ctx, db, p.find, database.At(p.before))
		if err != nil {
			return err
		}
		if !old {
			continue
		}
		err = db.Write(ctx, func(tx *database.DB) error {
			_, err := tx.ExecContext(ctx, p.drop, database.At(p.before))
			return err
		})
		if err != nil {
			return fmt.Errorf("prune events: %w", err)
		}
	}
	return nil
}

func exists(ctx context.Context, db *database.DB, query string, args ...any) (bool, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	return rows.Next(), rows.Err()
}
