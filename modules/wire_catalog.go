package modules

import (
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout"
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
