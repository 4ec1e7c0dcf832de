package inventory

import (
	"embed"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

//go:embed migrations views
var files embed.FS

// Permissions of the module.
const (
	Read  = "inventory.read"
	Write = "inventory.write"
)

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "inventory", Title: "Inventory", Kind: app.Optional, Needs: []string{"catalog"},
		WhileOff:    "Nothing is counted and everything can be sold without limit.",
		OnReturn:    "What was sold and returned while the inventory was off was not counted. Count the stock before you rely on it.",
		Description: "Counts the stock of each variant, with a history of every change.",
		Permissions: []permission.Permission{{Name: Read, Title: "See the stock"}, {Name: Write, Title: "Change the stock"}},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Catalogue", Label: "Inventory", Path: "/inventory", Icon: "warehouse", Permission: Read, Order: 24},
		},
		Settings: []app.Setting{{
			Key: "inventory.low_stock", Scope: database.Store, Group: "Inventory", Label: "Low stock",
			Help: "A variant with this many pieces or fewer counts as low.", Kind: app.Number, Default: "5", Max: 100_000,
		}},
		Tables: []database.Table{
			{Name: "inventory_level", Scope: database.Store, Class: database.Ledger},
			{Name: "inventory_movement", Scope: database.Store, Class: database.Ledger},
			{Name: "inventory_reservation", Scope: database.Store, Class: database.Ephemeral},
		},
		Files:  files,
		Routes: s.routes,
		Jobs:   s.jobs(),
		Health: s.health,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/inventory", Read, s.listPage)
	r.Dashboard("POST", "/inventory", Write, s.saveList)
	r.Dashboard("GET", "/inventory/:variant", Read, s.variantPage)
	r.Dashboard("POST", "/inventory/:variant/movements", Write, s.addMovement)
	r.Dashboard("POST", "/inventory/:variant/policies", Write, s.savePolicy)
	s.api(r)
}
