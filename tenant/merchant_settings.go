package tenant

import (
	"context"
	"fmt"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// MerchantSettings is the current snapshot of what a merchant says for all its stores.
func (p *Platform) MerchantSettings(merchantID string) *Settings {
	if s := (*p.merchantSettings.Load())[merchantID]; s != nil {
		return s
	}
	return noSettings
}

var noSettings = &Settings{}

// Inherited is a setting as the store, else its merchant, else the platform has it, and whether one of them does.
func (s *Store) Inherited(key string) (string, bool) {
	p := s.shared.platform
	for _, from := range []*Settings{s.Settings(), p.MerchantSettings(s.Info().MerchantID), p.Settings()} {
		if v, ok := from.Get(key); ok {
			return v, true
		}
	}
	return "", false
}

// SetMerchantSettings writes settings of a merchant, or takes those away whose value is Unset, and what also writes, in one transaction.
func (p *Platform) SetMerchantSettings(ctx context.Context, merchantID string, values map[string]string, also ...func(tx *database.DB) error) error {
	return p.DB.Write(ctx, func(tx *database.DB) error {
		for k, v := range values {
			query := `INSERT INTO tenant_merchant_setting (merchant_id, key, value, updated_at) VALUES ({:m}, {:k}, {:v}, {:at})
				ON CONFLICT (merchant_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`
			if v == Unset {
				query = "DELETE FROM tenant_merchant_setting WHERE merchant_id = {:m} AND key = {:k}"
			}
			if _, err := tx.Exec(query, dbx.Params{"m": merchantID, "k": k, "v": v, "at": database.Now()}); err != nil {
				return fmt.Errorf("set %s of a merchant: %w", k, err)
			}
		}
		for _, fn := range also {
			if err := fn(tx); err != nil {
				return err
			}
		}
		next, err := readMerchantSettings(ctx, tx)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { p.merchantSettings.Store(next); p.changes.Add(1) })
		return nil
	})
}

func readMerchantSettings(ctx context.Context, db *database.DB) (*map[string]*Settings, error) {
	all := map[string]*Settings{}
	err := db.Each(ctx, func(row database.Row) error {
		var merchant, key, value string
		if err := row.Scan(&merchant, &key, &value); err != nil {
			return err
		}
		if all[merchant] == nil {
			all[merchant] = &Settings{values: map[string]string{}}
		}
		all[merchant].values[key] = value
		return nil
	}, "SELECT merchant_id, key, value FROM tenant_merchant_setting")
	if err != nil {
		return nil, fmt.Errorf("read the merchants' settings: %w", err)
	}
	return &all, nil
}

func (p *Platform) loadMerchantSettings(ctx context.Context) error {
	all, err := readMerchantSettings(ctx, p.DB)
	if err != nil {
		return err
	}
	p.merchantSettings.Store(all)
	return nil
}
