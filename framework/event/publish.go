package event

import (
	"context"
	"encoding/json"
	"fmt"

	"wizamart/framework/database"
)

// Payload is a value of the catalogue.
type Payload interface {
	// EventName is the event's name. It does not depend on the value.
	EventName() string
}

// Publish notes that p has happened, in the transaction that makes it so, and returns the event's id.
// It is delivered after the commit, and not at all when the transaction is undone.
// Outside a transaction it is database.ErrNoTransaction.
func Publish(tx *database.DB, p Payload) (id string, err error) { return publish(tx, "", p) }

// PublishTo is Publish in the platform's file for one store: the event is delivered as if it had been
// published in that store.
func PublishTo(tx *database.DB, storeID string, p Payload) (id string, err error) {
	return publish(tx, storeID, p)
}

func publish(tx *database.DB, storeID string, p Payload) (string, error) {
	if err := tx.Signal(); err != nil {
		return "", fmt.Errorf("publish %s: %w", p.EventName(), err)
	}
	payload, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("publish %s: %w", p.EventName(), err)
	}
	if len(payload) > maxPayload {
		return "", fmt.Errorf("publish %s: %d bytes are more than an event may have (%d)", p.EventName(), len(payload), maxPayload)
	}
	id := database.NewID()
	if err := insert(tx, Event{ID: id, Name: p.EventName(), StoreID: storeID, Payload: payload, At: database.Now().Time}); err != nil {
		return "", fmt.Errorf("publish %s: %w", p.EventName(), err)
	}
	return id, nil
}

func insert(tx *database.DB, e Event) error {
	_, err := tx.ExecContext(context.Background(), "INSERT INTO event_outbox (id, name, payload, store_id, created_at) VALUES (?, ?, ?, ?, ?)",
		e.ID, e.Name, string(e.Payload), e.StoreID, database.At(e.At))
	return err
}
