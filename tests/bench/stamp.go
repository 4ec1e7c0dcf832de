package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pocketbase/dbx"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// stamp makes n stores, the first one properly and the others as copies of its file with names of their own: making each
// properly takes minutes, and they would be the same. It returns their codes.
func stamp(ctx context.Context, a *app.App, dir string, n int) (codes []string, err error) {
	m, err := a.Platform.CreateMerchant(ctx, tenant.NewMerchant{Code: "many", Name: "Many", Email: "many@example.test"})
	if err != nil {
		return nil, err
	}
	first, err := a.Platform.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: "s0", Name: "Store 0", Currency: "EUR", Locale: "en", Launched: true})
	if err != nil {
		return nil, err
	}
	st, release, err := a.Platform.Acquire(ctx, first.ID)
	if err != nil {
		return nil, err
	}
	pattern := filepath.Join(dir, "pattern.db")
	_, err = database.Snapshot(ctx, st.Path(), pattern)
	release()
	if err != nil {
		return nil, err
	}
	codes, ids := []string{"s0"}, []string{}
	err = a.Platform.DB.Write(ctx, func(tx *database.DB) error {
		ids, codes = ids[:0], codes[:1]
		for i := 1; i < n; i++ {
			id, code := database.NewID(), fmt.Sprint("s", i)
			_, err := tx.Exec("INSERT INTO tenant_store (id, platform_id, merchant_id, code, name, currency, locale, state, created_at) SELECT {:id}, platform_id, merchant_id, {:code}, {:name}, currency, locale, state, created_at FROM tenant_store WHERE id = {:of}",
				dbx.Params{"id": id, "code": code, "name": fmt.Sprint("Store ", i), "of": first.ID})
			if err != nil {
				return err
			}
			ids, codes = append(ids, id), append(codes, code)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(pattern)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := own(ctx, data, filepath.Join(dir, "stores", id), id); err != nil {
			return nil, err
		}
	}
	return codes, a.Platform.Reload(ctx)
}

// own writes a copy of a store's file that says whose it is.
func own(ctx context.Context, data []byte, dir, id string) error {
	path := filepath.Join(dir, "store.db")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return err
	}
	s, err := openStraight(ctx, path)
	if err != nil {
		return err
	}
	if err := s.exec("PRAGMA synchronous=OFF"); err != nil {
		return err
	}
	if err := s.exec("UPDATE tenant_identity SET store_id = ?", id); err != nil {
		return err
	}
	return s.close()
}
