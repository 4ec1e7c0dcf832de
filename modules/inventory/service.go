// Package inventory counts the stock of variants. Each change is a movement with a reason and an actor, and a
// level is the sum of its variant's movements. Pieces that an order has reserved while it is being paid stay on hand and are not
// available to others. A variant that nobody counts can always be sold.
//
// A stock is never sold or corrected below zero, unless the variant may be sold on backorder. An import may
// bring a negative stock: it says what the shop before knew, and hiding that would sell what is not there.
package inventory

import (
	"context"
	"fmt"
	"time"

	"wizamart/framework/app"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Catalog names variants, for the pages and the API.
type Catalog interface {
	// FindVariants lists variants of products that are not deleted, in the order of their products' titles and
	// of the variants' positions, and how many match in all.
	FindVariants(ctx context.Context, st *tenant.Store, f inventorytype.Find) ([]catalogtype.Sellable, int, error)
	// Variants looks up variants by id; those of deleted products are left out.
	Variants(ctx context.Context, st *tenant.Store, ids []string) (map[string]catalogtype.Sellable, error)
}

// Service is the stock. With the module switched off every variant is unlimited and nothing is counted.
type Service struct {
	app     *app.App
	catalog Catalog
	now     func() time.Time

	// Changed is told of each variant whose pieces, or whose policy, are others now, in the transaction that changed them. Reservations
	// change neither. nil where nobody wants to know.
	Changed func(ctx context.Context, tx *tenant.Store, variantID string) error
}

// New is the service without a catalogue: see Connect.
func New(a *app.App) *Service {
	s := &Service{app: a, now: time.Now}
	if a != nil {
		s.now = a.Now
	}
	return s
}

// Connect gives the service its catalogue. The two need each other, so it is done once both are made.
func (s *Service) Connect(c Catalog) { s.catalog = c }

func (s *Service) off(st *tenant.Store) bool {
	return s.app != nil && !s.app.EnabledFor(st, "inventory")
}

// LowStock is the number of pieces at which a stock counts as low in the store.
func LowStock(st *tenant.Store) int {
	n := 5
	if v, ok := st.Settings().Get("inventory.low_stock"); ok {
		fmt.Sscan(v, &n) //nolint:errcheck // a setting that is no number leaves the default
	}
	return n
}
