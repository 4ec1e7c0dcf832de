// Package ordertype holds what other modules see of orders: types only.
package ordertype

import (
	"wizamart/framework/database"
	"wizamart/framework/money"
)

// Address is a postal address as the shopper gave it.
type Address struct {
	Name       string `json:"name"`
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
}

// Place is an order to be placed. ExternalID makes it idempotent: the same one twice gives the first order.
type Place struct {
	ExternalID     string // the checkout's id
	Channel        string // "storefront"
	CustomerID     string // "" until the customer is known
	Email          string
	Locale         string
	Shipping       Address
	Billing        Address
	Lines          []PlaceLine
	ShippingMethod string // its name, as shown
	ShippingPrice  money.Amount
	PaymentMethod  string // "bank_transfer", "cash_on_delivery"
	PaymentLabel   string // its name, as shown
	PaymentFee     money.Amount
	Note           string
	PlacedAt       database.Time // of an order that was taken elsewhere; zero is now
}

// Placed is what the placer learns.
type Placed struct {
	ID       string
	Number   string // "1001"
	Token    string // secret of the order's own page
	Total    money.Amount
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
	Quantity        int
	CustomerID      string
	Email           string
	Name            string
}
