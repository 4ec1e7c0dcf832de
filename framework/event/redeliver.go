package event

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// rewindMargin is added before a moment to which a file was rewound: clocks differ, and a batch is noted after it is applied.
const rewindMargin = time.Hour

// Redeliver has the events of a store's file delivered again that it delivered since then, for the platform's file has been
// rewound to that moment and does not remember all of them. What is remembered is in the inboxes, and is not applied twice.
// Events older than a week are no longer there to be delivered.
func Redeliver(tx *database.DB, since time.Time) (n int64, err error) {
	from := database.At(since.Add(-rewindMargin))
	n, err = tx.Exec("UPDATE event_outbox SET delivered_at = NULL WHERE delivered_at >= {:from}", dbx.Params{"from": from})
	if err != nil {
		return 0, fmt.Errorf("redeliver: %w", err)
	}
	// A consumer takes what is open behind its cursor; what stays delivered is not open.
	_, err = tx.ExecContext(context.Background(), `UPDATE event_cursor SET seq = min(seq, (SELECT coalesce(min(o.seq) - 1, seq) FROM event_outbox o
		WHERE o.delivered_at IS NULL AND NOT EXISTS (SELECT 1 FROM event_parked p WHERE p.event_id = o.id)))`)
	if err != nil {
		return 0, fmt.Errorf("redeliver: %w", err)
	}
	return n, nil
}

// RedeliverTo is Redeliver for the platform's file, after one store's was rewound: what was meant for that store is handed to it
// again. The store's inbox knows what it still has.
func RedeliverTo(tx *database.DB, storeID string, since time.Time) (n int64, err error) {
	n, err = tx.Exec("UPDATE event_outbox SET delivered_at = NULL WHERE store_id = {:s} AND delivered_at >= {:from}",
		dbx.Params{"s": storeID, "from": database.At(since.Add(-rewindMargin))})
	if err != nil {
		return 0, fmt.Errorf("redeliver to store %s: %w", storeID, err)
	}
	return n, tx.Signal()
}
