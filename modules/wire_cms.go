package modules

import (
	"context"

	"wizamart/framework/app"
	"wizamart/modules/catalog"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout"
	"wizamart/modules/cms"
	"wizamart/tenant"
)

// cmsCatalog gives the opening page and the navigation what the catalogue has: nothing while it is off.
type cmsCatalog struct {
	app     *app.App
	catalog *catalog.Service
}

func (a cmsCatalog) Newest(ctx context.Context, st *tenant.Store, limit int) ([]catalogtype.Card, error) {
	if !a.app.EnabledFor(st, "catalog") {
		return nil, nil
	}
	return a.catalog.Newest(ctx, st, limit)
}

func (a cmsCatalog) Categories(ctx context.Context, st *tenant.Store) ([]catalogtype.Category, error) {
	if !a.app.EnabledFor(st, "catalog") {
		return nil, nil
	}
	return a.catalog.Categories(ctx, st)
}

// organization is the legal identity that the merchant entered for orders and invoices.
func organization(st *tenant.Store) cms.Organization {
	s := checkout.SellerOf(st)
	return cms.Organization{
		LegalName: s.Name, Email: s.Email, Phone: s.Phone, VATID: s.VATID, Street: s.Line1, PostalCode: s.PostalCode, City: s.City, Country: s.Country,
	}
}
