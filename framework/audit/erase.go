package audit

import (
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Erased stands where a person was.
const Erased = "erased"

const erase = `UPDATE audit_entry SET
	subject_id   = iif(subject_kind = {:k} AND subject_id = {:id}, {:e}, subject_id),
	subject_name = iif(subject_kind = {:k} AND subject_id = {:id}, {:e}, subject_name),
	before       = iif(subject_kind = {:k} AND subject_id = {:id}, NULL, before),
	after        = iif(subject_kind = {:k} AND subject_id = {:id}, NULL, after),
	actor_id     = iif(actor_kind = {:k} AND actor_id = {:id}, {:e}, actor_id),
	actor_name   = iif(actor_kind = {:k} AND actor_id = {:id}, {:e}, actor_name),
	address      = iif(actor_kind = {:k} AND actor_id = {:id}, '', address)
	WHERE (subject_kind = {:k} AND subject_id = {:id}) OR (actor_kind = {:k} AND actor_id = {:id})`

// Erase takes a person out of a file's entries, in a transaction: as the one who did something, and as the one
// it was done to. The id goes too, so that nothing ties the entries together. kind is both the kind of actor
// and the kind of subject (a customer is "customer" as both). It returns how many entries were changed.
//
// It is the only code that may change entries: the triggers let it because of the row in audit_erasing, which is
// gone when the transaction ends. What was done and when stays in any case.
func Erase(tx *database.DB, kind, id, reason string) (n int64, err error) {
	if !tx.InTransaction() {
		return 0, fmt.Errorf("erase from the audit: %w", database.ErrNoTransaction)
	}
	_, err = tx.Exec("INSERT INTO audit_erasing (reason) VALUES ({:why})", dbx.Params{"why": reason})
	if err == nil {
		n, err = tx.Exec(erase, dbx.Params{"k": kind, "id": id, "e": Erased})
	}
	if err == nil {
		_, err = tx.Exec("DELETE FROM audit_erasing", nil)
	}
	if err != nil {
		return 0, fmt.Errorf("erase from the audit: %w", err)
	}
	return n, nil
}
