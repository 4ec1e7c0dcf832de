package modules

import (
	"context"

	"wizamart/framework/app"
	"wizamart/framework/web"
	"wizamart/modules/catalog"
	"wizamart/modules/core"
	"wizamart/modules/inventory"
	"wizamart/modules/orders"
	"wizamart/modules/tenancy"
	"wizamart/modules/tokens"
	"wizamart/tenant"
)

// adminPlaces lets the admin's search find pages and settings.
func adminPlaces(home *core.Service) func(c *web.Context, q string) []tenancy.Found {
	return func(c *web.Context, q string) []tenancy.Found {
		var out []tenancy.Found
		for _, h := range home.Places(c, q) {
			out = append(out, tenancy.Found(h))
		}
		return out
	}
}

// coreDeps gives the dashboard's home and search what the other modules know.
func coreDeps(a *app.App, sales *orders.Service, products *catalog.Service, stock *inventory.Service, programs *tokens.Service) core.Deps {
	return core.Deps{
		Sales: sales,
		Finders: []core.Finder{
			{Permission: "orders.read", Find: func(ctx context.Context, st *tenant.Store, q string, limit int) ([]core.Hit, error) {
				page, err := sales.List(ctx, st, orders.Filter{Search: q, Limit: limit})
				var hits []core.Hit
				for _, o := range page.Orders {
					hits = append(hits, core.Hit{Kind: "Order", Icon: "shopping-bag", Label: o.Number + " · " + o.Name, Sub: o.Total.Format(st.Info().Locale), URL: "/orders/" + o.ID})
				}
				return hits, err
			}},
			{Permission: "catalog.read", Find: func(ctx context.Context, st *tenant.Store, q string, limit int) ([]core.Hit, error) {
				variants, _, err := products.FindVariants(ctx, st, catalog.VariantFilter{Search: q, Limit: limit * 4})
				var hits []core.Hit
				seen := map[string]bool{}
				for _, v := range variants {
					if seen[v.ProductID] || len(hits) == limit {
						continue
					}
					seen[v.ProductID] = true
					hits = append(hits, core.Hit{Kind: "Product", Icon: "package", Label: v.Title, Sub: v.SKU, URL: "/products/" + v.ProductID})
				}
				return hits, err
			}},
		},
		Notices: []func(c *web.Context) ([]core.Notice, error){
			func(c *web.Context) ([]core.Notice, error) {
				if !c.Can("orders.read") {
					return nil, nil
				}
				counts, err := sales.Counts(c.Ctx(), c.Store)
				if err != nil {
					return nil, err
				}
				var out []core.Notice
				if counts.Unfulfilled > 0 {
					out = append(out, core.Notice{Icon: "truck", Title: c.TN("%d order to fulfil", "%d orders to fulfil", counts.Unfulfilled), Text: c.T("Pack them and send them on their way."), URL: c.URL("/orders?view=unfulfilled")})
				}
				if counts.Unpaid > 0 {
					out = append(out, core.Notice{Icon: "banknote", Title: c.TN("%d order to be paid", "%d orders to be paid", counts.Unpaid), Text: c.T("Record the payments that have come in."), URL: c.URL("/orders?view=unpaid")})
				}
				return out, nil
			},
			func(c *web.Context) ([]core.Notice, error) {
				if !c.Can("inventory.read") {
					return nil, nil
				}
				low, err := stock.Low(c.Ctx(), c.Store, inventory.LowStock(c.Store))
				if err != nil || len(low) == 0 {
					return nil, err
				}
				return []core.Notice{{Icon: "boxes", Title: c.TN("%d variant runs low", "%d variants run low", len(low)), Text: c.T("Order more before they sell out."), URL: c.URL("/inventory?state=low")}}, nil
			},
			func(c *web.Context) ([]core.Notice, error) {
				if !c.Can("tokens.write") {
					return nil, nil
				}
				var out []core.Notice
				for _, name := range programs.EndingSoon(c.Store.ID()) {
					out = append(out, core.Notice{Icon: "key-round", Title: c.T("The API token “%s” ends within a week", name), Text: c.T("Make a new secret for it before its program is refused."), URL: c.URL("/tokens")})
				}
				return out, nil
			},
		},
	}
}
