package inventorytype

// Find chooses variants of the catalogue by what the stock knows of them.
type Find struct {
	Search string   // in the product's title, the variant's title, SKU and barcode; "" is all
	Only   []string // variant ids; nil is all, empty is none
	Except []string // variant ids
	Offset int
	Limit  int
}
