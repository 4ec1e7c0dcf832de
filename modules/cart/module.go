// Package cart holds what shoppers want to buy. A guest's cart is a signed cookie, so that visitors write
// nothing; a signed-in customer's is rows, and goes along from device to device.
package cart

import (
	"context"
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

// Catalog knows what is sold. Unknown variants are missing from the answer.
type Catalog interface {
	Sellables(ctx context.Context, st *tenant.Store, ids []string) (map[string]catalogtype.Sellable, error)
}

// Stock knows what can be had. A variant that is missing from the answer is unlimited.
type Stock interface {
	Levels(ctx context.Context, st *tenant.Store, ids []string) (map[string]inventorytype.Level, error)
}

// Service is the module.
type Service struct {
	// Savings tells which discounts a cart gets. Nil is none.
	Savings func(c *web.Context, cart carttype.Cart) (carttype.Savings, error)

	app     *app.App
	catalog Catalog
	stock   Stock
}

// New makes the module.
func New(a *app.App, catalog Catalog, stock Stock) *Service {
	return &Service{app: a, catalog: catalog, stock: stock}
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "cart", Title: "Cart", Description: "Shoppers collect what they want to buy.",
		Kind: app.Optional, Needs: []string{"catalog"},
		WhileOff: "Shoppers look, and buy nothing. What is in their carts waits there.",
		Tables:   []database.Table{{Name: "cart_line", Scope: database.Store, Class: database.Personal}},
		Files:    files,
		Routes:   s.routes,
		Decorate: func(c *web.Context, v *web.View) error {
			if c.Surface == web.Storefront && c.Store != nil {
				v.CartCount = shown(c)
			}
			return nil
		},
	}
}

func (s *Service) routes(r *app.Router) {
	r.Shop("GET", "/cart", permission.Public, s.show)
	r.Shop("POST", "/cart", permission.Public, s.update)
	r.Shop("POST", "/cart/lines", permission.Public, s.add, app.Begins)
}
