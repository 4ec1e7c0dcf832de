package catalog_test

import (
	"net/url"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/modules/inventory"
	"wizamart/tests/harness"
)

// What the shop shows of a collection changes on the very next request, though its pages are kept in memory.
func TestCollectionPage(t *testing.T) {
	s := newShelf(t, "EUR")
	two := 2
	lamp := s.add(catalog.Product{Title: "Lamp", Variants: []catalog.Variant{variant(3000, &two)}})
	s.add(catalog.Product{Title: "Mug", Variants: []catalog.Variant{variant(900, nil)}})
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	owner.Post(t, at("/categories"), url.Values{"name": {"Last pieces"}}).Want(t, 303)
	all, err := s.cat.CategoryRows(t.Context(), s.st)
	if err != nil {
		t.Fatal(err)
	}
	id := all[0].ID
	form := url.Values{
		"name": {"Last pieces"}, "slug": {"last"}, "rule_match": {"all"}, "sort": {"title"},
		"condition_test": {"stock_to", "stock_in", ""}, "condition_value": {"5", "", "left"},
	}
	owner.Post(t, at("/categories/"+id+"/previews"), form).Want(t, 200).Has(t, ".rule-count", "1 product meets this").Has(t, ".rule-matches", "Lamp")
	owner.Get(t, at("/categories/"+id)).Has(t, "[data-part=rule-preview]", "Without a condition")
	bad := url.Values{"name": {"Last pieces"}, "slug": {"last"}, "rule_match": {"any"}, "condition_test": {"price_to"}, "condition_value": {"cheap"}}
	refused := owner.Post(t, at("/categories/"+id), bad).Want(t, 422).Has(t, ".rule-row .error", "zero or more")
	if v := refused.Doc(t).Find("input[name=condition_value]").First().AttrOr("value", ""); v != "cheap" {
		t.Errorf("what was typed is %q", v)
	}
	owner.Post(t, at("/categories/"+id), form).Want(t, 303)

	shop := s.ShopURL("shop", "/categories/last")
	guest := s.Guest(t)
	has := func(want int) {
		t.Helper()
		for range 2 { // the second time from memory
			if n := guest.Get(t, shop).Want(t, 200).Doc(t).Find(".product-card").Length(); n != want {
				t.Fatalf("%d cards, want %d", n, want)
			}
		}
	}
	has(1)
	stock := harness.Service[*inventory.Service](s.Platform)
	if err := stock.Adjust(t.Context(), s.st, lamp.Variants[0].ID, 4, "received", ""); err != nil {
		t.Fatal(err)
	}
	guest.Get(t, shop).Want(t, 200).Has(t, ".empty-title", "Nothing here yet")
	if err := stock.Adjust(t.Context(), s.st, lamp.Variants[0].ID, -3, "damaged", ""); err != nil {
		t.Fatal(err)
	}
	has(1)
	form.Set("condition_value", "2")
	owner.Post(t, at("/categories/"+id), form).Want(t, 303)
	guest.Get(t, shop).Want(t, 200).Has(t, ".empty-title", "Nothing here yet")
	owner.Get(t, at("/categories")).Want(t, 200).Has(t, ".badge", "By rule")
	owner.Get(t, s.APIURL("/stores/shop/categories")).Want(t, 200).Has(t, "body", `"match":"all"`)
	s.Staff(t, "viewer", "shop").Post(t, at("/categories/"+id+"/previews"), form).Want(t, 403)
}
