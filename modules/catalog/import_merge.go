package catalog

import (
	"context"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/catalog/shopifycsv"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// merge makes of a product, or of nothing, what a file says of it.
type merge struct {
	*importing
	chunk   *chunkState
	ctx     context.Context
	st      *tenant.Store
	before  *Product
	file    *shopifycsv.Product
	levels  map[string]inventorytype.Level // of existing variants, where the stock is to be set
	lenient bool                           // the product's rows lie apart: each part adds, none takes away

	named   []string // keys of the variants that the file names
	adopted string   // key of the variant that was the only one of a product without options
	images  []imageOf
}

type imageOf struct {
	src   string
	line  int
	fresh bool
	at    int // of Product.Images
}

func (g *merge) product() (*Product, error) {
	f := g.file
	p := &Product{}
	if g.before != nil {
		p = g.before.clone()
	} else {
		slug, err := g.FreeSlug(g.ctx, g.st, MakeSlug(f.Handle, "product"))
		if err != nil {
			return nil, err
		}
		p.Handle, p.Slug = f.Handle, slug
	}
	if !f.Continued || f.Title != "" {
		if err := g.fields(p); err != nil {
			return p, err
		}
	} else if err := g.addRows(p); err != nil {
		return p, err
	}
	if err := g.mergeImages(p); err != nil {
		return p, err
	}
	skip, err := g.mergeOptions(p)
	if err != nil || skip {
		return p, err
	}
	return p, g.mergeVariants(p)
}

// says tells whether the file speaks of a column; for a new product it is always heard, because the codec has
// the defaults.
func (g *merge) says(column string) bool { return g.before == nil || g.columns.has(column) }

func (g *merge) fields(p *Product) error {
	f := g.file
	set := func(column string, to *string, value string) {
		if g.says(column) {
			*to = value
		}
	}
	if f.Title != "" && (g.before == nil || g.columns.has("Title")) {
		p.Title = f.Title
	}
	set("Body (HTML)", &p.BodySource, f.BodyHTML)
	set("Vendor", &p.Brand, f.Brand)
	set("Type", &p.Type, f.Type)
	set("Product Category", &p.CategoryText, f.Category)
	set("SEO Title", &p.SEOTitle, f.SEOTitle)
	set("SEO Description", &p.SEODescription, f.SEODescription)
	if g.says("Tags") {
		p.Tags = slices.Clone(f.Tags)
	}
	if g.says("Gift Card") {
		p.GiftCard = f.GiftCard
	}
	switch {
	case !g.says("Published"):
	case !f.Published:
		p.PublishedAt = database.Time{}
	case p.PublishedAt.IsZero():
		p.PublishedAt = database.Now()
	}
	var data productData
	if err := p.ImportData.Decode(&data); err != nil {
		return wrap("read what the import kept", err)
	}
	switch {
	case f.Status != "":
		p.Status, data.Status = Status(f.Status), ""
	case g.before == nil:
		p.Status, data.Status = Active, Active
	}
	if g.lenient {
		data.Extra, data.Rows = union(data.Extra, f.Extra), unionRows(data.Rows, f.ExtraRows)
	} else {
		data.Extra, data.Rows = g.columns.extras(data.Extra, f.Extra), f.ExtraRows
	}
	data.Raw = g.columns.raw(data.Raw, f.Raw)
	g.takeFields(p, &data.Extra)
	var err error
	p.ImportData, err = encodeData(data)
	return err
}

// addRows takes what rows further down say besides variants and images.
func (g *merge) addRows(p *Product) error {
	var data productData
	if err := p.ImportData.Decode(&data); err != nil {
		return wrap("read what the import kept", err)
	}
	data.Extra, data.Rows = union(data.Extra, g.file.Extra), unionRows(data.Rows, g.file.ExtraRows)
	var err error
	p.ImportData, err = encodeData(data)
	return err
}

func unionRows(kept, now []shopifycsv.Fields) []shopifycsv.Fields {
	out := slices.Clone(kept)
	for _, row := range now {
		if !slices.ContainsFunc(out, func(o shopifycsv.Fields) bool { return slices.Equal(o, row) }) {
			out = append(out, row)
		}
	}
	return out
}

// mergeOptions brings the options together, by position. skip says that the file does not speak of variants in a
// way that says which ones.
func (g *merge) mergeOptions(p *Product) (skip bool, err error) {
	f := g.file
	names := func(options []Option) string {
		var out []string
		for _, o := range options {
			out = append(out, o.Name)
		}
		return strings.Join(out, ", ")
	}
	if g.before != nil && len(p.Options) > 0 && len(f.Options) == 0 {
		if f.Continued || g.lenient || !g.columns.has("Option1 Value") {
			return true, nil
		}
		return false, problem.On("options", "Here this product has the options %s, in the file it has none. Change its options here first.", names(p.Options))
	}
	if g.before != nil && len(p.Options) > 0 && len(f.Options) != len(p.Options) && !g.lenient {
		return false, problem.On("options", "Here this product has %d options (%s), in the file %d. Change its options here first.", len(p.Options), names(p.Options), len(f.Options))
	}
	for i, o := range f.Options {
		if i == len(p.Options) {
			p.Options = append(p.Options, Option{})
		}
		to := &p.Options[i]
		if o.Name != "" {
			to.Name = o.Name
		} else if to.Name == "" {
			to.Name = "Option " + string(rune('1'+i))
		}
		if o.LinkedTo != "" || !f.Continued && !g.lenient && g.says("Option1 Linked To") {
			to.LinkedTo = o.LinkedTo
		}
		for _, v := range o.Values {
			if !slices.Contains(to.Values, v) {
				to.Values = append(to.Values, v)
			}
		}
	}
	return false, nil
}
