package checkout

import (
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/orders/ordertype"
)

// State of a session.
type State string

const (
	Open    State = "open"
	Placed  State = "placed"
	Expired State = "expired"
)

const (
	openFor = 3 * 24 * time.Hour  // an unfinished checkout is kept this long after the last step
	keepFor = 30 * 24 * time.Hour // a finished one still answers a second submission
)

// Session is one checkout under way. Its id is the order's external id: it becomes at most one order.
type Session struct {
	ID               string
	Token            string // in a signed cookie
	State            State
	CartRef          string
	CustomerID       string // "" for a guest
	Lines            []carttype.Want
	Email            string
	Shipping         ordertype.Address
	Billing          ordertype.Address // when it is not the same
	BillingSame      bool
	ShippingMethodID string
	ShippingSeen     *int64 // the price when it was chosen, minor units
	PaymentMethod    string
	FeeSeen          *int64
	Note             string
	VATID            string                    // as the shopper gave it
	VATCheck         VATCheck                  // what the register said of it
	Gifts            map[string]ordertype.Gift // to whom gift cards go, by variant, where it is not the buyer
	Codes            []string                  // of discounts and gift cards, upper case
	TermsAt          database.Time
	OrderID          string
	OrderNumber      string
	OrderToken       string
	CreatedAt        database.Time
	UpdatedAt        database.Time
	ExpiresAt        database.Time
}

// VATCheck is what the register of VAT numbers said of a buyer's.
type VATCheck struct {
	Number       string        `json:"number,omitempty"` // that was asked for
	Valid        bool          `json:"valid,omitempty"`
	Consultation string        `json:"consultation,omitempty"` // number that the register gave the check, as evidence
	At           database.Time `json:"at,omitzero"`            // zero: the register has not answered
}

// renew gives a changed session its time anew. UpdatedAt grows each time, by a millisecond at least, so that it tells one state of the session from the next.
func (s *Session) renew(now time.Time) {
	if least := s.UpdatedAt.Add(time.Millisecond); now.Before(least) {
		now = least
	}
	s.UpdatedAt, s.ExpiresAt = database.At(now), database.At(now.Add(openFor))
}

// usable refuses a session that cannot go on: placed ones are the caller's to look at first.
func (s Session) usable(now time.Time) error {
	if s.State == Expired || now.After(s.ExpiresAt.Time) {
		return problem.New(problem.Gone, "This checkout has expired. Your cart is still there: please start again.")
	}
	return nil
}

// CheckContact says what is wrong with what the shopper typed about themselves, by the address form's fields.
// Goods go to one of the countries; with none given, anywhere.
func (s Session) CheckContact(countries []Country) error {
	var f problem.Fields
	checkEmail(&f, s.Email)
	checkAddress(&f, "", s.Shipping, countries)
	if !s.BillingSame {
		checkAddress(&f, "billing_", s.Billing, nil)
	}
	return f.Err()
}

// BillTo is the billing address.
func (s Session) BillTo() ordertype.Address {
	if s.BillingSame {
		return s.Shipping
	}
	return s.Billing
}
