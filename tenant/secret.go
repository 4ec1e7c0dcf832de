package tenant

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Secret is a setting that is a secret, sealed for its row of tenant_secret; ok is false where none is set.
func (s *Settings) Secret(key string) (sealed []byte, ok bool) {
	sealed, ok = s.secrets[key]
	return sealed, ok
}

func readSecrets(ctx context.Context, db *database.DB) (map[string][]byte, error) {
	var rows []struct {
		Key    string
		Sealed []byte
	}
	if err := db.NewQuery("SELECT key, sealed FROM tenant_secret").WithContext(ctx).All(&rows); err != nil {
		return nil, fmt.Errorf("read the secret settings: %w", err)
	}
	secrets := make(map[string][]byte, len(rows))
	for _, r := range rows {
		secrets[r.Key] = r.Sealed
	}
	return secrets, nil
}

// writeSecrets keeps sealed values; a nil one is taken away.
func writeSecrets(tx *database.DB, sealed map[string][]byte) error {
	for k, v := range sealed {
		query := "DELETE FROM tenant_secret WHERE key = {:k}"
		if v != nil {
			query = `INSERT INTO tenant_secret (key, sealed, updated_at) VALUES ({:k}, {:v}, {:at})
				ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at`
		}
		if _, err := tx.Exec(query, dbx.Params{"k": k, "v": v, "at": database.Now()}); err != nil {
			return fmt.Errorf("set the secret %s: %w", k, err)
		}
	}
	return nil
}

// SetSecrets keeps settings of the store that are secrets, sealed by the caller; a nil one is taken away. The snapshot changes once that is committed.
func (s *Store) SetSecrets(ctx context.Context, sealed map[string][]byte) error {
	return s.Write(ctx, func(tx *Store) error {
		if err := writeSecrets(tx.DB, sealed); err != nil {
			return err
		}
		return tx.SetSettings(ctx, nil)
	})
}

// Sealed keeps the same among the platform's settings: for Platform.SetSettings.
func Sealed(sealed map[string][]byte) func(tx *database.DB) error {
	return func(tx *database.DB) error { return writeSecrets(tx, sealed) }
}
