package payments

import (
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

// State of an attempt.
type State string

const (
	Created    State = "created" // written down; what the provider made of it is not known
	Open       State = "open"    // the shopper can pay
	Processing State = "processing"
	Authorised State = "authorised"
	Captured   State = "captured"
	Cancelled  State = "cancelled" // no money: given up, lapsed or voided
)

// Kinds of attempts.
const (
	Hosted  = "hosted"  // on the provider's own page
	Element = "element" // in the shop's page, by the provider's script
)

// Attempt is one try to pay an order with a provider.
type Attempt struct {
	ID           string
	Order        Order
	Provider     string
	Mode         string
	Kind         string
	State        State
	Amount       money.Amount
	SessionID    string
	ExternalID   string
	Outcome      ordertype.Outcome // what the order said to the money; "" before
	Captured     int64
	Refunded     int64
	CollectAsked bool
	VoidAsked    bool
	Reference    string
	Fault        string
	FaultRef     string
	Until        database.Time
	CreatedAt    database.Time
	UpdatedAt    database.Time
}

// Refused tells whether the order did not want the money: it goes back.
func (a Attempt) Refused() bool { return a.Outcome != "" && !a.Outcome.Keep() }

// Done tells whether nothing is left to be done or to be found out.
func (a Attempt) Done() bool {
	switch a.State {
	case Cancelled:
		return true
	case Captured:
		return !a.Refused() || a.Refunded >= a.Captured
	}
	return false
}

// Live tells whether the shopper's money may still come through it.
func (a Attempt) Live() bool {
	return a.State == Created || a.State == Open || a.State == Processing || a.State == Authorised
}

func (a Attempt) receipt(v View) ordertype.Receipt {
	return ordertype.Receipt{ExternalID: v.ExternalID, Method: "card", Provider: a.Provider, Reference: v.Reference, Amount: v.Amount}
}
