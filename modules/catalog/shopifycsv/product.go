package shopifycsv

// Product is one product with all its rows. The structs are plain so that a store can keep them in tables;
// Extra, Raw and ExtraRows are for the store to keep as JSON and hand back unread (see Fields).
type Product struct {
	Line int // physical line of its first row; 0 when it does not come from a file

	Handle         string // identifies the product
	Title          string
	BodyHTML       string // as given: not sanitised
	Brand          string // the column is called Vendor
	Type           string
	Category       string
	Tags           []string // trimmed, in the file's order, each once
	Published      bool     // empty in the file means true, as Shopify has it
	Status         string   // "active", "draft", "archived", or "" where the file says nothing
	GiftCard       bool
	SEOTitle       string
	SEODescription string

	Options  []Option  // none to three
	Variants []Variant // at least one, unless Continued
	Images   []Image   // in order of position

	// Continued: this handle had rows further up, and was given by an earlier Next. Add these variants and
	// images to it, option by position (an Option's Name is "" where these rows do not name it), and leave
	// its own fields alone unless Title is not empty, which states them again.
	Continued bool

	Extra     Fields   // unknown columns of the product
	Raw       Fields   // original text of known columns, by classic name
	ExtraRows []Fields // rows with neither variant nor image
}

// Option is a way in which variants differ.
type Option struct {
	Name     string
	LinkedTo string   // metafield that the option is linked to, "product.metafields.shopify.color-pattern"
	Values   []string // each once, in the order in which variants first have them; without ""
}

// Variant is what can be bought. Prices are minor units of the currency given to Reader and Writer.
type Variant struct {
	Line int

	Values          []string // one for each of the product's Options, "" where the file has none
	SKU             string
	Barcode         string // without the apostrophe that spreadsheets want
	Grams           int64
	WeightUnit      string // for display: "g", "kg", "lb", "oz", or ""
	Price           int64  // minor units, never negative
	CompareAt       *int64 // minor units; nil for none or zero. May be below Price: see CodeCompareAt
	Cost            *int64 // minor units; nil where not stated
	Quantity        *int64 // stock; nil where not stated; may be negative
	Tracker         string // "shopify" where the stock is counted, "" where it is not
	ContinueSelling bool   // sell when out of stock
	Fulfilment      string // service, most often "manual"
	RequiresShipping,
	Taxable bool // where the column is there and the cell empty, false, as Shopify has it; without a column, true
	Image string // address; most often that of one of the product's Images

	Extra Fields
	Raw   Fields
}

// Image is a picture of the product.
type Image struct {
	Line     int
	Src      string
	Alt      string
	Position int // from 1, without gaps

	Extra Fields // other columns of the image's own row
}
