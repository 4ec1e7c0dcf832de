package catalog

import (
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Variant is what can be bought. Prices are minor units of the store's currency.
type Variant struct {
	ID               string
	ProductID        string
	Position         int                // from 1
	Values           [MaxOptions]string // of the product's options, "" beyond them
	SKU              string             // may repeat within a store: pages show that it does
	Barcode          string
	Price            int64
	CompareAt        *int64 // former or recommended price; may be below Price
	Cost             *int64
	Grams            int64
	WeightUnit       string  // for display: g, kg, lb, oz or ""
	Content          Content // how much one piece holds, for the price of a unit
	RequiresShipping bool
	Taxable          bool
	TaxClass         string // code of a tax class; "" is the standard rate
	Tracker          string // who counts the stock, as files name it ("shopify"); "" when nobody does
	Fulfilment       string
	ImageID          string
	ImportData       database.JSON
	CreatedAt        database.Time
	UpdatedAt        database.Time

	// Stock is what saving does to the variant's stock; nil leaves it as it is. Reading never sets it:
	// levels come from the Stock.
	Stock *StockChange
}

// StockChange is a change of a variant's stock that a save carries with it.
type StockChange struct {
	Tracked   bool
	Backorder bool
	OnHand    *int // nil leaves the number
	Reason    string
}

func (v *Variant) validate(f *problem.Fields) {
	f.Check(validPrice(v.Price), "price-"+v.ID, "Enter an amount of zero or more.")
	f.Check(v.CompareAt == nil || validPrice(*v.CompareAt), "compare_at-"+v.ID, "Enter an amount of zero or more.")
	f.Check(v.Cost == nil || validPrice(*v.Cost), "cost-"+v.ID, "Enter an amount of zero or more.")
	f.Check(v.Grams >= 0 && v.Grams <= MaxGrams, "grams-"+v.ID, "Enter a weight of zero or more.")
	f.Check(utf8.RuneCountInString(v.SKU) <= MaxTitle, "sku-"+v.ID, "Use at most %d characters.", MaxTitle)
	f.Check(utf8.RuneCountInString(v.Barcode) <= MaxTitle, "barcode-"+v.ID, "Use at most %d characters.", MaxTitle)
	f.Check(utf8.RuneCountInString(v.TaxClass) <= MaxTitle, "tax_class", "Use at most %d characters.", MaxTitle)
	for _, value := range v.Values {
		f.Check(utf8.RuneCountInString(value) <= MaxTitle, "options", "Use at most %d characters.", MaxTitle)
	}
}

// same tells whether saving v over old would write nothing.
func (v *Variant) same(old *Variant) bool {
	type plain struct {
		position                                                int
		values                                                  [MaxOptions]string
		sku, barcode, unit, tracker, fulfilment, image, in, tax string
		price, grams                                            int64
		shipping, taxable                                       bool
	}
	of := func(v *Variant) plain {
		return plain{
			v.Position, v.Values, v.SKU, v.Barcode, v.WeightUnit, v.Tracker, v.Fulfilment, v.ImageID, string(v.ImportData), v.TaxClass,
			v.Price, v.Grams, v.RequiresShipping, v.Taxable,
		}
	}
	return of(v) == of(old) && v.Content == old.Content && equal(v.CompareAt, old.CompareAt) && equal(v.Cost, old.Cost)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
