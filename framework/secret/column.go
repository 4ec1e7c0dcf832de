package secret

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Column declares where sealed values are kept, so that a rotation finds them. Each is sealed for Place.
type Column struct {
	Scope database.Scope // Platform or Store
	Table string
	Key   string // the column that names the row
	Value string // the column with the sealed bytes
	// Sealed, when given, is a condition for rows whose value is sealed at all.
	Sealed string
}

// Place is where a row's value stands; storeID is "" in the platform's file.
func (c Column) Place(storeID, row string) string { return Where(storeID, c.Table, row, c.Value) }

// Reseal seals what one file has in the column with the newest key, and returns how many values changed. What is sealed with a key
// that is not here is an error, and is left as it is.
func (k *Keys) Reseal(ctx context.Context, db *database.DB, storeID string, c Column) (n int, err error) {
	condition := "[[" + c.Value + "]] IS NOT NULL"
	if c.Sealed != "" {
		condition += " AND (" + c.Sealed + ")"
	}
	var rows []struct {
		K string
		V []byte
	}
	err = db.NewQuery("SELECT [[" + c.Key + "]] AS k, [[" + c.Value + "]] AS v FROM {{" + c.Table + "}} WHERE " + condition).WithContext(ctx).All(&rows)
	if err != nil {
		return 0, fmt.Errorf("read the secrets of %s: %w", c.Table, err)
	}
	for _, r := range rows {
		if k.Current(r.V) {
			continue
		}
		plain, err := k.Open(c.Place(storeID, r.K), r.V)
		if err != nil {
			return n, fmt.Errorf("%s %s: %w", c.Table, r.K, err)
		}
		sealed, err := k.Seal(c.Place(storeID, r.K), plain)
		if err != nil {
			return n, err
		}
		err = db.Write(ctx, func(tx *database.DB) error { // unless it was changed meanwhile, and so was sealed with the newest key
			_, err := tx.Exec("UPDATE {{"+c.Table+"}} SET [["+c.Value+"]] = {:new} WHERE [["+c.Key+"]] = {:k} AND [["+c.Value+"]] = {:old}",
				dbx.Params{"new": sealed, "old": r.V, "k": r.K})
			return err
		})
		if err != nil {
			return n, fmt.Errorf("seal the secrets of %s anew: %w", c.Table, err)
		}
		n++
	}
	return n, nil
}
