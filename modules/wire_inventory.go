package modules

import (
	"context"

	"wizamart/modules/catalog"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// inventoryCatalog gives the stock's pages the names of what is counted.
type inventoryCatalog struct{ *catalog.Service }

func (a inventoryCatalog) FindVariants(ctx context.Context, st *tenant.Store, f inventorytype.Find) ([]catalogtype.Sellable, int, error) {
	return a.Service.FindVariants(ctx, st, catalog.VariantFilter(f))
}
