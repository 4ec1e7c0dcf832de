// Package event carries committed facts from one file to the consumers that need them.
//
// Publish writes the event into the outbox of the file that the fact is committed in, in the same
// transaction. The Relay then hands it to each consumer, in the order of commits. A consumer's handler runs
// in one transaction of its target file, together with a row in that file's inbox, so that it is applied
// exactly once wherever the process is killed: a second delivery finds the inbox row and changes nothing.
//
// A consumer that fails is tried again with growing pauses. Meanwhile its later events in that file wait, other
// consumers and other stores do not. After Options.MaxAttempts the event is parked: it shows in Backlog, the
// consumer goes on with the next, and Retry delivers it after all.
//
// When deliveries happen is decided by package background.
package event

import (
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"wizamart/framework/database"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{
	{Name: "event_outbox", Scope: database.Platform, Class: database.Ledger},
	{Name: "event_cursor", Scope: database.Platform, Class: database.Ledger},
	{Name: "event_inbox", Scope: database.Platform, Class: database.Ledger},
	{Name: "event_parked", Scope: database.Platform, Class: database.Ledger},
	{Name: "event_outbox", Scope: database.Store, Class: database.Ledger},
	{Name: "event_cursor", Scope: database.Store, Class: database.Ledger},
	{Name: "event_inbox", Scope: database.Store, Class: database.Ledger},
	{Name: "event_parked", Scope: database.Store, Class: database.Ledger},
}

const (
	// keepDelivered is how long a delivered event stays in the outbox, for people who look into it.
	keepDelivered = 7 * 24 * time.Hour
	// keepInbox is how long an inbox remembers. An event older than that is parked rather than delivered,
	// because nothing would tell any more that it had been applied.
	keepInbox = 90 * 24 * time.Hour
	// maxPayload bounds an event, in bytes: it says what happened and names the rest.
	maxPayload = 64 << 10
)

// Event is a published fact as its consumers get it.
type Event struct {
	ID      string // UUIDv7, the same for every delivery
	Name    string
	StoreID string // the store it happened in or is meant for; "" for the platform
	Payload json.RawMessage
	At      time.Time
	seq     int64
}

// Decode unmarshals the payload into v.
func (e Event) Decode(v any) error {
	if err := json.Unmarshal(e.Payload, v); err != nil {
		return fmt.Errorf("decode event %s %s: %w", e.Name, e.ID, err)
	}
	return nil
}
