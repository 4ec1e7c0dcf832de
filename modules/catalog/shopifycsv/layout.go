package shopifycsv

import "strings"

// layout is the classic header with every column that Shopify's export has had, in its order.
// The Writer always writes all of it, so that its header does not depend on the products.
var layout = []string{
	"Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
	"Option1 Name", "Option1 Value", "Option1 Linked To", "Option2 Name", "Option2 Value", "Option2 Linked To",
	"Option3 Name", "Option3 Value", "Option3 Linked To", "Variant SKU", "Variant Grams", "Variant Inventory Tracker",
	"Variant Inventory Qty", "Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price",
	"Variant Compare At Price", "Variant Requires Shipping", "Variant Taxable", "Unit Price Total Measure",
	"Unit Price Total Measure Unit", "Unit Price Base Measure", "Unit Price Base Measure Unit", "Variant Barcode",
	"Image Src", "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description",
	"Google Shopping / Google Product Category", "Google Shopping / Gender", "Google Shopping / Age Group",
	"Google Shopping / MPN", "Google Shopping / AdWords Grouping", "Google Shopping / AdWords Labels",
	"Google Shopping / Condition", "Google Shopping / Custom Product", "Google Shopping / Custom Label 0",
	"Google Shopping / Custom Label 1", "Google Shopping / Custom Label 2", "Google Shopping / Custom Label 3",
	"Google Shopping / Custom Label 4", "Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item", "Status",
}

// today maps the names of today's header, in small letters, to the classic ones. Those that differ
// in letter case only are found without it.
var today = map[string]string{
	"url handle":                         "Handle",
	"description":                        "Body (HTML)",
	"published on online store":          "Published",
	"sku":                                "Variant SKU",
	"barcode":                            "Variant Barcode",
	"price":                              "Variant Price",
	"compare-at price":                   "Variant Compare At Price",
	"charge tax":                         "Variant Taxable",
	"tax code":                           "Variant Tax Code",
	"inventory tracker":                  "Variant Inventory Tracker",
	"inventory quantity":                 "Variant Inventory Qty",
	"continue selling when out of stock": "Variant Inventory Policy",
	"weight value (grams)":               "Variant Grams",
	"weight unit for display":            "Variant Weight Unit",
	"requires shipping":                  "Variant Requires Shipping",
	"fulfillment service":                "Variant Fulfillment Service",
	"product image url":                  "Image Src",
	"variant image url":                  "Variant Image",
	"google shopping / manufacturer part number (mpn)": "Google Shopping / MPN",
	"google shopping / ad group name":                  "Google Shopping / AdWords Grouping",
	"google shopping / ads labels":                     "Google Shopping / AdWords Labels",
}

// Layout gives the classic header that every export starts with.
func Layout() []string { return append([]string(nil), layout...) }

// classicName gives a column's classic name; known is false for a column outside the layout.
func classicName(column string) (name string, known bool) {
	small := strings.ToLower(column)
	if classic, ok := today[small]; ok {
		return classic, true
	}
	for _, classic := range layout {
		if strings.ToLower(classic) == small {
			return classic, true
		}
	}
	return column, false
}

// ofVariant tells whether an unmodelled column on a product's first row speaks of the first variant.
func ofVariant(column string) bool {
	small := strings.ToLower(column)
	for _, prefix := range []string{"variant ", "unit price ", "price /", "compare-at price /", "compare at price /"} {
		if strings.HasPrefix(small, prefix) {
			return true
		}
	}
	return strings.Contains(small, "(variant.metafields.")
}

// ExtraColumns collects the unknown columns of products in the order first seen, for NewWriter.
// A store that wants columns without a single value back too keeps Reader.ExtraColumns.
type ExtraColumns struct {
	names []string
	seen  map[string]bool
}

// Add takes columns, leaving out those of the layout and those already there.
func (c *ExtraColumns) Add(columns ...string) {
	if c.seen == nil {
		c.seen = make(map[string]bool)
		for _, name := range layout {
			c.seen[name] = true
		}
	}
	for _, name := range columns {
		if !c.seen[name] {
			c.seen[name] = true
			c.names = append(c.names, name)
		}
	}
}

// AddFields takes the columns of some cells.
func (c *ExtraColumns) AddFields(fields Fields) {
	for _, f := range fields {
		c.Add(f.Column)
	}
}

// AddProduct takes all unknown columns of a product.
func (c *ExtraColumns) AddProduct(p *Product) {
	c.AddFields(p.Extra)
	for i := range p.Variants {
		c.AddFields(p.Variants[i].Extra)
	}
	for i := range p.Images {
		c.AddFields(p.Images[i].Extra)
	}
	for _, row := range p.ExtraRows {
		c.AddFields(row)
	}
}

// Names gives the columns.
func (c *ExtraColumns) Names() []string { return c.names }
