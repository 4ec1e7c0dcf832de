package catalog

import (
	"context"
	"io"

	"wizamart/framework/audit"
	"wizamart/modules/catalog/shopifycsv"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// ExportFilter chooses what an export has.
type ExportFilter struct {
	Status  Status // "" is all
	BaseURL string // "https://shop.example", put before the paths of pictures that were uploaded; see Service.shopURL
}

// Export streams the store's products as Shopify's classic product CSV, in the order of their creation, with all columns that imports
// brought. What package shopifycsv documents as intended differences aside, a store that imported a file and changed nothing
// exports the same file. Memory does not depend on the number of products. n is how many products were written.
func (s *Service) Export(ctx context.Context, st *tenant.Store, w io.Writer, f ExportFilter) (n int, err error) {
	columns := extraColumns(st)
	types, err := s.typeSetOf(ctx, st)
	if err != nil {
		return 0, err
	}
	columns = append(columns, types.fieldColumns(columns)...)
	out, err := shopifycsv.NewWriter(w, st.Currency(), columns)
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	for _, c := range append(shopifycsv.Layout(), columns...) {
		known[c] = true
	}
	for after := int64(0); ; {
		list, err := s.ProductsAfter(ctx, st, after, 50)
		if err != nil {
			return n, err
		}
		if len(list) == 0 {
			return n, out.Flush()
		}
		pointers := make([]*Product, len(list))
		for i := range list {
			pointers[i] = &list[i]
		}
		levels, err := s.levels(ctx, st, pointers...)
		if err != nil {
			return n, err
		}
		for _, p := range pointers {
			after = p.Seq
			if f.Status != "" && p.Status != f.Status {
				continue
			}
			row, err := exported(p, levels, f.BaseURL)
			if err != nil {
				return n, err
			}
			row.Extra = types.put(row.Extra, p, columns)
			dropUnknown(row, known)
			if err := out.Write(row); err != nil {
				return n, wrap("export "+p.Handle, err)
			}
			n++
		}
		if err := out.Flush(); err != nil {
			return n, err
		}
		if err := context.Cause(ctx); err != nil {
			return n, err
		}
	}
}

// exported is a product as the file has it.
func exported(p *Product, levels map[string]inventorytype.Level, base string) (*shopifycsv.Product, error) {
	var data productData
	if err := p.ImportData.Decode(&data); err != nil {
		return nil, wrap("read what the import kept", err)
	}
	out := &shopifycsv.Product{
		Handle: p.Handle, Title: p.Title, BodyHTML: p.BodySource, Brand: p.Brand, Type: p.Type, Category: p.CategoryText, Tags: p.Tags,
		Published: !p.PublishedAt.IsZero(), Status: string(p.Status), GiftCard: p.GiftCard, SEOTitle: p.SEOTitle, SEODescription: p.SEODescription,
		Extra: data.Extra, Raw: data.Raw, ExtraRows: data.Rows,
	}
	if data.Status == p.Status {
		out.Status = ""
	}
	for _, o := range p.Options {
		out.Options = append(out.Options, shopifycsv.Option{Name: o.Name, LinkedTo: o.LinkedTo, Values: o.Values})
	}
	address := map[string]string{}
	for i := range p.Images {
		im := &p.Images[i]
		src := im.SourceURL
		if src == "" {
			src = base + im.URL()
		}
		address[im.ID] = src
		var data imageData
		if err := im.ImportData.Decode(&data); err != nil {
			return nil, wrap("read what the import kept", err)
		}
		out.Images = append(out.Images, shopifycsv.Image{Src: src, Alt: im.Alt, Position: i + 1, Extra: data.Extra})
	}
	for i := range p.Variants {
		v, err := exportedVariant(p, &p.Variants[i], levels[p.Variants[i].ID], address)
		if err != nil {
			return nil, err
		}
		out.Variants = append(out.Variants, v)
	}
	return out, nil
}

func exportedVariant(p *Product, v *Variant, level inventorytype.Level, address map[string]string) (shopifycsv.Variant, error) {
	var data variantData
	if err := v.ImportData.Decode(&data); err != nil {
		return shopifycsv.Variant{}, wrap("read what the import kept", err)
	}
	out := shopifycsv.Variant{
		Values: append([]string(nil), v.Values[:len(p.Options)]...), SKU: v.SKU, Barcode: v.Barcode, Grams: v.Grams, WeightUnit: v.WeightUnit,
		Price: v.Price, CompareAt: v.CompareAt, Cost: v.Cost, ContinueSelling: level.Backorder, Fulfilment: v.Fulfilment,
		RequiresShipping: v.RequiresShipping, Taxable: v.Taxable, Image: address[v.ImageID], Extra: putTaxCode(data.Extra, v.TaxClass), Raw: data.Raw,
	}
	if out.Image == "" {
		out.Image = data.Image
	}
	if level.Tracked {
		if out.Tracker = v.Tracker; out.Tracker == "" {
			out.Tracker = "shopify"
		}
	}
	if level.OnHand != 0 || level.Tracked && !data.NoQuantity || data.Quantity {
		n := int64(level.OnHand)
		out.Quantity = &n
	}
	return out, nil
}

// dropUnknown takes out columns that the header does not have: they cannot be there, unless the store's settings were
// put back to an earlier time.
func dropUnknown(p *shopifycsv.Product, known map[string]bool) {
	drop := func(f *shopifycsv.Fields) {
		*f = replace(*f, nil, func(name string) bool { return !known[name] })
	}
	drop(&p.Extra)
	for i := range p.Variants {
		drop(&p.Variants[i].Extra)
	}
	for i := range p.Images {
		drop(&p.Images[i].Extra)
	}
	for i := range p.ExtraRows {
		drop(&p.ExtraRows[i])
	}
}

// shopURL is the address of the store's shop, without a slash at the end.
func (s *Service) shopURL(st *tenant.Store) string {
	info := st.Info()
	if s.app == nil {
		return "https://" + info.Code + ".localhost"
	}
	return s.app.Config.URL(info.Host(s.app.Config.BaseDomain), "")
}

func actorName(ctx context.Context) string { return audit.ActorFrom(ctx).Name }
