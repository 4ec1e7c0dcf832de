package catalogtype

// TaxClass is a kind of goods by how it is taxed.
type TaxClass struct {
	Code string // "" is the standard class
	Name string // the merchant's own, or the English key of its translation
}
