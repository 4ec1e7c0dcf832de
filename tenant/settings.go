package tenant

import (
	"context"
	"fmt"
	"maps"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// Settings is an immutable snapshot of a file's settings: what was set, without defaults.
type Settings struct {
	values  map[string]string
	secrets map[string][]byte // sealed
}

// Get returns the value and whether it was set.
func (s *Settings) Get(key string) (string, bool) {
	v, ok := s.values[key]
	return v, ok
}

// All returns a copy of what was set.
func (s *Settings) All() map[string]string { return maps.Clone(s.values) }

func readSettings(ctx context.Context, db *database.DB) (*Settings, error) {
	var rows []struct{ Key, Value string }
	if err := db.NewQuery("SELECT key, value FROM tenant_setting").WithContext(ctx).All(&rows); err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	s := &Settings{values: make(map[string]string, len(rows))}
	for _, r := range rows {
		s.values[r.Key] = r.Value
	}
	var err error
	s.secrets, err = readSecrets(ctx, db)
	return s, err
}

// Unset as a value takes the setting away, so that its default holds.
const Unset = "\x00"

func writeSettings(tx *database.DB, values map[string]string) error {
	for k, v := range values {
		if v == Unset {
			if _, err := tx.Exec("DELETE FROM tenant_setting WHERE key = {:k}", dbx.Params{"k": k}); err != nil {
				return fmt.Errorf("unset %s: %w", k, err)
			}
			continue
		}
		_, err := tx.NewQuery(`INSERT INTO tenant_setting (key, value, updated_at) VALUES ({:k}, {:v}, {:at})
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`).
			Bind(dbx.Params{"k": k, "v": v, "at": database.Now()}).Execute()
		if err != nil {
			return fmt.Errorf("set %s: %w", k, err)
		}
	}
	return nil
}

// Settings is the current snapshot of the store's settings.
func (s *Store) Settings() *Settings { return s.shared.settings.Load() }

// SetSettings writes settings of the store, or takes those away whose value is Unset. The snapshot changes once that is committed.
func (s *Store) SetSettings(ctx context.Context, values map[string]string) error {
	return s.Write(ctx, func(tx *Store) error {
		if err := writeSettings(tx.DB, values); err != nil {
			return err
		}
		next, err := readSettings(ctx, tx.DB)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { tx.shared.settings.Store(next) })
		return nil
	})
}

// Settings is the current snapshot of the platform's settings.
func (p *Platform) Settings() *Settings { return p.settings.Load() }

// SetSettings writes settings of the platform, and what also writes, in one transaction.
func (p *Platform) SetSettings(ctx context.Context, values map[string]string, also ...func(tx *database.DB) error) error {
	return p.DB.Write(ctx, func(tx *database.DB) error {
		if err := writeSettings(tx, values); err != nil {
			return err
		}
		for _, fn := range also {
			if err := fn(tx); err != nil {
				return err
			}
		}
		next, err := readSettings(ctx, tx)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { p.settings.Store(next); p.changes.Add(1) })
		return nil
	})
}

func (p *Platform) loadSettings(ctx context.Context) error {
	s, err := readSettings(ctx, p.DB)
	if err != nil {
		return err
	}
	p.settings.Store(s)
	return nil
}
