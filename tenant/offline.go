package tenant

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Offline opens a database that nobody uses, such as a copy that was just restored, for fn.
func Offline(ctx context.Context, path string, fn func(ctx context.Context, db *database.DB) error) error {
	db, err := database.Open(path, false)
	if err != nil {
		return err
	}
	return errors.Join(fn(ctx, db), db.Close())
}

// File is where a store's database is in a data directory; the platform's when id is empty.
func File(dataDir, id string) string {
	if id == "" {
		return filepath.Join(dataDir, "platform.db")
	}
	return filepath.Join(dataDir, "stores", id, "store.db")
}

// FindStore finds a store by its code or id in a platform's database that is not the one in use. It is database.NotFound when there
// is none.
func FindStore(ctx context.Context, db *database.DB, codeOrID string) (id, code string, err error) {
	var row struct{ ID, Code string }
	err = db.NewQuery("SELECT id, code FROM tenant_store WHERE code = {:x} OR id = {:x} ORDER BY code = {:x} DESC LIMIT 1").
		Bind(dbx.Params{"x": codeOrID}).WithContext(ctx).One(&row)
	return row.ID, row.Code, err
}

// Absent lists the codes of the stores of a platform's database that there has names no file of.
func Absent(ctx context.Context, db *database.DB, there map[string]bool) ([]string, error) {
	var rows []struct{ ID, Code string }
	err := db.NewQuery("SELECT id, code FROM tenant_store WHERE state IN ('live', 'suspended') ORDER BY code").WithContext(ctx).All(&rows)
	var out []string
	for _, r := range rows {
		if !there[r.ID] {
			out = append(out, r.Code)
		}
	}
	return out, err
}

// AllDue notes that every store may have work waiting, for a platform that was restored: what it noted of them may be old.
func AllDue(tx *database.DB) error {
	_, err := tx.Exec(`INSERT INTO tenant_due (store_id, due_at, mark, reason) SELECT id, {:at}, {:mark}, 'restored' FROM tenant_store WHERE state IN ('live', 'suspended')
		ON CONFLICT (store_id) DO UPDATE SET due_at = min(due_at, excluded.due_at), mark = excluded.mark`, dbx.Params{"at": database.Now(), "mark": database.NewID()})
	return err
}
