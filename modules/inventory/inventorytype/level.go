// Package inventorytype holds what other modules see of the stock: types only.
package inventorytype

import "time"

// Level is the stock of one variant.
type Level struct {
	VariantID string
	Tracked   bool      // false: unlimited
	OnHand    int       // pieces; negative when more were sold than there were
	Reserved  int       // pieces of them that are kept for orders that are being paid
	Backorder bool      // may be sold below zero
	Until     time.Time // when the first of the reservations ends
}

// Unlimited is the level of a variant that nobody counts.
func Unlimited(variantID string) Level { return Level{VariantID: variantID} }

// Available is how many pieces are there for the next order: what is on hand and not reserved. Negative
// when more was promised than there is.
func (l Level) Available() int { return l.OnHand - l.Reserved }

// CanTake tells whether quantity pieces can be sold.
func (l Level) CanTake(quantity int) bool {
	return !l.Tracked || l.Backorder || l.Available() >= quantity
}

// Most is how many pieces can be sold at once, at most limit.
func (l Level) Most(limit int) int {
	if !l.Tracked || l.Backorder {
		return limit
	}
	return max(0, min(l.Available(), limit))
}

// InStock tells whether at least one piece can be sold.
func (l Level) InStock() bool { return l.CanTake(1) }

// Line is a number of pieces of a variant that is taken from or returned to the stock.
type Line struct {
	VariantID string
	Quantity  int // at least 1
}

// Initial is the stock with which a variant begins, or that an import brings.
type Initial struct {
	VariantID string
	Tracked   bool
	OnHand    int
	Backorder bool
}
