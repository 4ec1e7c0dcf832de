// Package tax says what tax an order bears: where it is taxed, at which rate, and how much that is to the cent.
//
// It is pure: no database, no network, no clock. The law that it follows is Council Directive 2006/112/EC for the European Union;
// tax categories and the arithmetic are those of EN 16931. docs/taxes.md names the sources and what is left out.
package tax

import (
	"time"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

// Categories of UNCL5305, as EN 16931 uses them.
const (
	Standard       = "S"  // taxed, at whatever rate above zero
	Zero           = "Z"  // taxed at 0 %
	Exempt         = "E"  // exempt, or sold by a small business
	ReverseCharge  = "AE" // the buyer owes the tax
	IntraCommunity = "K"  // goods to a business in another member state
	Export         = "G"  // goods that leave the Union
	OutOfScope     = "O"  // not taxed where the seller is
)

// Seller is who sells.
type Seller struct {
	Country        string // ISO 3166-1 alpha-2
	PostalCode     string
	VATID          string
	SmallBusiness  bool // exempt under Articles 281–294
	OSS            bool // registered for the Union one-stop shop, or in each country it sells to
	BelowThreshold bool // sells less than 10,000 euros a year across borders to consumers, Article 59c; OSS goes before it
}

// Buyer is who buys. A business is one whose VAT number a register has confirmed.
type Buyer struct {
	Country        string // that goods go to; for goods that are fetched, the seller's
	Region         string
	PostalCode     string
	BillCountry    string // where the buyer is established or lives; "" is Country
	BillRegion     string
	BillPostalCode string
	VATID          string
	VATChecked     bool
}

// Line is what is sold. Amount is after discounts, in minor units, with tax where prices include it.
type Line struct {
	Amount  int64
	Class   string
	Digital bool // supplied electronically, Article 58
}

// Request is an order to be taxed. Amounts are not negative, in minor units of Currency.
type Request struct {
	Currency  string
	Inclusive bool // prices include tax
	Lines     []Line
	Shipping  int64 // after discounts
	Fee       int64
	Seller    Seller
	Buyer     Buyer
	Classes   []Class // that the store has declared beside the built-in ones
	Rules     []Rule  // the merchant's own rates
	Date      time.Time
}

// Result is the tax. Parts and sums are what orders keep and check: by category and rate Base + Tax + Rounding = Gross.
type Result struct {
	Inclusive bool // the amounts of the request include the tax
	Lines     []ordertype.LineTax
	Shipping  []ordertype.LineTax
	Fee       []ordertype.LineTax
	Taxes     []ordertype.Tax
}

// Treatment is how something is taxed.
type Treatment struct {
	Category string
	Rate     money.Rate
	Note     string // the legal note, the English key of its translation
}

// Charged tells whether the seller charges tax.
func (t Treatment) Charged() bool { return t.Category == Standard }
