package inventory

import (
	"slices"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
)

// Reasons of movements.
const (
	Sale       = "sale"
	Returned   = "return" // goods came back
	Cancelled  = "cancel" // the order was cancelled before it left
	Correction = "correction"
	Imported   = "import"
	Initial    = "initial"
	Received   = "received"
	Damaged    = "damaged"
)

// manual are the reasons that a person can give.
var manual = []string{Correction, Received, Returned, Damaged}

// MaxOnHand bounds a stock, in pieces, above and below.
const MaxOnHand = 1_000_000_000

const maxNote = 500 // characters

// Movement is one entry of the ledger.
type Movement struct {
	ID        string        `json:"id"`
	VariantID string        `json:"variant_id"`
	Delta     int           `json:"delta"`   // pieces, never 0
	OnHand    int           `json:"on_hand"` // after it
	Reserved  int           `json:"-"`       // for others, at that time; not kept
	Backorder bool          `json:"-"`
	Reason    string        `json:"reason" enum:"sale,return,cancel,correction,import,initial,received,damaged"`
	Ref       string        `json:"ref,omitempty" doc:"Id of the order, for sale, return and cancel."`
	Note      string        `json:"note,omitempty"`
	ActorKind string        `json:"actor_kind"`
	ActorID   string        `json:"-"`
	Actor     string        `json:"actor,omitempty"`
	At        database.Time `json:"at"`
}

// OfOrder tells whether Ref is an order's id.
func (m Movement) OfOrder() bool {
	return m.Ref != "" && slices.Contains([]string{Sale, Returned, Cancelled}, m.Reason)
}

// signed is the actor as the ledger keeps it: a shopper's name has no place in rows that are kept for ever.
func (m *Movement) signed(a audit.Actor) {
	m.ActorKind, m.ActorID, m.Actor = a.Kind, a.ID, a.Name
	if a.Kind == audit.Customer || a.Kind == audit.Guest {
		m.Actor = ""
	}
}

// allowed says whether the stock may change by delta for the reason.
func allowed(l inventorytype.Level, delta int, reason string) error {
	after := l.OnHand + delta
	switch {
	case after > MaxOnHand || after < -MaxOnHand:
		return problem.On("quantity", "A stock has at most %d pieces.", MaxOnHand)
	case after < 0 && delta < 0 && !l.Backorder && reason != Imported && reason != Initial:
		return problem.On("quantity", "There are only %d pieces. Allow backorders to go below zero.", max(l.OnHand, 0))
	}
	return nil
}
