package catalog

import (
	"net/url"

	"wizamart/framework/money"
	"wizamart/framework/web"
)

func urlQuery(s string) string { return url.QueryEscape(s) }

// describe tells machines what the page is about: schema.org Product with its offers, and Open Graph.
func (d *productView) describe(c *web.Context) {
	p := d.Product
	d.OG.URL = absolute(c, "/products/"+p.Slug)
	var images []string
	for i := range p.Images {
		if p.Images[i].Hash != "" && len(images) < 6 {
			images = append(images, absolute(c, p.Images[i].URL()))
		}
	}
	if len(images) > 0 {
		d.OG.Image = images[0]
	}
	d.LD = map[string]any{"@context": "https://schema.org", "@type": "Product", "name": p.Title, "url": d.OG.URL, "offers": d.offers()}
	set := func(key string, value string) {
		if value != "" {
			d.LD[key] = value
		}
	}
	set("description", summary(p.BodyHTML, 500))
	set("sku", d.Chosen.SKU)
	if gtin := d.Chosen.Barcode; len(gtin) == 8 || len(gtin) >= 12 && len(gtin) <= 14 {
		set("gtin", gtin)
	}
	if p.Brand != "" {
		d.LD["brand"] = map[string]any{"@type": "Brand", "name": p.Brand}
	}
	if len(images) > 0 {
		d.LD["image"] = images
	}
}

func (d *productView) offers() map[string]any {
	p, currency := d.Product, d.Amount.Currency
	availability := "https://schema.org/OutOfStock"
	for i := range p.Variants {
		if l := d.Levels[p.Variants[i].ID]; l.InStock() {
			availability = "https://schema.org/InStock"
			if l.Tracked && l.Available() <= 0 {
				availability = "https://schema.org/BackOrder"
				continue
			}
			break
		}
	}
	if len(p.Variants) == 1 {
		return map[string]any{"@type": "Offer", "url": d.OG.URL, "price": d.Amount.Decimal(), "priceCurrency": currency, "availability": availability}
	}
	return map[string]any{
		"@type": "AggregateOffer", "url": d.OG.URL, "priceCurrency": currency, "availability": availability, "offerCount": len(p.Variants),
		"lowPrice": money.New(p.PriceMin, currency).Decimal(), "highPrice": money.New(p.PriceMax, currency).Decimal(),
	}
}
