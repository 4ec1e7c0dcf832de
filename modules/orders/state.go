package orders

import (
	"fmt"
	"slices"

	"wizamart/framework/database"
)

// How the stock of an order stands.
const (
	StockReserved    = "reserved"    // kept for it until ReserveUntil
	StockReleased    = "released"    // it was kept, and is anybody's again
	StockTaken       = "taken"       // sold
	StockBackordered = "backordered" // sold below what there was: delivered later
)

// paymentMoves are all changes of a payment state that can be. What is not here is a mistake of ours, and refused.
//
//   - Voided → … is a payment that comes late, for an order that was cancelled because it did not come.
//   - … → Pending is an authorisation that lapsed, or a payment that had been recorded by mistake.
//   - Refunded → … is money on its way back that a bank sent back to us.
var paymentMoves = map[string][]string{
	Pending:           {Authorised, PartiallyPaid, Paid, Voided},
	Authorised:        {Pending, PartiallyPaid, Paid, Voided},
	PartiallyPaid:     {Pending, Authorised, Paid, PartiallyRefunded, Refunded, Voided},
	Paid:              {Pending, PartiallyPaid, PartiallyRefunded, Refunded},
	PartiallyRefunded: {Refunded, Paid, PartiallyPaid},
	Refunded:          {PartiallyRefunded, Paid, PartiallyPaid},
	Voided:            {Authorised, PartiallyPaid, Paid},
}

// fulfilmentMoves are those of a fulfilment state: parcels leave in one or several steps, and one that was noted by mistake is undone.
var fulfilmentMoves = map[string][]string{
	Unfulfilled:        {PartiallyFulfilled, Fulfilled},
	PartiallyFulfilled: {Unfulfilled, Fulfilled},
	Fulfilled:          {Unfulfilled, PartiallyFulfilled},
}

// canMove tells whether a state can follow another. Staying is always possible.
func canMove(moves map[string][]string, from, to string) bool {
	return from == to || slices.Contains(moves[from], to)
}

// paymentOf derives the payment state from what was promised, paid and given back. A promise of less than the rest does not cover the order.
func (o *Order) paymentOf() string {
	paid, back, promised := o.PaidTotal.Minor, o.RefundedTotal.Minor, o.AuthorisedTotal.Minor
	switch {
	case back > 0 && back >= paid:
		return Refunded
	case back > 0:
		return PartiallyRefunded
	case paid >= o.Total.Minor:
		return Paid
	case promised > 0 && paid+promised >= o.Total.Minor:
		return Authorised
	case paid > 0:
		return PartiallyPaid
	case o.Cancelled():
		return Voided
	}
	return Pending
}

// fulfilmentOf derives the fulfilment state from what was sent. An order of which nothing was sent, because all of it was paid
// back, stays unfulfilled.
func (o *Order) fulfilmentOf() string {
	sent := 0
	for _, l := range o.Lines {
		sent += l.Fulfilled
	}
	switch {
	case sent == 0:
		return Unfulfilled
	case o.Left() > 0:
		return PartiallyFulfilled
	}
	return Fulfilled
}

// settle sets the states that follow from what was paid and sent: states are never set by hand.
func (o *Order) settle(now database.Time) error {
	payment, fulfilment := o.paymentOf(), o.fulfilmentOf()
	if o.PaymentState != "" && !canMove(paymentMoves, o.PaymentState, payment) {
		return fmt.Errorf("order %d: its payment cannot go from %s to %s", o.Number, o.PaymentState, payment)
	}
	if o.FulfilmentState != "" && !canMove(fulfilmentMoves, o.FulfilmentState, fulfilment) {
		return fmt.Errorf("order %d: its fulfilment cannot go from %s to %s", o.Number, o.FulfilmentState, fulfilment)
	}
	o.PaymentState, o.FulfilmentState = payment, fulfilment
	settled := payment == Paid || payment == PartiallyRefunded || payment == Refunded || payment == Voided
	switch done := o.Cancelled() || settled && o.Left() == 0; {
	case !done:
		o.ClosedAt = database.Time{}
	case o.ClosedAt.IsZero():
		o.ClosedAt = now
	}
	return nil
}
