// Package orders keeps what was sold: it numbers and places orders, and takes them through payment, fulfilment
// and cancellation. An order keeps what was sold as it was sold; it reads nothing from the catalogue later.
package orders

import (
	"context"
	"embed"
	"os"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Stock is where the goods of an order come from and go back to. ref is the order's id. Reserve and Commit are all or nothing: a
// Conflict names what is short.
type Stock interface {
	// Reserve keeps pieces until a moment; what ref had reserved before is replaced.
	Reserve(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, until time.Time) error
	// Commit sells what is reserved, or takes it where the reservation is gone.
	Commit(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error
	// Backorder sells whatever is there, below zero if need be.
	Backorder(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error
	// Release gives up what is reserved.
	Release(ctx context.Context, tx *tenant.Store, ref string) error
	// Return puts pieces back that had been sold; reason is "cancel" or "return".
	Return(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, reason string) error
}

// Service is the module's use cases.
type Service struct {
	// PaymentHelp is what a shopper who chose a payment method has to know to pay, such as a bank account, as plain
	// text with line breaks. Nil, or an empty text, is nothing.
	PaymentHelp func(st *tenant.Store, method string) string

	// What orders ask of payments and of mail, in the transaction at hand and after the order is saved. Nil does nothing.

	// Repay has a provider give money back; Repaid or RepaymentFailed is its answer. The repayment's id is the provider's idempotency key.
	// What was recorded by hand is not asked for; a gift card ("gift_card") has its money back when Repay returns.
	Repay func(ctx context.Context, tx *tenant.Store, r ordertype.Repayment) error
	// Collect has a provider collect what it promised under externalID; Receive is its answer.
	Collect func(ctx context.Context, tx *tenant.Store, orderID, externalID string) error
	// Void has a provider let go of what it promised; Lapse is its answer.
	Void func(ctx context.Context, tx *tenant.Store, orderID, externalID string) error
	// Notify tells the customer by mail.
	Notify func(ctx context.Context, tx *tenant.Store, n ordertype.Notice) error
	// Paid is told of every order that is paid, once or more often.
	Paid func(ctx context.Context, tx *tenant.Store, o ordertype.Sold) error
	// PaidBack is told which pieces of an order are paid back; a Conflict of it refuses the refund.
	PaidBack func(ctx context.Context, tx *tenant.Store, orderID string, lines []ordertype.GivenBack) error
	// Files are what variants give to their buyers today, by variant.
	Files func(ctx context.Context, st *tenant.Store, variantIDs []string) (map[string][]ordertype.File, error)
	// OpenFile opens a file by its hash.
	OpenFile func(ctx context.Context, st *tenant.Store, hash string) (*os.File, error)
	// PaysOnline tells whether the payment method has a page on which an order is paid, /orders/<token>/payment.
	PaysOnline func(st *tenant.Store, method string) bool

	app   *app.App
	stock Stock
	now   func() time.Time
}

// New is the module on an app.
func New(a *app.App, stock Stock) *Service {
	return &Service{app: a, stock: stock, now: time.Now}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	ledger := func(name string) database.Table {
		return database.Table{Name: name, Scope: database.Store, Class: database.Ledger}
	}
	return app.Module{
		Name: "orders", Title: "Orders", Description: "Orders with their payments, fulfilments and timeline.", Kind: app.Optional,
		WhileOff: "Nobody sees or places orders. Payments that are under way are still booked.",
		Permissions: []permission.Permission{
			{Name: "orders.read", Title: "See orders"},
			{Name: "orders.write", Title: "Edit notes and addresses of orders"},
			{Name: "orders.fulfil", Title: "Fulfil orders"},
			{Name: "orders.payment", Title: "Record payments"},
			{Name: "orders.refund", Title: "Refund orders"},
			{Name: "orders.cancel", Title: "Cancel orders"},
		},
		Settings: append([]app.Setting{{
			Key: lateSetting, Scope: database.Store, Group: "Orders", Label: "Payment that comes too late", Kind: app.Choice, Default: lateRefund,
			Help:    "When a customer pays after the time to pay, and somebody else has bought the last piece in the meantime.",
			Options: []app.Option{{Value: lateRefund, Label: "Give the money back and cancel the order"}, {Value: lateBackorder, Label: "Keep the order and deliver later"}},
		}}, downloadSettings...),
		Menu: []app.MenuItem{{Surface: web.Dashboard, Label: "Orders", Path: "/orders", Icon: "shopping-bag", Permission: "orders.read", Order: 10}},
		Tables: []database.Table{
			ledger("orders_order"), ledger("orders_line"), ledger("orders_fulfilment"), ledger("orders_fulfilment_line"),
			ledger("orders_payment"), ledger("orders_event"), ledger("orders_counter"), ledger("orders_tax"), ledger("orders_adjustment"),
			ledger("orders_refusal"), ledger("orders_refund"), ledger("orders_refund_line"), ledger("orders_refund_tax"), ledger("orders_repayment"), ledger("orders_authorisation"),
			ledger("orders_download"), ledger("orders_download_file"),
		},
		Files:  files,
		Routes: s.routes,
		Jobs:   s.jobs(),
	}
}

func (s *Service) routes(r *app.Router) {
	s.dashboardRoutes(r)
	s.shopRoutes(r)
	s.downloadRoutes(r)
	s.apiRoutes(r)
}
