package payments

import (
	"context"
	"errors"
	"time"

	"wizamart/framework/money"
)

// Provider moves money. Every call carries what makes it idempotent: the attempt's or the refund's id.
//
// Errors: *Refusal when the provider says no for good; anything else leaves open whether it was done, and the same call is made again.
type Provider interface {
	// Start makes what the shopper pays with, or finds it again. Paths lead back to the shop.
	Start(ctx context.Context, acc Account, a Attempt, in Start) (View, error)
	// Look is how the payment stands.
	Look(ctx context.Context, acc Account, a Attempt) (View, error)
	// Capture collects what was promised.
	Capture(ctx context.Context, acc Account, a Attempt) error
	// Cancel ends a payment that has not been collected.
	Cancel(ctx context.Context, acc Account, a Attempt) error
	// Refund gives a part back. again says that an earlier call may have been heard.
	Refund(ctx context.Context, acc Account, a Attempt, id string, amount money.Amount, again bool) (RefundView, error)
	// LookRefund is how a refund stands.
	LookRefund(ctx context.Context, acc Account, externalID string) (RefundView, error)
	// Refunds lists all refunds of a payment, those too that were made at the provider itself.
	Refunds(ctx context.Context, acc Account, a Attempt) ([]RefundView, error)
	// Since lists the payments that were begun from a moment on.
	Since(ctx context.Context, acc Account, from time.Time) ([]View, error)
	// Test tries the keys.
	Test(ctx context.Context, acc Account) error
	// Event reads a signed message: what it is about. ErrSignature when it was not the provider's.
	Event(acc Account, header string, body []byte) (Event, error)
}

// ErrSignature says that a message was not signed by the provider, or long ago.
var ErrSignature = errors.New("payments: the signature does not fit")

// Refusal is a definite no of the provider.
type Refusal struct {
	Message string // for people
	Code    string
}

func (r *Refusal) Error() string { return r.Message }

// Start is what a provider's page is made with.
type Start struct {
	Title   string // of the only line: the shop and the order
	Email   string
	Locale  string
	Success string // addresses
	Back    string
}

// Status of a payment at the provider.
type Status string

const (
	Waiting    Status = "waiting" // for the shopper
	InProgress Status = "in_progress"
	Promised   Status = "promised"
	Collected  Status = "collected"
	Gone       Status = "gone"
)

// View is how a payment stands at the provider.
type View struct {
	Status     Status
	SessionID  string
	ExternalID string
	Amount     money.Amount // promised or collected
	Refunded   int64
	Reference  string
	Fault      string // of the last try
	FaultRef   string
	URL        string // of the provider's page
	Secret     string // for the shopper's browser
	AttemptID  string // that it was begun for
	StoreID    string
	Order      Order // that it was begun for
	CreatedAt  time.Time
}

// Order names an order.
type Order struct{ ID, Token, Number string }

// RefundView is how a refund stands at the provider.
type RefundView struct {
	ExternalID string
	ID         string // that it was asked for with; "" was not asked for by this shop
	Amount     int64  // minor units
	Done       bool
	Failed     string // why it failed
}

// Event is what a provider's message is about: any of the ids may be known.
type Event struct {
	AttemptID, ExternalID, SessionID string
	Refund                           bool // money was given back
}
