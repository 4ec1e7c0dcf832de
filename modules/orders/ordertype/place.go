// Package ordertype holds what other modules see of orders: types only.
package ordertype

import (
	"encoding/json"

	"wizamart/framework/database"
	"wizamart/framework/money"
)

// Address is a postal address as the shopper gave it.
type Address struct {
	Name       string `json:"name"`
	Business   string `json:"business,omitempty"` // its name, where a business buys
	Line1      string `json:"line1"`
	Line2      string `json:"line2,omitempty"`
	PostalCode string `json:"postal_code"`
	City       string `json:"city"`
	Region     string `json:"region,omitempty"`
	Country    string `json:"country"` // ISO 3166-1 alpha-2
	Phone      string `json:"phone,omitempty"`
}

// PlaceLine is one line of an order to be placed. Everything on it is kept as it was sold.
type PlaceLine struct {
	VariantID        string
	ProductID        string
	Title            string
	VariantTitle     string
	SKU              string
	Slug             string
	Picture          string
	Quantity         int
	UnitPrice        money.Amount
	RequiresShipping bool
	Digital          bool
	Discount         money.Amount // of the whole line
	TaxClass         string
	Tax              LineTax // of the line after its discount
	Gift             *Gift   // to whom its gift cards go; nil is the buyer
}

// Place is an order to be placed. ExternalID makes it idempotent: the same one twice gives the first order.
//
// total = subtotal − discounts + shipping + fee (+ tax where PricesIncludeTax is false). Gift cards do not lower the total: they pay it.
// The parts have to add up to Taxes by category and rate, when there are any; an order whose parts do not is refused.
type Place struct {
	ExternalID     string // the checkout's id
	Channel        string // "storefront"
	CustomerID     string // "" until the customer is known
	Email          string
	Locale         string
	Shipping       Address
	Billing        Address
	Lines          []PlaceLine
	ShippingMethod string       // its name, as shown
	Estimate       string       // when it arrives, as shown: "arrives Tue 2 – Thu 4 Dec"
	ShippingPrice  money.Amount // before discounts on it
	PaymentMethod  string       // "bank_transfer", "cash_on_delivery"
	PaymentLabel   string       // its name, as shown
	PaymentFee     money.Amount
	Note           string
	PlacedAt       database.Time // of an order that was taken elsewhere; zero is now

	// Adjustments are the discounts and gift cards, as people read them. What the discounts among them are more than the
	// discounts of the lines is a discount on the delivery.
	Adjustments      []Adjustment
	PricesIncludeTax bool
	Taxes            []Tax     // by category and rate
	ShippingTax      []LineTax // of the delivery after its discount; parts where it is taxed at several rates
	FeeTax           []LineTax

	BuyerVATID      string
	VATConsultation string // number that the check of BuyerVATID was given
	VATCheckedAt    database.Time
	TermsAt         database.Time   // when the terms were accepted
	TermsHash       string          // of their text
	WaivedAt        database.Time   // when the right of withdrawal from digital content was given up (Directive 2011/83/EU, article 16(m))
	Waiver          string          // in which words
	Seller          json.RawMessage // legal identity of the seller at that time, an object

	// ReserveUntil has Place reserve the stock under the order's id until then; what the same Holder (the cart) had reserved for
	// an order that it did not pay is given up for it. Zero: the caller takes the stock.
	ReserveUntil database.Time
	AutoCancel   bool // when ReserveUntil passes and nobody has paid
	Holder       string
}

// Kinds of adjustments.
const (
	Discount = "discount"
	GiftCard = "gift_card"
)

// Adjustment is a discount, or what a gift card pays.
type Adjustment struct {
	Kind   string       `json:"kind" enum:"discount,gift_card"`
	Source string       `json:"source,omitempty"` // id of the promotion or the gift card
	Code   string       `json:"code,omitempty"`   // as people may see it: of a gift card its last digits
	Title  string       `json:"title"`
	Amount money.Amount `json:"amount"`
}

// Placed is what the placer learns.
type Placed struct {
	ID       string
	Number   string // "1001"
	Token    string // secret of the order's own page
	Total    money.Amount
	Due      money.Amount // of it still to be paid, after gift cards
	PlacedAt database.Time
	Existing bool // the ExternalID had been placed before
}

// Brief is an order in a list.
type Brief struct {
	ID              string
	Number          string
	PlacedAt        database.Time
	Total           money.Amount
	PaymentState    string
	FulfilmentState string
	Cancelled       bool
	Unsent          bool // nothing of it is sent in a parcel: downloads, gift cards
	Quantity        int
	CustomerID      string
	Email           string
	Name            string
}
