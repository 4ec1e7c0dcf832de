package event

import (
	"wizamart/framework/database"
	"wizamart/framework/money"
)

// The catalogue: every event that may be published. A name belongs to one shape of payload for ever. A payload may
// gain fields that consumers can do without; any other change is a new name (order.placed.v2) that is
// published beside the old one until no consumer of that is left.
//
// A payload carries ids and figures, no names or addresses: erasing a person must not have to search
// the outbox. Amounts are minor units with their currency, times are UTC.

// OrderPlaced says that an order has been accepted.
type OrderPlaced struct {
	OrderID    string        `json:"order_id"`
	Number     string        `json:"number"`
	Channel    string        `json:"channel"`
	CustomerID string        `json:"customer_id,omitempty"` // empty for a guest
	Total      money.Amount  `json:"total"`                 // with tax and shipping
	Tax        money.Amount  `json:"tax"`
	Lines      []OrderLine   `json:"lines"`
	PlacedAt   database.Time `json:"placed_at"`
}

// OrderLine is one line of an order.
type OrderLine struct {
	LineID    string       `json:"line_id"`
	ProductID string       `json:"product_id"`
	VariantID string       `json:"variant_id"`
	SKU       string       `json:"sku,omitempty"`
	Quantity  int64        `json:"quantity"`
	Total     money.Amount `json:"total"` // of the line, after discounts, with tax
}

// OrderFulfilled says that goods of an order have left.
type OrderFulfilled struct {
	OrderID      string          `json:"order_id"`
	Number       string          `json:"number"`
	FulfilmentID string          `json:"fulfilment_id"`
	Lines        []FulfilledLine `json:"lines"`
	Complete     bool            `json:"complete"` // nothing is left to be sent
	FulfilledAt  database.Time   `json:"fulfilled_at"`
}

// FulfilledLine is how much of an order's line was sent.
type FulfilledLine struct {
	LineID   string `json:"line_id"`
	Quantity int64  `json:"quantity"`
}

// OrderCancelled says that an order will not be fulfilled.
type OrderCancelled struct {
	OrderID     string        `json:"order_id"`
	Number      string        `json:"number"`
	CustomerID  string        `json:"customer_id,omitempty"`
	Reason      string        `json:"reason"` // a code: customer, stock, fraud, other
	Total       money.Amount  `json:"total"`  // what the order was worth
	CancelledAt database.Time `json:"cancelled_at"`
}

// ProductChanged says that a product was created, changed, published, hidden or deleted.
type ProductChanged struct {
	ProductID string   `json:"product_id"`
	Change    string   `json:"change"`           // created, updated, deleted
	Fields    []string `json:"fields,omitempty"` // what an update changed
}

// CustomerCreated says that a shopper has an account.
type CustomerCreated struct {
	CustomerID string        `json:"customer_id"`
	Channel    string        `json:"channel"`
	CreatedAt  database.Time `json:"created_at"`
}

// StockChanged says that a variant's stock moved at a location.
type StockChanged struct {
	VariantID  string `json:"variant_id"`
	LocationID string `json:"location_id,omitempty"`
	MovementID string `json:"movement_id"`
	Reason     string `json:"reason"` // a code: sale, return, count, receipt, transfer
	Change     int64  `json:"change"`
	Available  int64  `json:"available"` // after the change, reservations taken off
}

func (OrderPlaced) EventName() string     { return "order.placed" }
func (OrderFulfilled) EventName() string  { return "order.fulfilled" }
func (OrderCancelled) EventName() string  { return "order.cancelled" }
func (ProductChanged) EventName() string  { return "product.changed" }
func (CustomerCreated) EventName() string { return "customer.created" }
func (StockChanged) EventName() string    { return "stock.changed" }

// Catalogue is one value of every payload, for checks and documentation.
var Catalogue = []Payload{OrderPlaced{}, OrderFulfilled{}, OrderCancelled{}, ProductChanged{}, CustomerCreated{}, StockChanged{}}
