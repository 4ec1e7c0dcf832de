package secret

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Known is what the platform's database says of a key.
type Known struct {
	ID          string
	CheckValue  string
	CreatedAt   database.Time
	ConfirmedAt database.Time // zero until somebody proved that the recovery code was written down
	RetiredAt   database.Time // zero for the one that seals
}

// ReadKnown lists the keys of a platform's database, the one that seals first. It is empty for one that has none yet.
func ReadKnown(ctx context.Context, db *database.DB) ([]Known, error) {
	var there int
	if err := db.NewQuery("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'secret_key'").WithContext(ctx).Row(&there); err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	var out []Known
	if there == 0 {
		return nil, nil
	}
	err := db.NewQuery("SELECT id, check_value, created_at, confirmed_at, retired_at FROM secret_key ORDER BY retired_at IS NOT NULL, retired_at DESC").WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	return out, nil
}

// Fits is nil when the key that a platform's database is sealed with is among these. k may be nil; file is where it was looked for.
func Fits(k *Keys, file string, known []Known) error {
	if len(known) == 0 {
		return nil
	}
	need := known[0]
	missing := &MissingKeyError{ID: need.ID, File: file}
	if k == nil {
		return missing
	}
	missing.Have = k.IDs()
	found := k.ring.Load().find(need.ID)
	if found == nil || subtle.ConstantTimeCompare([]byte(found.check), []byte(need.CheckValue)) != 1 {
		return missing
	}
	return nil
}

// OpenFor takes the key file into use for a platform's database. Where neither a file nor a word of it in the database exists, a
// new key is made, and made is true. A file that does not fit is MissingKeyError.
func OpenFor(ctx context.Context, db *database.DB, file string) (k *Keys, made bool, err error) {
	known, err := ReadKnown(ctx, db)
	if err != nil {
		return nil, false, err
	}
	k, err = Load(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if err := Fits(k, file, known); err != nil {
		return nil, false, err
	}
	if k == nil {
		if k, err = Create(file); err != nil {
			return nil, false, err
		}
		made = true
	}
	return k, made, k.note(ctx, db)
}

// note writes the newest key into the database: the first one, or one whose rotation was interrupted.
func (k *Keys) note(ctx context.Context, db *database.DB) error {
	newest := k.ring.Load().keys[0]
	if known, err := ReadKnown(ctx, db); err != nil || len(known) > 0 && known[0].ID == newest.id {
		return err
	}
	err := db.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Exec("UPDATE secret_key SET retired_at = {:at} WHERE retired_at IS NULL", dbx.Params{"at": database.Now()}); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO secret_key (id, check_value, created_at) VALUES ({:id}, {:c}, {:at})
			ON CONFLICT (id) DO UPDATE SET retired_at = NULL`, dbx.Params{"id": newest.id, "c": newest.check, "at": database.Now()})
		return err
	})
	if err != nil {
		return fmt.Errorf("note the operator's key: %w", err)
	}
	return nil
}
