package orders

import (
	"wizamart/framework/database"
	"wizamart/framework/money"
)

// Refund is money that is given back for an order: for goods, the delivery, the fee, or as a gesture, less what is kept back.
// Amount = Goods + Shipping + Fee + AdHoc − Less.
type Refund struct {
	ID         string
	ExternalID string // of a program: the same one twice is one refund
	Amount     money.Amount
	Goods      money.Amount
	Shipping   money.Amount
	Fee        money.Amount
	AdHoc      money.Amount
	Less       money.Amount
	Reason     string
	Actor      string
	CreatedAt  database.Time
}
