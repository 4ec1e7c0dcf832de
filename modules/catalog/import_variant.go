package catalog

import (
	"slices"

	"wizamart/framework/problem"
	"wizamart/modules/catalog/shopifycsv"
)

const stockImport = "import" // the inventory's reason

func (g *merge) mergeVariants(p *Product) error {
	f := g.file
	at := make(map[[MaxOptions]string]int, len(p.Variants))
	for i := range p.Variants {
		at[p.Variants[i].Values] = i
	}
	order := make([]int, 0, len(f.Variants))
	for i := range f.Variants {
		fv := &f.Variants[i]
		var values [MaxOptions]string
		copy(values[:], fv.Values)
		key := variantKey(f.Handle, (&Variant{Values: values}).key())
		if g.lenient && (g.seen[key] || g.chunk.seen[key]) {
			g.chunk.state.Errors = append(g.chunk.state.Errors, ImportIssue{fv.Line, "Option1 Value", shopifycsv.CodeDuplicateOption, "a row further up has the same options already"})
			continue
		}
		n, ok := at[values]
		if !ok && g.onlyOne(p) {
			n, ok = 0, true
			p.Variants[0].Values = values
			g.adopted = p.Variants[0].key()
		}
		if !ok {
			n = len(p.Variants)
			fresh := NewVariant()
			fresh.Values = values
			p.Variants = append(p.Variants, fresh)
		}
		at[values] = n
		order = append(order, n)
		if err := g.variant(p, &p.Variants[n], fv); err != nil {
			return err
		}
		g.named = append(g.named, p.Variants[n].key())
	}
	if len(p.Variants) > MaxVariants {
		return problem.On("options", "A product has at most %d variants; these would be %d.", MaxVariants, len(p.Variants))
	}
	if len(order) == len(p.Variants) { // the file names them all: its order counts
		sorted := make([]Variant, len(order))
		for i, n := range order {
			sorted[i] = p.Variants[n]
		}
		p.Variants = sorted
	}
	return nil
}

// onlyOne tells whether the product had no options until now: its one variant becomes the file's first.
func (g *merge) onlyOne(p *Product) bool {
	return g.before != nil && len(g.before.Options) == 0 && len(g.before.Variants) == 1 && len(p.Variants) == 1 && g.adopted == "" && len(g.named) == 0
}

func (g *merge) variant(p *Product, v *Variant, f *shopifycsv.Variant) error {
	fresh := g.before == nil || g.before.Variant(v.ID) == nil
	says := func(column string) bool { return fresh || g.columns.has(column) }
	text := func(column string, to *string, value string) {
		if says(column) {
			*to = value
		}
	}
	text("Variant SKU", &v.SKU, f.SKU)
	text("Variant Barcode", &v.Barcode, f.Barcode)
	text("Variant Weight Unit", &v.WeightUnit, f.WeightUnit)
	text("Variant Inventory Tracker", &v.Tracker, f.Tracker)
	if g.columns.has("Variant Fulfillment Service") {
		v.Fulfilment = f.Fulfilment
	}
	if says("Variant Price") {
		v.Price = f.Price
	}
	if says("Variant Compare At Price") {
		v.CompareAt = f.CompareAt
	}
	if says("Cost per item") {
		v.Cost = f.Cost
	}
	if says("Variant Grams") {
		v.Grams = f.Grams
	}
	if says("Variant Requires Shipping") {
		v.RequiresShipping = f.RequiresShipping
	}
	if says("Variant Taxable") {
		v.Taxable = f.Taxable
	}
	var data variantData
	if err := v.ImportData.Decode(&data); err != nil {
		return wrap("read what the import kept", err)
	}
	if says("Variant Image") {
		v.ImageID, data.Image = g.imageID(p, f.Image), ""
		if v.ImageID == "" {
			data.Image = f.Image
		}
	}
	data.Extra, data.Raw = g.columns.extras(data.Extra, f.Extra), g.columns.raw(data.Raw, f.Raw)
	if fresh || g.columns.extra(taxCodeColumn) {
		v.TaxClass, data.Extra = takeTaxCode(data.Extra)
	}
	g.stockOf(v, f, fresh, &data)
	var err error
	v.ImportData, err = encodeData(data)
	return err
}

// stockOf says what becomes of the variant's stock: a new variant gets the file's, an existing one only where the
// import is to set it.
func (g *merge) stockOf(v *Variant, f *shopifycsv.Variant, fresh bool, data *variantData) {
	tracked := f.Tracker != ""
	if !g.columns.has("Variant Inventory Tracker") {
		tracked = f.Quantity != nil
	}
	var onHand *int
	if f.Quantity != nil {
		n := int(*f.Quantity)
		onHand = &n
	}
	if fresh {
		data.NoQuantity, data.Quantity = tracked && f.Quantity == nil, !tracked && f.Quantity != nil
		v.Stock = &StockChange{Tracked: tracked, Backorder: f.ContinueSelling, OnHand: onHand, Reason: stockImport}
		return
	}
	if !g.in.StockSet {
		return
	}
	level := g.levels[v.ID]
	next := StockChange{Tracked: level.Tracked, Backorder: level.Backorder, Reason: stockImport}
	if g.columns.has("Variant Inventory Tracker") || f.Quantity != nil && g.columns.has("Variant Inventory Qty") {
		next.Tracked = tracked
	}
	if g.columns.has("Variant Inventory Policy") {
		next.Backorder = f.ContinueSelling
	}
	if next.Tracked && onHand != nil && *onHand != level.OnHand {
		next.OnHand, data.NoQuantity = onHand, false
	}
	if next.OnHand != nil || next.Tracked != level.Tracked || next.Backorder != level.Backorder {
		v.Stock = &next
	}
}

// imageID finds the product's image of an address.
func (g *merge) imageID(p *Product, src string) string {
	if src == "" {
		return ""
	}
	i := slices.IndexFunc(g.images, func(o imageOf) bool { return o.src == src })
	if i >= 0 {
		return p.Images[g.images[i].at].ID
	}
	if n := g.findImage(p, src); n >= 0 {
		return p.Images[n].ID
	}
	return ""
}
