// Package modules is the only code that knows all modules: it makes them, and hands each what it needs of others.
package modules

import (
	"wizamart/framework/app"
	"wizamart/modules/cart"
	"wizamart/modules/catalog"
	"wizamart/modules/cms"
	"wizamart/modules/core"
	"wizamart/modules/devtools"
	"wizamart/modules/inventory"
	"wizamart/modules/monitoring"
	"wizamart/modules/orders"
	"wizamart/modules/tenancy"
)

// Assemble makes all modules.
func Assemble(a *app.App) ([]app.Module, error) {
	stock := inventory.New(a)
	products := catalog.New(a, stock)
	stock.Connect(inventoryCatalog{products})
	sales := orders.New(a, stock)
	basket := cart.New(a, products, stock)
	shop := cms.New(a, cmsCatalog{a, products}, stock)
	home := core.New(a, coreDeps(a, sales, products, stock))
	staff := tenancy.New(a)
	watch := monitoring.New(a)
	tools := devtools.New(a)

	a.Services = []any{home, staff, shop, products, stock, basket, sales, watch, tools}
	return []app.Module{
		home.Module(), staff.Module(), shop.Module(),
		products.Module(), stock.Module(), basket.Module(), sales.Module(),
		watch.Module(), tools.Module(),
	}, nil
}
