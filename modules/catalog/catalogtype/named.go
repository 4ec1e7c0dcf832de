package catalogtype

// Named is a product or a category by its name.
type Named struct {
	ID    string
	Title string
}
