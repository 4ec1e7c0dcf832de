// Package catalogtype holds what other modules see of the catalogue: types only.
package catalogtype

import "wizamart/framework/money"

// Sellable is a variant as a cart, a checkout or an order sees it.
type Sellable struct {
	VariantID        string
	ProductID        string
	Slug             string // of the product
	Title            string // of the product
	VariantTitle     string // "Moss / L"; empty for a product without options
	SKU              string
	Price            money.Amount // for one
	CompareAt        money.Amount // zero when there is none
	Picture          string       // URL path below the shop's prefix, or ""
	PictureAlt       string
	WeightGrams      int64
	RequiresShipping bool
	Downloads        bool   // its buyers get files
	TaxClass         string // "" is the standard class
	OnSale           bool   // the product is active and not deleted: it can be bought
}
