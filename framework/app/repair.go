package app

import (
	"context"
	"errors"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/problem"
	"wizamart/framework/replicate"
	"wizamart/tenant"
)

// StoreRestored is a store that was brought back from its replica.
type StoreRestored struct {
	Copy replicate.Restored
	tenant.Swapped
	Redelivered int64 // events of the platform that the store is handed again
}

// RestoreStore replaces a store's file by the newest copy at its replica. lose accepts that what is not there and cannot be copied
// there is kept in the old file only.
func (a *App) RestoreStore(ctx context.Context, id string, lose bool, step func(string)) (out StoreRestored, err error) {
	if a.Replica == nil {
		return out, problem.New(problem.Unavailable, "Nothing is replicated: the server was started with --replica-config off.")
	}
	source := a.Replica.Source()
	out.Swapped, err = a.Platform.Replace(ctx, id, tenant.Swap{
		Lose: lose, Step: step,
		Fill: func(ctx context.Context, path string) (err error) {
			out.Copy, err = source.Restore(ctx, id, path, time.Time{})
			return err
		},
	})
	if err != nil {
		return out, err
	}
	err = a.Platform.DB.Write(ctx, func(tx *database.DB) (err error) {
		out.Redelivered, err = event.RedeliverTo(tx, id, out.Copy.Point)
		return err
	})
	return out, err
}

// RetryStore opens a quarantined store again, and migrates it if that is what failed. The cause of its refusal is a tenant.QuarantinedError when it failed again.
func (a *App) RetryStore(ctx context.Context, id string) error {
	before := a.Platform.InQuarantine(id)
	err := a.Platform.Retry(ctx, id)
	if before == nil { // there was nothing to do
		return err
	}
	return errors.Join(err, a.Platform.DB.Write(ctx, func(tx *database.DB) error {
		return a.noteRepair(ctx, tx, "tenant.store.retried", id, before, a.Platform.InQuarantine(id))
	}))
}

// RollbackStore puts a store back to before its last migration.
func (a *App) RollbackStore(ctx context.Context, id string, step func(string)) (from tenant.Before, out tenant.Swapped, err error) {
	before := a.Platform.InQuarantine(id)
	from, out, err = a.Platform.Rollback(ctx, id, step)
	if err != nil {
		return from, out, err
	}
	return from, out, a.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := event.RedeliverTo(tx, id, from.Taken); err != nil {
			return err
		}
		return a.noteRepair(ctx, tx, "tenant.store.rolled_back", id, before, a.Platform.InQuarantine(id))
	})
}

// noteRepair tells the audit log what an operator did to a store's file.
func (a *App) noteRepair(ctx context.Context, tx *database.DB, action, id string, before, after *tenant.Quarantine) error {
	state := func(q *tenant.Quarantine) map[string]string {
		if q == nil {
			return map[string]string{"state": "open"}
		}
		return map[string]string{"state": string(q.Reason), "detail": q.Detail}
	}
	e := audit.Entry{Action: action, SubjectKind: "store", SubjectID: id}
	if info := a.Platform.ByID(id); info != nil {
		e.SubjectName = info.Name
	}
	var err error
	if e.Before, e.After, err = audit.Diff(state(before), state(after)); err != nil {
		return err
	}
	return audit.Record(ctx, tx, e)
}

// Important are the tables whose rows a person compares before a restored store is used: what is only ever added to, and what is
// about people.
func Important(tables []database.Table, scope database.Scope, rows map[string]int) (names []string) {
	for _, class := range []database.Class{database.Ledger, database.Personal, database.Content} {
		for _, t := range tables {
			if t.Scope == scope && t.Class == class && rows[t.Name] > 0 {
				names = append(names, t.Name)
			}
		}
	}
	return names
}
