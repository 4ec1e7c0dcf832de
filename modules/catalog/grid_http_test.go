package catalog_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// gridForm is what the grid's page would send without scripts.
func gridForm(t *testing.T, page *harness.Page) url.Values {
	t.Helper()
	out := url.Values{}
	for _, n := range page.Doc(t).Find("form[x-data=sheet] [name]").EachIter() {
		if n.Is("select") {
			out.Add(n.AttrOr("name", ""), n.Find("option[selected]").AttrOr("value", ""))
		} else {
			out.Add(n.AttrOr("name", ""), n.AttrOr("value", ""))
		}
	}
	return out
}

func TestGridPage(t *testing.T) {
	s := newShelf(t, "EUR")
	five := 5
	jacket := s.add(jacket())
	lamp := s.add(catalog.Product{Title: "Lamp", Variants: []catalog.Variant{variant(3000, &five)}})
	gone := s.add(catalog.Product{Title: "Mug", Variants: []catalog.Variant{variant(900, nil)}})
	owner := s.Staff(t, "owner", "shop")
	at := func(path string) string { return s.DashboardURL("shop", path) }
	grid := at("/product-grid")
	owner.Get(t, at("/products?q=lamp")).Want(t, 200).Has(t, `a[href$="/product-grid?q=lamp"]`, "Edit as a grid")
	owner.Get(t, grid+"?id="+lamp.ID).Want(t, 200).Has(t, ".sheet-label", "Lamp")

	page := owner.Get(t, grid).Want(t, 200).Has(t, ".sheet-label", "Mug")
	rows := len(jacket.Variants) + 2
	if n := page.Doc(t).Find(".sheet tbody tr").Length(); n != rows {
		t.Fatalf("%d rows, want %d", n, rows)
	}
	if n := page.Doc(t).Find(".sheet tbody .c-title input").Length(); n != 3 {
		t.Errorf("%d titles, one a product", n)
	}
	form := gridForm(t, page)
	lampID, jacketID, mugID := lamp.Variants[0].ID, jacket.Variants[1].ID, gone.Variants[0].ID
	form.Set("price-"+lampID, "25,00")
	form.Set("compare_at-"+lampID, "30.00")
	form.Set("stock-"+lampID, "7")
	form.Set("title-"+lampID, "Desk lamp")
	form.Set("sku-"+jacketID, "J-X")
	form.Set("status-"+mugID, "draft")
	s.Guest(t).Get(t, s.ShopURL("shop", "/products/lamp")).Has(t, ".price", "€30.00")
	owner.Follow(t, owner.Post(t, grid, form).Want(t, 303)).Want(t, 200).Has(t, ".toast", "3 products were saved.")
	s.Guest(t).Get(t, s.ShopURL("shop", "/products/lamp")).Has(t, "h1", "Desk lamp").Has(t, ".price-sale", "€25.00")
	if out, err := s.cat.Product(context.Background(), s.st, jacket.ID); err != nil || out.Variant(jacketID).SKU != "J-X" || out.Variants[0].SKU != jacket.Variants[0].SKU {
		t.Errorf("the jacket: %v", err)
	}

	// The form is an old one now: what it changed itself agrees, so only another change is a conflict.
	form.Set("price-"+lampID, "24.00")
	form.Set("grams-"+jacketID, "-5")
	refused := owner.Post(t, grid, form).Want(t, 422).Has(t, ".sheet-error", "whole number")
	if got := gridForm(t, refused); got.Get("price-"+lampID) != "24.00" || got.Get("grams-"+jacketID) != "-5" {
		t.Error("something that was typed is lost")
	}
	form.Set("grams-"+jacketID, "250")
	refused = owner.Post(t, grid, form)
	refused.Want(t, 422).Has(t, "tr.sheet-fault .sheet-error", "Somebody else changed")
	again := gridForm(t, refused)
	if err := s.cat.Delete(context.Background(), s.st, gone.ID); err != nil {
		t.Fatal(err)
	}
	again.Set("sku-"+mugID, "MUG")
	lost := owner.Post(t, grid, again).Want(t, 422).Has(t, ".alert-warning", "Mug")
	owner.Follow(t, owner.Post(t, grid, gridForm(t, lost)).Want(t, 303)).Has(t, ".toast", "2 products were saved.")
	owner.Get(t, at("/products/"+jacket.ID)).Has(t, "h1", "Rain jacket")
	if out, err := s.cat.Product(context.Background(), s.st, jacket.ID); err != nil || out.Variant(jacketID).Grams != 250 {
		t.Errorf("the jacket: %v", err)
	}

	s.Staff(t, "viewer", "shop").Get(t, grid).Want(t, 403)
}

func TestGridAPI(t *testing.T) {
	s := newShelf(t, "EUR")
	lamp := s.add(catalog.Product{Title: "Lamp", Variants: []catalog.Variant{variant(3000, nil)}})
	owner := s.Staff(t, "owner", "shop")
	id := lamp.Variants[0].ID
	patch := func(body map[string]any) *harness.Page {
		return owner.JSON(t, "PATCH", s.APIURL("/stores/shop/variants"), body)
	}
	line := func(more map[string]any) map[string]any {
		more["id"] = id
		return map[string]any{"variants": []any{more}}
	}
	eur := func(minor int) map[string]any { return map[string]any{"amount": minor, "currency": "EUR"} }
	var out struct{ Products []string }
	done := patch(line(map[string]any{"price": eur(2500), "title": "Desk lamp", "on_hand": 4, "product_updated_at": lamp.UpdatedAt.Time}))
	if done.Want(t, 200); json.Unmarshal([]byte(done.Body), &out) != nil || len(out.Products) != 1 {
		t.Error(done.Body)
	}
	if p := patch(line(map[string]any{"price": eur(2400), "product_updated_at": lamp.UpdatedAt.Time})); p.Status != 409 || !strings.Contains(p.Body, "row-"+id) {
		t.Error(p.Status, p.Body)
	}
	if p := patch(line(map[string]any{"price": eur(-1)})); p.Status != 422 || !strings.Contains(p.Body, "price-"+id) {
		t.Error(p.Status, p.Body)
	}
}
