package modules

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/modules/analytics"
	"wizamart/modules/orders"
	"wizamart/tenant"
)

// analyticsOrders counts the orders that visits led to: none while orders are off.
func analyticsOrders(a *app.App, sales *orders.Service) analytics.Orders {
	return func(ctx context.Context, st *tenant.Store, from, before time.Time) (int, error) {
		if !a.EnabledFor(st, "orders") {
			return 0, nil
		}
		return sales.Placed(ctx, st, from, before)
	}
}
