package catalog

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Stock is what the catalogue needs of the inventory. Where nobody counts, levels are unlimited and changes do nothing.
type Stock interface {
	// Levels gives the stock of variants by id; one that is missing is unlimited.
	Levels(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string]inventorytype.Level, error)
	// SoldOut lists the variants of which no piece can be sold, and until when that is so although nobody writes; zero for ever.
	SoldOut(ctx context.Context, st *tenant.Store) (variantIDs []string, until time.Time, err error)
	// SetInitial sets the stock with which new variants begin.
	SetInitial(ctx context.Context, tx *tenant.Store, initial []inventorytype.Initial) error
	// Set sets how many pieces of a variant there are.
	Set(ctx context.Context, tx *tenant.Store, variantID string, onHand int, reason string) error
	// SetPolicy sets whether a variant is counted, and whether it may be sold below zero.
	SetPolicy(ctx context.Context, tx *tenant.Store, variantID string, tracked, backorder bool) error
}

// Service is the catalogue of every store.
type Service struct {
	app   *app.App
	stock Stock
	now   func() time.Time

	shelves  shelves
	typeSets tenant.Kept[*typeSet]
	sold     tenant.Kept[*sellables]
	fetcher  func() *fetcher // for pictures from the web

	Shown      []Shown                                       // who else than the catalogue shows pictures
	Allowance  Allowance                                     // nil where everything has room
	TaxClasses func(st *tenant.Store) []catalogtype.TaxClass // that a product may have; nil where nobody taxes
	// Sold is how many pieces of each product were sold and paid in orders since a moment, without those that were paid back; nil where nobody sells.
	Sold func(ctx context.Context, st *tenant.Store, since time.Time) (map[string]int64, error)
	// Reach is the countries that goods go to, as ISO 3166-1 alpha-2 codes; known is false where nobody delivers. nil where nobody can tell.
	Reach func(ctx context.Context, st *tenant.Store) (codes []string, known bool, err error)
	// DeliveryHome is the cheapest delivery of goods of a price and a weight in grams within the seller's country; nil where nobody delivers.
	DeliveryHome func(ctx context.Context, st *tenant.Store, price money.Amount, grams int64) (*catalogtype.Delivery, error)
}

// New makes the catalogue.
func New(a *app.App, stock Stock) *Service {
	s := &Service{app: a, stock: stock, now: time.Now, fetcher: newFetcher, sold: tenant.Kept[*sellables]{Module: "catalog"}, typeSets: tenant.Kept[*typeSet]{Module: "catalog"}}
	if a != nil {
		s.now = a.Now
	}
	return s
}

// moment is now, as the database has it.
func (s *Service) moment() database.Time { return database.At(s.now()) }
