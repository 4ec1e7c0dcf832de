package tenant

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Launched tells whether the shop is open to everybody; before that it asks for its password.
func (i *Info) Launched() bool { return !i.LaunchedAt.IsZero() }

// Closing tells whether the store is about to be deleted; until DeleteAt that can be undone.
func (i *Info) Closing() bool { return !i.DeleteAt.IsZero() }

// Open tells whether the store trades: it is neither suspended nor about to be deleted.
func (i *Info) Open() bool { return i.State == Live && !i.Closing() }

// Public tells whether everybody may see the shop.
func (i *Info) Public() bool { return i.Open() && i.Launched() }

// maxReason is how long the reason of a suspension may be, in characters.
const maxReason = 500

func errNoStore() error { return problem.New(problem.NotFound, "This store does not exist.") }

// Note is what is written in the transaction of a change, such as its entry in the audit log. It may be nil.
type Note func(tx *database.DB) error

// alter runs one UPDATE of a store or a merchant with its note, and swaps the index. Conflict when no row is in the state that the
// statement asks for.
func (p *Platform) alter(ctx context.Context, note Note, refusal, sql string, params dbx.Params) error {
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		n, err := tx.Exec(sql, params)
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.New(problem.Conflict, "%s", refusal)
		}
		if note == nil {
			return nil
		}
		return note(tx)
	})
	if err != nil {
		return err
	}
	return p.Reload(ctx)
}

// Launch opens a store's shop to everybody.
func (p *Platform) Launch(ctx context.Context, id string, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	return p.alter(ctx, note, "This shop is launched already.",
		"UPDATE tenant_store SET launched_at = {:now} WHERE id = {:id} AND launched_at IS NULL", dbx.Params{"id": id, "now": database.Now()})
}

// Withdraw has a launched shop ask for its password again.
func (p *Platform) Withdraw(ctx context.Context, id string, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	return p.alter(ctx, note, "This shop is not launched.", "UPDATE tenant_store SET launched_at = NULL WHERE id = {:id} AND launched_at IS NOT NULL", dbx.Params{"id": id})
}

func cleanReason(reason *string) error {
	*reason = strings.TrimSpace(*reason)
	if *reason == "" || utf8.RuneCountInString(*reason) > maxReason {
		return problem.On("reason", "Give a reason of at most %d characters: the merchant reads it.", maxReason)
	}
	return nil
}

// Suspend closes a store's shop and has its dashboard and API only read. Its merchant reads the reason.
func (p *Platform) Suspend(ctx context.Context, id, reason string, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	if err := cleanReason(&reason); err != nil {
		return err
	}
	return p.alter(ctx, note, "This store is suspended already.",
		"UPDATE tenant_store SET state = 'suspended', suspend_reason = {:why} WHERE id = {:id} AND state = 'live'", dbx.Params{"id": id, "why": reason})
}

// Reactivate ends a store's own suspension. One of its merchant goes on.
func (p *Platform) Reactivate(ctx context.Context, id string, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	return p.alter(ctx, note, "This store itself is not suspended.",
		"UPDATE tenant_store SET state = 'live', suspend_reason = '' WHERE id = {:id} AND state = 'suspended'", dbx.Params{"id": id})
}

// SuspendMerchant suspends all stores of a merchant, those that are made later too.
func (p *Platform) SuspendMerchant(ctx context.Context, id, reason string, note Note) error {
	if _, err := p.Merchant(ctx, id); err != nil {
		return err
	}
	if err := cleanReason(&reason); err != nil {
		return err
	}
	return p.alter(ctx, note, "This merchant is suspended already.",
		"UPDATE tenant_merchant SET suspended_at = {:now}, suspend_reason = {:why} WHERE id = {:id} AND suspended_at IS NULL", dbx.Params{"id": id, "now": database.Now(), "why": reason})
}

// ReactivateMerchant ends a merchant's suspension. Stores that were suspended by themselves stay so.
func (p *Platform) ReactivateMerchant(ctx context.Context, id string, note Note) error {
	if _, err := p.Merchant(ctx, id); err != nil {
		return err
	}
	return p.alter(ctx, note, "This merchant is not suspended.",
		"UPDATE tenant_merchant SET suspended_at = NULL, suspend_reason = '' WHERE id = {:id} AND suspended_at IS NOT NULL", dbx.Params{"id": id})
}

// Delete closes a store, for good from at on; until then Restore undoes it. Remove is to be called then.
func (p *Platform) Delete(ctx context.Context, id string, at time.Time, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	return p.alter(ctx, note, "This store is about to be deleted already.",
		"UPDATE tenant_store SET delete_at = {:at} WHERE id = {:id} AND delete_at IS NULL", dbx.Params{"id": id, "at": database.At(at)})
}

// Restore undoes Delete.
func (p *Platform) Restore(ctx context.Context, id string, note Note) error {
	if p.ByID(id) == nil {
		return errNoStore()
	}
	return p.alter(ctx, note, "Nobody has asked for this store to be deleted.", "UPDATE tenant_store SET delete_at = NULL WHERE id = {:id} AND delete_at IS NOT NULL", dbx.Params{"id": id})
}

// Remove takes a store whose time to undo is over out of the index, and removes its files. What its replica has stays there, and its
// code is not given to another store. It may be called again when it was cut off. done is false for a store that is not to be
// removed (yet).
func (p *Platform) Remove(ctx context.Context, id string, now time.Time, note Note) (done bool, err error) {
	err = p.DB.Write(ctx, func(tx *database.DB) error {
		var row struct {
			State    State
			DeleteAt database.Time
		}
		err := tx.NewQuery("SELECT state, delete_at FROM tenant_store WHERE id = {:id}").Bind(dbx.Params{"id": id}).One(&row)
		switch {
		case database.NotFound(err):
			return nil
		case err != nil:
			return err
		case row.State == Deleted:
			done = true // its files may be there still
			return nil
		case row.DeleteAt.IsZero() || row.DeleteAt.After(now):
			return nil
		}
		done = true
		for _, sql := range []string{
			"UPDATE tenant_store SET state = 'deleted', deleted_at = {:now} WHERE id = {:id}", "DELETE FROM tenant_due WHERE store_id = {:id}", "DELETE FROM tenant_quarantine WHERE store_id = {:id}",
		} {
			if _, err := tx.Exec(sql, dbx.Params{"id": id, "now": database.Now()}); err != nil {
				return err
			}
		}
		if note == nil {
			return nil
		}
		return note(tx)
	})
	if err != nil || !done {
		return false, err
	}
	if err := p.Reload(ctx); err != nil {
		return false, err
	}
	return true, p.removeFiles(ctx, id)
}

func (p *Platform) removeFiles(ctx context.Context, id string) error {
	p.pool.bar(&Quarantine{StoreID: id, Reason: Replacing, Since: database.Now()})
	defer func() {
		p.pool.mu.Lock()
		delete(p.pool.barred, id)
		p.pool.mu.Unlock()
	}()
	wait, cancel := context.WithTimeout(ctx, closeWait)
	defer cancel()
	if err := p.pool.gone(wait, id); err != nil {
		return err
	}
	if p.replica != nil {
		if err := p.replica.Withdraw(wait, id); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(p.storeDir(id)); err != nil {
		return fmt.Errorf("remove the store's files: %w", err)
	}
	return errors.Join(syncDir(filepath.Join(p.dir, "stores")))
}
