// Package paymenttype holds what other modules see of payments: types only.
package paymenttype

import (
	"time"

	"wizamart/framework/money"
)

// Payment methods, as orders keep them.
const (
	BankTransfer   = "bank_transfer"
	CashOnDelivery = "cash_on_delivery"
	Card           = "card"
)

// Context is what of an order decides which ways to pay there are.
type Context struct {
	Currency      string
	Total         money.Amount // before the fee of the way that is chosen
	Country       string       // ISO 3166-1 alpha-2, that the goods go to; "" while unknown
	Pickup        bool         // the shopper fetches the goods
	NeedsShipping bool
}

// Option is a way to pay that a shopper may choose.
type Option struct {
	ID         string
	Label      string // English: the key of its translation
	Hint       string
	Icon       string
	Fee        money.Amount
	ReserveFor time.Duration // how long the stock waits for the money; 0 takes it at once
	AutoCancel bool          // when that time passes and nobody has paid
	Online     bool          // the shopper is sent on to pay, to /orders/<token>/payment
}
