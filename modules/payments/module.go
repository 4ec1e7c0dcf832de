// Package payments is how orders are paid: bank transfer, cash on delivery, and cards through a provider. Money that a provider moves is booked by
// one function, Reconcile, whoever calls it and however often.
package payments

import (
	"context"
	"embed"
	"sync"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/secret"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Orders is what is paid. All but the first two work in the caller's transaction.
type Orders interface {
	Payable(ctx context.Context, st *tenant.Store, orderID string) (ordertype.Payable, error)
	PayableByToken(ctx context.Context, st *tenant.Store, token string) (ordertype.Payable, error)
	// Reserve keeps the goods for another try to pay: a Conflict when they are short.
	Reserve(ctx context.Context, tx *tenant.Store, orderID string, until time.Time) error
	Authorise(ctx context.Context, tx *tenant.Store, orderID string, r ordertype.Receipt) (ordertype.Outcome, error)
	Receive(ctx context.Context, tx *tenant.Store, orderID string, r ordertype.Receipt) (ordertype.Outcome, error)
	Lapse(ctx context.Context, tx *tenant.Store, orderID, externalID string) error
	PaymentFailed(ctx context.Context, tx *tenant.Store, orderID, reason string) error
	PromiseFailed(ctx context.Context, tx *tenant.Store, orderID, externalID, reason string) error
	Repaid(ctx context.Context, tx *tenant.Store, repaymentID, reference string) error
	RepaymentFailed(ctx context.Context, tx *tenant.Store, repaymentID, reason string) error
	// RefundedElsewhere books money that the provider gave back without being asked by the order: a Conflict when that cannot be.
	RefundedElsewhere(ctx context.Context, tx *tenant.Store, orderID string, in ordertype.Elsewhere) (repaymentID string, err error)
}

// Write is the permission to change how the shop is paid.
const Write = "payments.write"

// Service is the module.
type Service struct {
	StripeURL string                  // of Stripe's API; "" is Stripe's own
	Interrupt func(step string) error // called between any two steps, for tests that end the process there; nil

	app      *app.App
	orders   Orders
	provider Provider
	now      func() time.Time

	demoOnce sync.Mutex
	demoURL  string
}

// New makes the module.
func New(a *app.App, orders Orders) *Service {
	return &Service{app: a, orders: orders, provider: newStripe(a), now: time.Now}
}

func (s *Service) pause(step string) error {
	if s.Interrupt == nil {
		return nil
	}
	return s.Interrupt(step)
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	cancelled := event.OnStore("payments.cancelled", s.orderCancelled)
	fulfilled := event.OnStore("payments.fulfilled", s.orderFulfilled)
	cancelled.Always, fulfilled.Always = true, true
	return app.Module{
		Name: "payments", Title: "Payments", Description: "Card payments; bank transfer and cash on delivery go on without it.",
		Kind: app.Optional, Needs: []string{"orders"},
		WhileOff: "Nobody is sent on to pay by card any more. Payments under way, their captures, refunds and the provider’s messages are finished; bank transfer and cash on delivery go on.",
		Permissions: []permission.Permission{
			{Name: "payments.read", Title: "See payments and how the shop is paid"},
			{Name: "payments.write", Title: "Change how the shop is paid, and book differences"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Label: "Payments", Path: "/payments", Icon: "wallet", Permission: "payments.read", Order: 14},
			{Surface: web.Dashboard, Group: "Settings", Label: "Payment", Path: "/payment", Icon: "credit-card", Permission: "payments.read", Order: 82},
		},
		Tables: []database.Table{
			{Name: "payments_attempt", Scope: database.Store, Class: database.Ledger},
			{Name: "payments_refund", Scope: database.Store, Class: database.Ledger},
			{Name: "payments_difference", Scope: database.Store, Class: database.Ephemeral},
			{Name: "payments_account", Scope: database.Store, Class: database.Secret},
		},
		Secrets: []secret.Column{secretKeys, webhookSecrets},
		Files:   files, Routes: s.routes, Steps: s.steps, Health: s.health, Doctor: s.doctor,
		Jobs: []job.Kind{ // obligations: they are met also while the module is off
			{Name: reconcileJob, Run: s.runReconcile, Always: true},
			{Name: refundJob, Run: s.runRefund, Always: true},
			{Name: reviewJob, Run: s.runReview, Always: true},
		},
		Subscriptions: []event.Subscription{cancelled, fulfilled},
	}
}

func (s *Service) routes(r *app.Router) {
	// Whoever was sent to pay comes back, and the provider tells what became of it, also while the module is off.
	r.Shop("GET", "/orders/:token/payment", permission.Public, s.payPage, app.Always)
	r.Shop("POST", "/orders/:token/payment", permission.Public, s.postPay, app.Limit(limit.Checkout))
	r.Shop("POST", "/orders/:token/payment-intents", permission.Public, s.postIntent, app.Limit(limit.Checkout))
	r.Shop("POST", "/webhooks/stripe", permission.Public, s.webhook, app.Always, app.WhileClosed, app.Limit(limit.None), app.MaxBody(maxEvent+1))

	r.Dashboard("GET", "/payment", "payments.read", s.showSettings)
	r.Dashboard("POST", "/payment", "payments.write", s.saveSettings)
	r.Dashboard("POST", "/payment/tests", "payments.write", s.testKeys)
	r.Dashboard("GET", "/payments", "payments.read", s.listPayments)
	r.Dashboard("POST", "/payment-reviews", "payments.write", s.postReview)
	r.Dashboard("POST", "/payment-differences/:id/bookings", "payments.write", s.bookDifference)
	r.Dashboard("POST", "/payment-differences/:id/dismissals", "payments.write", s.dismissDifference)
	s.api(r)
}

// orderCancelled ends what a shopper could still pay. A promise is let go of by the order itself.
func (s *Service) orderCancelled(ctx context.Context, tx *tenant.Store, _ event.Event, e event.OrderCancelled) error {
	list, err := attempts(ctx, tx, "order_id = ? AND state IN ('created', 'open', 'processing')", e.OrderID)
	if err != nil {
		return err
	}
	for _, a := range list {
		a.VoidAsked = true
		if err := s.saveAttempt(ctx, tx, &a); err != nil {
			return err
		}
		if err := s.later(tx, a.ID, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// orderFulfilled collects what was promised, where the store does that when goods leave.
func (s *Service) orderFulfilled(ctx context.Context, tx *tenant.Store, _ event.Event, e event.OrderFulfilled) error {
	if SettingsOf(tx).Capture != CaptureFulfilment {
		return nil
	}
	list, err := attempts(ctx, tx, "order_id = ? AND state = 'authorised'", e.OrderID)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Refused() || a.VoidAsked {
			continue
		}
		if err := s.Collect(ctx, tx, a.Order.ID, a.ExternalID); err != nil {
			return err
		}
	}
	return nil
}
