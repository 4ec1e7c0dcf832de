package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// MinKept is the shortest time for which entries are kept. A trigger holds it, too.
const MinKept = 30 * 24 * time.Hour

// pruneChunk entries go in one transaction: some 20 ms.
const pruneChunk = 2000

// Prune deletes a file's entries from before a moment, which lies at least MinKept ago, oldest first. Each transaction says in the log how many went: a kill
// in between leaves nothing unsaid. It returns how many they were.
func Prune(ctx context.Context, db *database.DB, before time.Time) (n int64, err error) {
	if time.Since(before) < MinKept {
		return 0, fmt.Errorf("prune the audit: entries are kept for %d days at least", MinKept/(24*time.Hour))
	}
	for {
		var gone int64
		err := db.Write(ctx, func(tx *database.DB) error {
			if _, err := tx.Exec("INSERT INTO audit_erasing (reason) VALUES ('retention')", nil); err != nil {
				return err
			}
			var err error
			gone, err = tx.Exec("DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE id < {:id} AND at < {:at} ORDER BY id LIMIT {:n})",
				dbx.Params{"id": IDAt(before), "at": database.At(before), "n": pruneChunk})
			if err != nil {
				return err
			}
			if _, err := tx.Exec("DELETE FROM audit_erasing", nil); err != nil || gone == 0 {
				return err
			}
			e := Entry{Action: "audit.entries.pruned", SubjectKind: "audit"}
			if _, e.After, err = Diff(nil, map[string]any{"entries": gone, "before": before.UTC().Format(time.RFC3339)}); err != nil {
				return err
			}
			return Record(ctx, tx, e)
		})
		if err != nil {
			return n, fmt.Errorf("prune the audit: %w", err)
		}
		if n += gone; gone < pruneChunk {
			return n, nil
		}
	}
}
