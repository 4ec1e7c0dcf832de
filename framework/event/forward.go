package event

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// forwarder is the name under which a store's inbox remembers what came from the platform.
const forwarder = "event.forward"

// forward moves the platform's events that are meant for one store into that store's outbox, where the store's
// own order and consumers take over. A store that cannot be opened delays nobody else's.
func (r *Relay) forward(ctx context.Context) error {
	var stores []string
	err := r.Platform.DB.NewQuery("SELECT DISTINCT store_id FROM event_outbox WHERE delivered_at IS NULL AND store_id <> ''").WithContext(ctx).Column(&stores)
	if err != nil {
		return fmt.Errorf("read the outbox: %w", err)
	}
	for _, id := range stores {
		if err := r.forwardTo(ctx, id); err != nil {
			r.Log.WarnContext(ctx, "events for a store wait", "store", id, "error", err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (r *Relay) forwardTo(ctx context.Context, storeID string) error {
	var rows []struct {
		ID, Name, Payload string
		CreatedAt         database.Time
	}
	err := r.Platform.DB.NewQuery("SELECT id, name, payload, created_at FROM event_outbox WHERE delivered_at IS NULL AND store_id = {:s} ORDER BY seq LIMIT 256").
		Bind(map[string]any{"s": storeID}).WithContext(ctx).All(&rows)
	if err != nil {
		return err
	}
	st, release, err := r.Platform.Acquire(ctx, storeID)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return err
	}
	if err == nil { // a store that is gone hears nothing
		defer release()
		err = st.Write(ctx, func(tx *tenant.Store) error {
			for _, e := range rows {
				res, err := tx.ExecContext(ctx, "INSERT INTO event_inbox (consumer, event_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
					forwarder, e.ID, database.At(r.Now()))
				if err != nil {
					return err
				}
				if n, err := res.RowsAffected(); err != nil || n == 0 {
					if err != nil {
						return err
					}
					continue
				}
				if err := insert(tx.DB, Event{ID: e.ID, Name: e.Name, Payload: []byte(e.Payload), At: e.CreatedAt.Time}); err != nil {
					return err
				}
			}
			return tx.Signal()
		})
		if err != nil {
			return err
		}
	}
	if err := r.fault("forward"); err != nil {
		return err
	}
	return r.Platform.DB.Write(ctx, func(tx *database.DB) error {
		for _, e := range rows {
			if _, err := tx.ExecContext(ctx, "UPDATE event_outbox SET delivered_at = ? WHERE id = ?", database.At(r.Now()), e.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
