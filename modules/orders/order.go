package orders

import (
	"strconv"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Payment states.
const (
	Pending           = "pending"
	Authorised        = "authorised"
	PartiallyPaid     = "partially_paid"
	Paid              = "paid"
	PartiallyRefunded = "partially_refunded"
	Refunded          = "refunded"
	Voided            = "voided"
)

// Fulfilment states.
const (
	Unfulfilled        = "unfulfilled"
	PartiallyFulfilled = "partially_fulfilled"
	Fulfilled          = "fulfilled"
)

var (
	// PaymentStates in the order in which they are shown.
	PaymentStates = []string{Pending, Authorised, PartiallyPaid, Paid, PartiallyRefunded, Refunded, Voided}
	// FulfilmentStates in the order in which they are shown.
	FulfilmentStates = []string{Unfulfilled, PartiallyFulfilled, Fulfilled}
)

// Order is one order, whole. Amounts are in Currency.
type Order struct {
	ID              string
	Number          int64 // gapless in a store, from 1001
	Token           string
	ExternalID      string
	Channel         string
	CustomerID      string
	AccountID       string // the customer who was signed in when it was placed; "" for a guest
	Email           string
	Name            string
	Locale          string
	Currency        string
	Shipping        ordertype.Address
	Billing         ordertype.Address
	ShippingMethod  string
	Estimate        string // when it arrives, as the shopper was told
	PaymentMethod   string
	PaymentLabel    string
	Quantity        int
	Subtotal        money.Amount
	ShippingTotal   money.Amount
	FeeTotal        money.Amount
	DiscountTotal   money.Amount
	TaxTotal        money.Amount
	Total           money.Amount
	PaidTotal       money.Amount
	RefundedTotal   money.Amount // given back, and arrived there
	AuthorisedTotal money.Amount // promised by a provider and not collected
	CreditedTotal   money.Amount // all refunds, those on their way too
	PaymentState    string
	FulfilmentState string
	Note            string // the shopper's
	StaffNote       string
	PlacedAt        database.Time
	CancelledAt     database.Time
	CancelReason    string // a code of CancelReasons
	ClosedAt        database.Time

	PricesIncludeTax bool
	ShippingDiscount money.Amount // part of DiscountTotal
	ShippingTax      []ordertype.LineTax
	FeeTax           []ordertype.LineTax
	BuyerVATID       string
	VATConsultation  string
	VATCheckedAt     database.Time
	TermsAt          database.Time
	TermsHash        string
	WaivedAt         database.Time // the right of withdrawal from digital content was given up, in the words of
	Waiver           string
	Seller           database.JSON      // who sold it, at that time: an object
	ShippingGiven    *ordertype.Address // the first one, where it was changed
	Holder           string             // the cart
	StockState       string
	ReserveUntil     database.Time // while the stock is reserved
	AutoCancel       bool          // when ReserveUntil passes and nobody has paid
	AutoCancelled    bool          // nobody had paid in time

	Lines       []Line
	Fulfilments []Fulfilment // newest last, those undone too
	Payments    []Payment    // newest last, those voided too
	Taxes       []ordertype.Tax
	Adjustments []ordertype.Adjustment
	Refunds     []Refund // newest last
	Promises    []Authorisation

	after []func(tx *tenant.Store) error
}

// Line is one line of an order, as it was sold.
type Line struct {
	ID               string
	VariantID        string
	ProductID        string
	Title            string
	VariantTitle     string
	SKU              string
	Slug             string
	Picture          string
	Quantity         int
	Fulfilled        int // pieces sent
	UnitPrice        money.Amount
	Total            money.Amount
	RequiresShipping bool
	Digital          bool
	Discount         money.Amount // of the whole line
	TaxClass         string
	Tax              ordertype.LineTax
	Gift             *ordertype.Gift // to whom its gift cards go; nil is the buyer
	Refunded         int             // pieces that were paid back
	Removed          int             // of those, pieces that will not be sent
}

// Left is how many pieces are still to be sent.
func (l Line) Left() int { return l.Quantity - l.Fulfilled - l.Removed }

// Label is the order's number as people say it.
func (o *Order) Label() string { return "#" + strconv.FormatInt(o.Number, 10) }

// Cancelled tells whether the order will not be fulfilled.
func (o *Order) Cancelled() bool { return !o.CancelledAt.IsZero() }

// Outstanding is what the customer still has to pay.
func (o *Order) Outstanding() money.Amount {
	if o.Cancelled() || o.PaidTotal.Minor >= o.Total.Minor || o.CreditedTotal.IsPositive() {
		return money.Zero(o.Currency)
	}
	return money.New(o.Total.Minor-o.PaidTotal.Minor, o.Currency)
}

// Left is how many pieces are still to be sent.
func (o *Order) Left() int {
	n := 0
	for _, l := range o.Lines {
		n += l.Left()
	}
	return n
}

func refuse(format string, args ...any) error { return problem.New(problem.Conflict, format, args...) }

// CanFulfil is nil when goods of the order may be sent. An order may be sent before it is paid: cash on
// delivery is paid at the door, and a merchant may trust a customer.
func (o *Order) CanFulfil() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.FulfilmentState == Fulfilled:
		return refuse("Everything in this order has been sent already.")
	case len(o.Lines) > 0 && o.Left() == 0:
		return refuse("What was not sent has been paid back.")
	case o.PaymentState == Refunded || o.PaymentState == Voided:
		return refuse("The payment of this order has been given back.")
	}
	return nil
}

