package catalogtype

import "wizamart/framework/money"

// Card is a product in a grid.
type Card struct {
	ProductID  string
	Slug       string
	Title      string
	Brand      string
	Price      money.Amount // the lowest of its variants
	PriceTo    money.Amount // the highest
	Prior      money.Amount // lowest price of the 30 days before today's; zero where it is not known, or not shown
	CompareAt  money.Amount // of the cheapest variant; zero when there is none
	Picture    string       // URL path below the shop's prefix, or ""; at most 400 pixels wide where there is such a version
	Large      string       // URL path of the whole picture, or ""
	PictureAlt string
	Hover      string // URL path of the second picture, shown under the pointer, or ""; Cards leaves it out
	Width      int    // pixels of the whole picture
	Height     int
	Sizes      Sizes  // of Large
	Focus      string // CSS class: see FocusClass
	VariantIDs []string
	Variants   int
	SoldOut    bool // no variant can be sold; filled in by who shows it
}

// Category is a node of the category tree.
type Category struct {
	ID       string
	ParentID string
	Slug     string
	Name     string
	Text     string // sanitised HTML
	Picture  string // URL path of the whole picture, or ""
	Width    int    // pixels of it
	Height   int
	Sizes    Sizes
	Focus    string // CSS class: see FocusClass
	Products int    // active ones
}
