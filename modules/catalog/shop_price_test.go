package catalog_test

import (
	"context"
	"testing"

	"wizamart/modules/catalog"
)

// A reduction is announced against the lowest price of the 30 days before it, on the product's page and in the grid, where the store asks for it.
func TestReductionsAreAnnouncedAgainstTheLowestPrice(t *testing.T) {
	s := newShelf(t, "EUR")
	ctx := context.Background()
	v := variant(10000, nil)
	v.Content = catalog.Content{Thousandths: 750_000, Unit: "ml"}
	p := s.add(catalog.Product{Title: "Olive oil", Variants: []catalog.Variant{v}})
	price := func(minor int64) {
		t.Helper()
		_, err := s.cat.Update(ctx, s.st, p.ID, func(p *catalog.Product) error {
			former := int64(15000)
			p.Variants[0].Price, p.Variants[0].CompareAt = minor, &former
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	price(8000)
	s.get("/products/olive-oil").Want(t, 200).Has(t, ".saving", "−20%").Has(t, ".price s", "€100.00").Has(t, "[data-part=price] .hint", "Lowest price of the last 30 days: €100.00")
	s.get("/products").Want(t, 200).Has(t, ".product-card", "−20%")
	s.get("/products/olive-oil").Has(t, "[data-part=price]", "750 ml, €106.67 per l")

	price(11000) // dearer than before: nothing to announce
	if n := s.get("/products/olive-oil").Want(t, 200).Doc(t).Find(".saving, .price s").Length(); n != 0 {
		t.Errorf("a price that rose is announced as reduced")
	}

	if err := s.st.SetSettings(ctx, map[string]string{"catalog.prior_price": "off"}); err != nil {
		t.Fatal(err)
	}
	s.get("/products/olive-oil").Want(t, 200).Has(t, ".saving", "−26%").Has(t, ".price s", "€150.00")
}
