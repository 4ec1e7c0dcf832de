package ordertype

import (
	"encoding/json"

	"wizamart/framework/database"
	"wizamart/framework/money"
)

// NoticePlaced: an order has been placed.
const NoticePlaced = "placed"

// Letter is an order as a mail about it tells it.
type Letter struct {
	OrderID          string
	Number           string // as people say it: "#1001"
	Token            string // secret of the order's own page
	Email            string
	Name             string
	Locale           string
	PlacedAt         database.Time
	Lines            []LetterLine
	Subtotal         money.Amount
	Discount         money.Amount
	Shipping         money.Amount
	Fee              money.Amount
	Tax              money.Amount
	Total            money.Amount
	Outstanding      money.Amount
	PricesIncludeTax bool
	Taxes            []Tax
	ShippingMethod   string
	Estimate         string // when it arrives, as the shopper read it
	PaymentLabel     string
	PaymentHelp      string // how to pay, while something is outstanding; plain text
	ShipTo           Address
	BillTo           Address
	Note             string
	Cancelled        bool
	Waiver           string           // what the buyer agreed to about digital content
	Downloads        []LetterDownload // what can be downloaded
	Parcel           *Parcel          // what a notice of sent goods is about
	Seller           json.RawMessage  // legal identity of the seller at that time
}

// LetterLine is one line of a Letter.
type LetterLine struct {
	Title    string
	Variant  string
	SKU      string
	Quantity int
	Total    money.Amount
	Gift     *Gift // to whom its gift cards go; nil is the buyer
}

// Parcel is goods that have left together.
type Parcel struct {
	Carrier        string
	TrackingNumber string
	TrackingURL    string
	Lines          []LetterLine
}
