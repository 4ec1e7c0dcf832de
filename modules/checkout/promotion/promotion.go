// Package promotion works out discounts: which ones a cart gets, how much each takes off each line, and why a code does nothing.
// It knows no database and no clock. Amounts are minor units of one currency; nothing here goes below zero.
package promotion

import (
	"slices"
	"time"

	"wizamart/framework/money"
)

// Kind is what a discount gives.
type Kind string

const (
	Percent      Kind = "percent"
	Amount       Kind = "amount"
	FreeShipping Kind = "free_shipping"
)

// Scope is the goods that a discount is for.
type Scope string

const (
	Order      Scope = "order"
	Products   Scope = "products"
	Categories Scope = "categories"
)

// Class is what a discount counts as where it meets others.
type Class string

const (
	ProductClass  Class = "product"
	OrderClass    Class = "order"
	ShippingClass Class = "shipping"
)

// Promotion is one discount.
type Promotion struct {
	ID          string
	Title       string // as shoppers read it
	Automatic   bool   // it needs no code
	Kind        Kind
	Rate        money.Rate // of Percent: 0.1 is 10 %
	Amount      int64      // of Amount
	PerPiece    bool       // Amount is taken off each piece, instead of once per order
	Scope       Scope
	Products    []string // ids, of Products
	Categories  []string // ids, of Categories
	MinSubtotal int64    // of the goods it is for, before discounts; 0 is none
	MinPieces   int      // of the goods it is for; 0 is none
	StartsAt    time.Time
	EndsAt      time.Time // zero: it has no end
	Limit       int       // orders in all; 0 is any number
	PerCustomer int       // orders of one customer; 0 is any number
	WithProduct bool      // it combines with other discounts on products,
	WithOrder   bool      // on the order,
	WithShip    bool      // and on the delivery

	// What is known of its use, and by which code the shopper has it.
	Code   string
	Spent  bool // the code was for one order, and had it
	Used   int
	UsedBy int // by this customer
}

// Class of the discount.
func (p Promotion) Class() Class {
	switch {
	case p.Kind == FreeShipping:
		return ShippingClass
	case p.Scope == Order:
		return OrderClass
	}
	return ProductClass
}

func (p Promotion) allows(c Class) bool {
	switch c {
	case ProductClass:
		return p.WithProduct
	case OrderClass:
		return p.WithOrder
	}
	return p.WithShip
}

// Combines tells whether two discounts may stand side by side: each has to allow the other's class.
func (p Promotion) Combines(o Promotion) bool { return p.allows(o.Class()) && o.allows(p.Class()) }

// Line is goods of a cart.
type Line struct {
	ProductID  string
	Categories []string
	Quantity   int
	Total      int64 // before discounts
}

func (p Promotion) takes(l Line) bool {
	switch {
	case l.Quantity < 1:
		return false
	case p.Scope == Products:
		return slices.Contains(p.Products, l.ProductID)
	case p.Scope == Categories:
		return slices.ContainsFunc(l.Categories, func(id string) bool { return slices.Contains(p.Categories, id) })
	}
	return true
}

// Reason is why a discount is not given.
type Reason string

const (
	Unknown        Reason = "unknown"
	NotYet         Reason = "not_yet"
	Ended          Reason = "ended"
	UsedUp         Reason = "used_up"
	UsedByYou      Reason = "used_by_you"
	NoGoods        Reason = "no_goods"
	TooLittle      Reason = "too_little" // Missing minor units to the minimum
	TooFew         Reason = "too_few"    // Missing pieces to the minimum
	NothingToSend  Reason = "nothing_to_send"
	NotWithOthers  Reason = "not_with_others"
	NothingToSpare Reason = "nothing_to_spare" // nothing is left to take off
)

// Refusal is a discount that is not given.
type Refusal struct {
	ID      string
	Code    string
	Title   string
	Reason  Reason
	Missing int64
	Ends    time.Time
}

// check is why the cart does not get the discount, regardless of others; an empty reason is none.
func (p Promotion) check(c Cart) (Reason, int64) {
	subtotal, pieces := int64(0), 0
	for _, l := range c.Lines {
		if p.takes(l) {
			subtotal, pieces = subtotal+l.Total, pieces+l.Quantity
		}
	}
	switch {
	case c.Now.Before(p.StartsAt):
		return NotYet, 0
	case !p.EndsAt.IsZero() && !c.Now.Before(p.EndsAt):
		return Ended, 0
	case p.Spent || p.Limit > 0 && p.Used >= p.Limit:
		return UsedUp, 0
	case p.PerCustomer > 0 && p.UsedBy >= p.PerCustomer:
		return UsedByYou, 0
	case pieces == 0:
		return NoGoods, 0
	case subtotal < p.MinSubtotal:
		return TooLittle, p.MinSubtotal - subtotal
	case pieces < p.MinPieces:
		return TooFew, int64(p.MinPieces - pieces)
	case p.Kind == FreeShipping && !c.Ships:
		return NothingToSend, 0
	}
	return "", 0
}
