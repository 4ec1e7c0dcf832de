package catalog

import (
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/inventory/inventorytype"
)

const schema = "https://schema.org/"

// describe tells machines what the page is about: schema.org Product, or ProductGroup with its variants, and the picture to share.
func (d *productView) describe(c *web.Context, page *web.Page) {
	p := d.Product
	var images []string
	for i := range p.Images {
		if p.Images[i].Hash != "" && len(images) < 6 {
			images = append(images, c.Absolute(p.Images[i].URL()))
		}
	}
	data := map[string]any{"@context": "https://schema.org", "@type": "Product", "name": p.Title, "url": page.Canonical}
	said(data, "description", summary(p.BodyHTML, 500))
	if p.Brand != "" {
		data["brand"] = map[string]any{"@type": "Brand", "name": p.Brand, "url": c.Absolute("/brands/" + BrandSlug(p.Brand))}
	}
	if len(images) > 0 {
		data["image"], page.Picture = images, images[0]
	}
	d.properties(data)
	if len(p.Variants) == 1 {
		d.identify(data, &p.Variants[0])
		data["offers"] = d.offer(c, &p.Variants[0], page.Canonical)
	} else {
		d.group(c, data, page.Canonical)
	}
	page.LinkedData = data
}

func said(data map[string]any, key, value string) {
	if value != "" {
		data[key] = value
	}
}

func (d *productView) identify(data map[string]any, v *Variant) {
	said(data, "sku", v.SKU)
	if n := len(v.Barcode); n == 8 || n >= 12 && n <= 14 {
		data["gtin"] = v.Barcode
	}
}

// variesBy are the properties of schema.org that options are, by their names in the languages that we have.
var variesBy = map[string]string{
	"color": "color", "colour": "color", "farbe": "color", "couleur": "color", "färg": "color", "farve": "color", "farge": "color", "kleur": "color",
	"size": "size", "größe": "size", "grösse": "size", "taille": "size", "storlek": "size", "størrelse": "size", "maat": "size",
	"material": "material", "matière": "material", "materiaal": "material", "pattern": "pattern", "muster": "pattern",
}

// maxDescribed is how many variants the page tells machines of: each costs 400 bytes before packing.
const maxDescribed = 60

func (d *productView) group(c *web.Context, data map[string]any, canonical string) {
	p := d.Product
	data["@type"], data["productGroupID"] = "ProductGroup", p.Handle
	var by []string
	for _, o := range p.Options {
		if property := variesBy[strings.ToLower(o.Name)]; property != "" {
			by = append(by, schema+property)
		}
	}
	if len(by) > 0 {
		data["variesBy"] = by
	}
	var all []map[string]any
	for i := range p.Variants[:min(maxDescribed, len(p.Variants))] {
		v := &p.Variants[i]
		at := canonical + "?variant=" + v.ID
		one := map[string]any{"@type": "Product", "name": p.Title + " – " + p.VariantTitle(v), "url": at}
		for k, o := range p.Options {
			if property := variesBy[strings.ToLower(o.Name)]; property != "" {
				one[property] = v.Values[k]
			}
		}
		if im := p.Image(v.ImageID); im != nil && im.Hash != "" {
			one["image"] = c.Absolute(im.URL())
		} else if images, ok := data["image"].([]string); ok { // search engines show no variant without one
			one["image"] = images[0]
		}
		d.identify(one, v)
		one["offers"] = d.offer(c, v, at)
		all = append(all, one)
	}
	data["hasVariant"] = all
}

func (d *productView) offer(c *web.Context, v *Variant, at string) map[string]any {
	currency := d.Amount.Currency
	out := map[string]any{
		"@type": "Offer", "url": at, "price": money.New(v.Price, currency).Decimal(), "priceCurrency": currency,
		"availability": availability(d.Levels[v.ID]), "itemCondition": schema + "NewCondition",
	}
	if d.returns != nil {
		out["hasMerchantReturnPolicy"] = d.returns
	}
	if d.Delivery != nil && v.RequiresShipping {
		out["shippingDetails"] = delivery(*d.Delivery).describe()
	}
	return out
}

func availability(l inventorytype.Level) string {
	switch {
	case !l.InStock():
		return schema + "OutOfStock"
	case l.Tracked && l.Available() <= 0:
		return schema + "BackOrder"
	}
	return schema + "InStock"
}