// CanUndoFulfilment is nil when a fulfilment that was made by mistake may be undone.
func (o *Order) CanUndoFulfilment() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.FulfilmentState == Unfulfilled:
		return refuse("Nothing in this order has been sent yet.")
	}
	return nil
}

// CanMarkPaid is nil when a payment may be recorded by hand.
func (o *Order) CanMarkPaid() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.PaymentState == Paid:
		return refuse("This order is paid already.")
	case o.PaymentState == Authorised:
		return refuse("The payment is authorised: it is collected, not recorded by hand.")
	case o.PaymentState != Pending && o.PaymentState != PartiallyPaid:
		return refuse("The payment of this order has been given back.")
	}
	return nil
}

// CanPay is nil when a payment of the order may still be tried.
func (o *Order) CanPay() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.Outstanding().IsZero():
		return refuse("This order is paid already.")
	case o.PaymentState == Authorised:
		return refuse("This order is paid already.")
	}
	return nil
}

// CanVoidPayment is nil when a recorded payment may be taken back as a mistake.
func (o *Order) CanVoidPayment() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.PaymentState != Paid && o.PaymentState != PartiallyPaid:
		return refuse("No payment has been recorded for this order.")
	}
	return nil
}

// Refundable is what of the money that came has not been given back and is not on its way.
func (o *Order) Refundable() money.Amount {
	return money.New(max(0, o.PaidTotal.Minor-o.CreditedTotal.Minor), o.Currency)
}

// CanRefund is nil when money may be given back.
func (o *Order) CanRefund() error {
	switch {
	case o.PaidTotal.IsZero():
		return refuse("Nothing has been paid for this order.")
	case o.Refundable().IsZero():
		return refuse("Everything that was paid has been given back already.")
	case o.Cancelled():
		return nil
	case o.PaymentState == Authorised:
		return refuse("The rest of this order is authorised: collect it first, or cancel the order.")
	case !o.sold():
		return refuse("This order is not wholly paid. Cancel it, and what was paid is given back.")
	}
	return nil
}

// CanCollect is nil when a promised payment may be collected.
func (o *Order) CanCollect() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case !o.AuthorisedTotal.IsPositive():
		return refuse("No payment of this order waits to be collected.")
	}
	return nil
}

// CanCancel is nil when the order may be cancelled. What has been sent stays sent: an order that has
// left whole is not cancelled but returned.
func (o *Order) CanCancel() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled already.")
	case o.FulfilmentState == Fulfilled:
		return refuse("Everything in this order has been sent. If that is a mistake, undo the fulfilment first.")
	}
	return nil
}

// CanEditAddress is nil when the shipping address may be changed.
func (o *Order) CanEditAddress() error {
	switch {
	case o.Cancelled():
		return refuse("This order is cancelled.")
	case o.FulfilmentState != Unfulfilled:
		return refuse("Goods have been sent to this address already.")
	}
	return nil
}
