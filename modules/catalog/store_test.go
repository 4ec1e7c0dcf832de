package catalog

import (
	"context"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// openStore is a store of its own with this module's tables, and a stock that remembers what it is told.
func openStore(t testing.TB) (*Service, *tenant.Store, *stockBook) {
	t.Helper()
	ctx := context.Background()
	migrations := func(scope database.Scope) *database.Migrations {
		var steps []database.Migration
		for _, src := range append(app.Framework(), app.Source{Name: "catalog", Files: files}) {
			more, err := database.ReadMigrations(src.Name, src.Files, scope)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, more...)
		}
		return database.NewMigrations(steps)
	}
	p, err := tenant.Open(ctx, tenant.Options{
		Dir: t.TempDir(), BaseDomain: "localhost", MaxOpen: 4,
		PlatformMigrations: migrations(database.Platform), StoreMigrations: migrations(database.Store),
		Tables: New(nil, nil).Module().Tables,
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.CreateMerchant(ctx, tenant.NewMerchant{Code: "acme", Name: "Acme", Email: "a@example.test"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := p.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: "shop", Name: "Shop", Currency: "EUR", Locale: "en", Launched: true})
	if err != nil {
		t.Fatal(err)
	}
	st, release, err := p.Acquire(ctx, info.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		release()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	stock := &stockBook{}
	return New(nil, stock), st, stock
}

// stockBook is a stock in memory: what was said last counts, rolled back or not.
type stockBook map[string]inventorytype.Level

func (s stockBook) Levels(_ context.Context, _ *tenant.Store, ids []string) (map[string]inventorytype.Level, error) {
	out := map[string]inventorytype.Level{}
	for _, id := range ids {
		if l, ok := s[id]; ok {
			out[id] = l
		}
	}
	return out, nil
}

func (s stockBook) SetInitial(_ context.Context, _ *tenant.Store, initial []inventorytype.Initial) error {
	for _, i := range initial {
		s[i.VariantID] = inventorytype.Level{VariantID: i.VariantID, Tracked: i.Tracked, OnHand: i.OnHand, Backorder: i.Backorder}
	}
	return nil
}

func (s stockBook) Set(_ context.Context, _ *tenant.Store, id string, onHand int, _ string) error {
	l := s[id]
	l.OnHand = onHand
	s[id] = l
	return nil
}

func (s stockBook) SetPolicy(_ context.Context, _ *tenant.Store, id string, tracked, backorder bool) error {
	l := s[id]
	l.VariantID, l.Tracked, l.Backorder = id, tracked, backorder
	s[id] = l
	return nil
}

func (s stockBook) SoldOut(context.Context, *tenant.Store) (out []string, until time.Time, err error) {
	for id, l := range s {
		if !l.InStock() {
			out = append(out, id)
		}
	}
	return out, until, nil
}
