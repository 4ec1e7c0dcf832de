package audit

import (
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Erased stands where a person was.
const Erased = "erased"

// Erase takes a person out of a file's entries, in a transaction: as the one who did something, and as the one
// it was done to. The ids go too, so that nothing ties the entries together. kind is both the kind of actor
// and the kind of subject (a customer is "customer" as both). It returns how many entries were changed.
func Erase(tx *database.DB, kind, id, reason string) (n int64, err error) {
	if !tx.InTransaction() {
		return 0, fmt.Errorf("erase from the audit: %w", database.ErrNoTransaction)
	}
	p := dbx.Params{"k": kind, "id": id, "why": reason, "e": Erased}
	for _, step := range []string{
		"INSERT INTO audit_erasing (reason) VALUES ({:why})",
		`UPDATE audit_entry SET subject_id = {:e}, subject_name = {:e}, before = NULL, after = NULL WHERE subject_kind = {:k} AND subject_id = {:id}`,
		`UPDATE audit_entry SET actor_id = {:e}, actor_name = {:e}, address = '' WHERE actor_kind = {:k} AND actor_id = {:id}`,
		"DELETE FROM audit_erasing",
	} {
		changed, err := tx.Exec(step, p)
		if err != nil {
			return 0, fmt.Errorf("erase from the audit: %w", err)
		}
		if step[:6] == "UPDATE" {
			n += changed
		}
	}
	return n, nil
}
