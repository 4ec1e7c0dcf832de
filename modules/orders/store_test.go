package orders

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// openStore is a store of its own with this module's tables.
func openStore(t testing.TB, currency string) (*Service, *tenant.Store, *shelf) {
	t.Helper()
	ctx := context.Background()
	migrations := func(scope database.Scope) *database.Migrations {
		var steps []database.Migration
		for _, src := range append(app.Framework(), app.Source{Name: "orders", Files: files}) {
			more, err := database.ReadMigrations(src.Name, src.Files, scope)
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, more...)
		}
		return database.NewMigrations(steps)
	}
	p, err := tenant.Open(ctx, tenant.Options{Dir: t.TempDir(), BaseDomain: "localhost", MaxOpen: 4, PlatformMigrations: migrations(database.Platform), StoreMigrations: migrations(database.Store)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.CreateMerchant(ctx, tenant.NewMerchant{Code: "acme", Name: "Acme", Email: "a@example.test"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := p.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: "shop", Name: "Shop", Currency: currency, Locale: "en", Launched: true})
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
	stock := &shelf{back: map[string]int{}}
	return New(nil, stock), st, stock
}

// shelf notes what comes back to the stock.
type shelf struct {
	mu   sync.Mutex
	back map[string]int // by ref/variant
	fail error
}

func (s *shelf) Return(_ context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, reason string) error {
	if s.fail != nil {
		return s.fail
	}
	if !tx.InTransaction() || reason != "cancel" {
		return fmt.Errorf("return outside a transaction, or for %q", reason)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range lines {
		if l.Quantity < 1 {
			return fmt.Errorf("%d pieces of %s", l.Quantity, l.VariantID)
		}
		s.back[ref+"/"+l.VariantID] += l.Quantity
	}
	return nil
}

// sale is an order to be placed, of quantity/price pairs.
func sale(st *tenant.Store, externalID string, pairs ...int64) ordertype.Place {
	in := ordertype.Place{
		ExternalID: externalID, Channel: "storefront", Email: "Ada@Example.com", Locale: "en", PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer",
		Shipping: ordertype.Address{Name: "Ada Lindqvist", Line1: "Storgata 1", PostalCode: "0155", City: "Oslo", Country: "NO"},
	}
	in.Billing = in.Shipping
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Lines = append(in.Lines, ordertype.PlaceLine{
			VariantID: fmt.Sprintf("v%d", i/2), ProductID: "p", Title: fmt.Sprintf("Thing %d", i/2), SKU: fmt.Sprintf("SKU-%d", i/2), Slug: "thing",
			Quantity: int(pairs[i]), UnitPrice: money.New(pairs[i+1], st.Currency()), RequiresShipping: true,
		})
	}
	return in
}

func place(t testing.TB, s *Service, st *tenant.Store, in ordertype.Place) *Order {
	t.Helper()
	var placed ordertype.Placed
	err := st.Write(t.Context(), func(tx *tenant.Store) (err error) { placed, err = s.Place(t.Context(), tx, in); return err })
	if err != nil {
		t.Fatalf("place: %v", err)
	}
	o, err := s.Get(t.Context(), st, placed.ID)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (s *shelf) Reserve(context.Context, *tenant.Store, string, []inventorytype.Line, time.Time) error {
	return s.fail
}
func (s *shelf) Commit(context.Context, *tenant.Store, string, []inventorytype.Line) error {
	return s.fail
}
func (s *shelf) Backorder(context.Context, *tenant.Store, string, []inventorytype.Line) error {
	return nil
}
func (s *shelf) Release(context.Context, *tenant.Store, string) error { return nil }
