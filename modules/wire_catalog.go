package modules

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout"
	"wizamart/modules/orders"
	"wizamart/tenant"
)

// taxClasses are those that the checkout knows, for the product's page.
func taxClasses(st *tenant.Store) []catalogtype.TaxClass {
	var out []catalogtype.TaxClass
	for _, c := range checkout.TaxClasses(st) {
		out = append(out, catalogtype.TaxClass{Code: c.Code, Name: c.Name})
	}
	return out
}

// deliveryHome is what the product's page tells search engines of delivery; nil while there is no checkout.
func deliveryHome(a *app.App, till *checkout.Service) func(context.Context, *tenant.Store, money.Amount, int64) (*catalogtype.Delivery, error) {
	return func(ctx context.Context, st *tenant.Store, price money.Amount, grams int64) (*catalogtype.Delivery, error) {
		if !a.EnabledFor(st, "checkout") {
			return nil, nil
		}
		m, cost, ok, err := till.DeliveryHome(ctx, st, price, grams)
		if err != nil || !ok {
			return nil, err
		}
		return &catalogtype.Delivery{Country: checkout.SellerOf(st).Country, Price: cost, DaysMin: m.DaysMin, DaysMax: m.DaysMax}, nil
	}
}

// soldPieces is what sold; nothing while there are no orders.
func soldPieces(a *app.App, sales *orders.Service) func(context.Context, *tenant.Store, time.Time) (map[string]int64, error) {
	return func(ctx context.Context, st *tenant.Store, since time.Time) (map[string]int64, error) {
		if !a.EnabledFor(st, "orders") {
			return nil, nil
		}
		return sales.SoldPieces(ctx, st, since)
	}
}

// reach is the countries that the store's goods go to; nobody knows while there is no checkout, or no method of delivery.
func reach(a *app.App, till *checkout.Service) func(context.Context, *tenant.Store) ([]string, bool, error) {
	return func(ctx context.Context, st *tenant.Store) (codes []string, known bool, err error) {
		if !a.EnabledFor(st, "checkout") {
			return nil, false, nil
		}
		list, err := till.Reach(ctx, st)
		for _, c := range list {
			codes = append(codes, c.Code)
		}
		return codes, len(codes) > 0, err
	}
}
