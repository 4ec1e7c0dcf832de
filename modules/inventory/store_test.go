package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// openStore is a store of its own with this module's tables, and a catalogue that knows the variants.
func openStore(t testing.TB, variants ...string) (*Service, *tenant.Store) {
	t.Helper()
	ctx := context.Background()
	migrations := func(scope database.Scope) *database.Migrations {
		var steps []database.Migration
		for _, src := range append(app.Framework(), app.Source{Name: "inventory", Files: files}) {
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
	s := New(nil)
	s.Connect(shelf(variants))
	return s, st
}

// shelf is a catalogue of variants whose title is their id.
type shelf []string

func (s shelf) Variants(_ context.Context, _ *tenant.Store, ids []string) (map[string]catalogtype.Sellable, error) {
	out := map[string]catalogtype.Sellable{}
	for _, id := range ids {
		if slices.Contains(s, id) {
			out[id] = catalogtype.Sellable{VariantID: id, Title: id}
		}
	}
	return out, nil
}

func (s shelf) FindVariants(_ context.Context, _ *tenant.Store, f inventorytype.Find) (out []catalogtype.Sellable, total int, err error) {
	for _, id := range s {
		if strings.Contains(id, f.Search) && (f.Only == nil || slices.Contains(f.Only, id)) && !slices.Contains(f.Except, id) {
			out = append(out, catalogtype.Sellable{VariantID: id, Title: id})
		}
	}
	total = len(out)
	out = out[min(f.Offset, total):]
	return out[:min(f.Limit, len(out))], total, nil
}

// checkLedger fails unless each level is the sum of its movements and each movement says what came of it.
func checkLedger(t testing.TB, st *tenant.Store) {
	t.Helper()
	var wrong []struct {
		VariantID string
		OnHand    int
		Sum       int
	}
	err := st.NewQuery(`SELECT l.variant_id, l.on_hand, coalesce(sum(m.delta), 0) AS sum FROM inventory_level l
		LEFT JOIN inventory_movement m USING (variant_id) GROUP BY l.variant_id HAVING l.on_hand <> coalesce(sum(m.delta), 0)`).All(&wrong)
	if err != nil || len(wrong) > 0 {
		t.Fatalf("levels that are not the sum of their movements: %v %v", wrong, err)
	}
	var n int
	err = st.NewQuery(`SELECT count(*) FROM (SELECT on_hand, sum(delta) OVER (PARTITION BY variant_id ORDER BY id) AS running FROM inventory_movement)
		WHERE on_hand <> running`).Row(&n)
	if err != nil || n > 0 {
		t.Fatalf("%d movements whose stock after them is wrong: %v", n, err)
	}
}

func variants(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("v%d", i)
	}
	return out
}
