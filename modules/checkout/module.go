// Package checkout leads a shopper from the cart to an order: who and where to, delivery, payment, review.
package checkout

import (
	"context"
	"embed"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/secret"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Cart is what the shopper wants to buy.
type Cart interface {
	Current(c *web.Context) (carttype.Cart, error)
	Clear(c *web.Context) error
}

// Catalog knows what is sold and for how much.
type Catalog interface {
	Sellables(ctx context.Context, st *tenant.Store, ids []string) (map[string]catalogtype.Sellable, error)
	// CategoriesOf gives the categories of products and those above them.
	CategoriesOf(ctx context.Context, st *tenant.Store, productIDs []string) (map[string][]string, error)
	Categories(ctx context.Context, st *tenant.Store) ([]catalogtype.Category, error)
	FindProducts(ctx context.Context, st *tenant.Store, search string, limit int) ([]catalogtype.Named, error)
	ProductNames(ctx context.Context, st *tenant.Store, ids []string) ([]catalogtype.Named, error)
}

// Stock knows what can be had. Take is all or nothing, a Conflict when something is short; ref is the order's id.
type Stock interface {
	Levels(ctx context.Context, st *tenant.Store, ids []string) (map[string]inventorytype.Level, error)
	Take(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error
}

// Orders accepts orders, the same external id once.
type Orders interface {
	Place(ctx context.Context, tx *tenant.Store, in ordertype.Place) (ordertype.Placed, error)
	// Unpaid tells whether an order has had no money but that of gift cards.
	Unpaid(ctx context.Context, st *tenant.Store, orderID string) (bool, error)
}

// Customers finds or makes the customer with an e-mail address and returns the id.
type Customers interface {
	Ensure(ctx context.Context, tx *tenant.Store, email, name, phone string, address ordertype.Address, locale string) (string, error)
}

// Deps are the other modules that a checkout needs.
type Deps struct {
	Cart      Cart
	Catalog   Catalog
	Stock     Stock
	Orders    Orders
	Customers Customers
	Payments  Payments
}

// Service is the module.
type Service struct {
	Deps
	app *app.App

	content    tenant.Kept[*content]
	viesClient *http.Client
	// MailCard sends a gift card's code, in the transaction that makes it. Nil sends none.
	MailCard func(ctx context.Context, tx *tenant.Store, m CardMail) error
	// WithdrawCard takes mails with a card's code back that have not been sent.
	WithdrawCard func(ctx context.Context, tx *tenant.Store, cardID string) error

	VAT VATRegister // asked for buyers' numbers, outside transactions; nil is the Commission's
}

// New makes the module.
func New(a *app.App, d Deps) *Service {
	s := &Service{Deps: d, app: a, content: tenant.Kept[*content]{Module: "checkout"}}
	s.watchVIES()
	return s
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "checkout", Title: "Checkout", Description: "Shoppers order what is in their cart.",
		Kind: app.Optional, Needs: []string{"cart", "catalog", "orders"},
		WhileOff: "Nobody can order. A checkout that was begun waits; orders that were placed go on.",
		Permissions: []permission.Permission{
			{Name: "checkout.read", Title: "See delivery and tax settings"},
			{Name: "checkout.write", Title: "Change delivery and tax settings"},
			{Name: "checkout.discount.read", Title: "See discounts"},
			{Name: "checkout.discount.write", Title: "Change discounts and their codes"},
			{Name: "checkout.giftcard.read", Title: "See gift cards"},
			{Name: "checkout.giftcard.write", Title: "Issue and switch off gift cards"},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Discounts", Path: "/discounts", Icon: "tag", Permission: "checkout.discount.read", Order: 26},
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Gift cards", Path: "/gift-cards", Icon: "gift", Permission: "checkout.giftcard.read", Order: 28},
			{Surface: web.Dashboard, Group: "Settings", Label: "Delivery", Path: "/delivery", Icon: "truck", Permission: "checkout.read", Order: 80},
			{Surface: web.Dashboard, Group: "Settings", Label: "Taxes", Path: "/taxes", Icon: "percent", Permission: "checkout.read", Order: 84},
			{Surface: web.Dashboard, Group: "Settings", Label: "Legal identity", Path: "/legal-identity", Icon: "scale", Permission: "checkout.read", Order: 86},
		},
		Settings: settings,
		Tables: []database.Table{
			{Name: "checkout_shipping_method", Scope: database.Store, Class: database.Content},
			{Name: "checkout_zone", Scope: database.Store, Class: database.Content},
			{Name: "checkout_session", Scope: database.Store, Class: database.Personal},
			{Name: "checkout_promotion", Scope: database.Store, Class: database.Content},
			{Name: "checkout_promotion_code", Scope: database.Store, Class: database.Content},
			{Name: "checkout_promotion_use", Scope: database.Store, Class: database.Ledger},
			{Name: "checkout_key", Scope: database.Store, Class: database.Secret},
			{Name: "checkout_gift_card", Scope: database.Store, Class: database.Ledger},
			{Name: "checkout_gift_card_entry", Scope: database.Store, Class: database.Ledger},
		},
		Secrets: []secret.Column{hashKey},
		Files:   files, Routes: s.routes, Seed: seed, Decorate: s.decorate, Steps: s.steps,
		Subscriptions: []event.Subscription{event.OnStore("checkout.discount-uses", s.orderCancelled)},
	}
}

func (s *Service) routes(r *app.Router) {
	r.Shop("POST", "/checkout", permission.Public, s.start, app.Limit(limit.Checkout), app.Begins)
	r.Shop("GET", "/checkout", permission.Public, s.resume)
	r.Shop("POST", "/checkout/codes", permission.Public, s.postCode, app.Limit(limit.Checkout))
	r.Shop("GET", "/checkout/address", permission.Public, s.step(AddressStep))
	r.Shop("POST", "/checkout/address", permission.Public, s.saveAddress, app.Limit(limit.Checkout))
	r.Shop("GET", "/checkout/delivery", permission.Public, s.step(DeliveryStep))
	r.Shop("POST", "/checkout/delivery", permission.Public, s.saveDelivery, app.Limit(limit.Checkout))
	r.Shop("GET", "/checkout/payment", permission.Public, s.step(PaymentStep))
	r.Shop("POST", "/checkout/payment", permission.Public, s.savePayment, app.Limit(limit.Checkout))
	r.Shop("GET", "/checkout/review", permission.Public, s.step(ReviewStep))
	r.Shop("POST", "/checkout/orders", permission.Public, s.place, app.Limit(limit.Checkout))

	r.Dashboard("GET", "/delivery", "checkout.read", s.listMethods)
	r.Dashboard("POST", "/delivery", "checkout.write", s.createMethod)
	r.Dashboard("GET", "/delivery/:id", "checkout.read", s.showMethod)
	r.Dashboard("POST", "/delivery/:id", "checkout.write", s.saveMethod)
	r.Dashboard("POST", "/delivery/:id/moves", "checkout.write", s.moveMethod)
	r.Dashboard("POST", "/delivery/:id/deletions", "checkout.write", s.deleteMethod)
	r.Dashboard("POST", "/delivery/:id/restorations", "checkout.write", s.restoreMethod)
	s.zoneRoutes(r)
	s.discountRoutes(r)
	s.giftCardRoutes(r)
	r.Dashboard("GET", "/taxes", "checkout.read", s.showTaxes)
	r.Dashboard("POST", "/taxes", "checkout.write", s.saveTaxes)
	r.Dashboard("GET", "/legal-identity", "checkout.read", s.showSeller)
	r.Dashboard("POST", "/legal-identity", "checkout.write", s.saveSeller)
	r.Shop("GET", "/legal-notice", permission.Public, s.legalNotice)
	s.api(r)
	s.taxAPI(r)
}
