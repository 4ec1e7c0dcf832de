package modules

import (
	"fmt"
	"html"
	"io/fs"

	"wizamart/modules/catalog"
	"wizamart/tenant"
)

// collections are a category that fills itself with what is reduced, and a word on the shop's largest brand.
func (d *demo) collections(st *tenant.Store, s demoStore) error {
	data, err := fs.ReadFile(pictures(s), s.Hero.Picture)
	if err != nil {
		return err
	}
	picture, err := d.products.StoreTrustedWebP(d.rt.Ctx, st, data)
	if err != nil {
		return err
	}
	_, err = d.products.CreateCategory(d.rt.Ctx, st, catalog.Category{
		Slug: "offers", Name: "Offers", TextSource: "<p>What costs less than before, for as long as it lasts.</p>", Sort: "-price", Hash: picture.Hash,
		Rule: catalog.Rule{All: true, Conditions: []catalog.Condition{{Test: "sale_yes"}, {Test: "stock_in"}}},
	})
	if err != nil {
		return fmt.Errorf("offers: %w", err)
	}
	brands, err := d.products.BrandList(d.rt.Ctx, st)
	if err != nil || len(brands) == 0 {
		return err
	}
	best := brands[0]
	for _, b := range brands {
		if b.Products > best.Products {
			best = b
		}
	}
	text := fmt.Sprintf("<p>Everything by %s that we have at %s.</p>", html.EscapeString(best.Name), html.EscapeString(s.Name))
	_, err = d.products.DescribeBrand(d.rt.Ctx, st, best.Slug, catalog.BrandChange{Text: &text})
	return err
}
