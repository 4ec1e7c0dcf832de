package ordertype

import "wizamart/framework/money"

// Receipt is money that a provider has collected.
type Receipt struct {
	ExternalID string // the provider's: the same one twice is one payment
	Method     string // "card"
	Provider   string // "stripe"; who is asked to give it back
	Reference  string // for people
	Amount     money.Amount
}

// Outcome is what an order does with money that is promised or has come.
type Outcome string

const (
	Accepted    Outcome = "accepted"
	Backordered Outcome = "backordered"  // accepted, and the goods are delivered later
	OutOfStock  Outcome = "out_of_stock" // the goods are gone: the order has been cancelled
	Ended       Outcome = "ended"        // the order had been cancelled before, or its money given back
	Surplus     Outcome = "surplus"      // the order is paid already
)

// Keep tells whether the money may be kept. If not, nothing was booked: void it or give it back. The answer for the same
// receipt is always the same.
func (o Outcome) Keep() bool { return o == Accepted || o == Backordered }

// Repayment is money that a provider gives back to where it came from. ID is its idempotency key.
type Repayment struct {
	ID        string
	OrderID   string
	PaymentID string // of the order
	Receipt   Receipt
	Amount    money.Amount
	Reason    string
}

// Elsewhere is money that was given back without the order: in the provider's own dashboard.
type Elsewhere struct {
	ExternalID string // of the refund at the provider: the same one twice is one refund
	Payment    string // the payment's ExternalID
	Amount     money.Amount
	Done       bool // it has arrived
	Reason     string
}

// Kinds of notices.
const (
	NoticePaid       = "paid"
	NoticeBackorder  = "backorder"  // paid late; the goods come later
	NoticeOutOfStock = "sold_out"   // paid late; the goods are gone and the money goes back
	NoticeSurplus    = "surplus"    // paid twice; the second payment goes back
	NoticeEnded      = "ended"      // paid after it was cancelled or given back; the money goes back
	NoticeExpired    = "unpaid"     // cancelled, because nobody paid in time
	NoticeCancelled  = "cancelled"  // by the merchant
	NoticeRefund     = "refund"     // money is on its way back
	NoticeSent       = "sent"       // goods have left
	NoticeFailed     = "pay_failed" // a payment failed; the order can still be paid
)

// Notice is something that the customer should be told by mail, in the transaction that made it so.
type Notice struct {
	Kind    string
	OrderID string
	Amount  money.Amount // paid, or given back
	Ref     string       // id of the refund or the fulfilment
	Letter  *Letter      // the order, where it is at hand: nobody has to read it again
}

// Payable is what a provider has to know of an order to collect its money.
type Payable struct {
	OrderID   string
	Number    string // as people say it
	Token     string // secret of the order's own page
	Method    string // the payment method that was chosen
	Due       money.Amount
	Total     money.Amount
	Email     string
	Name      string
	Locale    string
	State     string // the payment state
	Cancelled bool
	Billing   Address
	Shipping  Address
}
