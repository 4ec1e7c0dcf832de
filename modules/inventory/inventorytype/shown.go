package inventorytype

import "time"

// FewLeft is from how many pieces on shoppers are told how many are left.
const FewLeft = 5

// Shown is as much of a stock as shoppers are told. Pages that say more would change with every order.
type Shown int

// The numbers from 1 to FewLeft are pieces that are left.
const (
	OnBackorder Shown = -1
	SoldOut     Shown = 0
	Plenty      Shown = FewLeft + 1
)

// Shown is what shoppers are told.
func (l Level) Shown() Shown {
	switch {
	case !l.InStock():
		return SoldOut
	case l.Tracked && l.Available() <= 0:
		return OnBackorder
	case l.Tracked && !l.Backorder && l.Available() <= FewLeft:
		return Shown(l.Available())
	}
	return Plenty
}

// ShownUntil is when what shoppers are told may change although nobody writes, because a reservation ends; zero for never.
func (l Level) ShownUntil() time.Time {
	freed := l
	freed.Reserved = 0
	if l.Reserved == 0 || freed.Shown() == l.Shown() {
		return time.Time{}
	}
	return l.Until
}

// ShownUntil is the first of the levels' moments; zero for none.
func ShownUntil(levels map[string]Level) time.Time {
	var first time.Time
	for _, l := range levels {
		if at := l.ShownUntil(); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
