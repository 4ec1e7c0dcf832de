//go:build browser

package browser

import (
	"bytes"
	"context"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/modules/customers"
	"wizamart/modules/orders"
	"wizamart/tests/harness"
)

// TestAccount looks at what only a signed-in shopper sees, with an order of nothing but a download and a gift card, and at a product that is sold out.
func TestAccount(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st, products := p.Open(t, "north"), harness.Service[*catalog.Service](p)
	ctx := context.Background()
	add := func(in catalog.Product, stock *catalog.StockChange) *catalog.Product {
		t.Helper()
		v := catalog.NewVariant()
		v.Price, v.RequiresShipping, v.Stock = 1500, stock != nil, stock
		in.Status, in.Variants = catalog.Active, []catalog.Variant{v}
		made, err := products.Create(ctx, st, in)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	none := 0
	pattern, card, gone := add(catalog.Product{Title: "Pattern"}, nil), add(catalog.Product{Title: "Card", GiftCard: true}, nil), add(catalog.Product{Title: "Gone"}, &catalog.StockChange{Tracked: true, OnHand: &none, Reason: "count"})
	if _, err := products.AddFile(ctx, st, pattern.ID, "", "pattern.pdf", bytes.NewReader([]byte("%PDF"))); err != nil {
		t.Fatal(err)
	}
	const email, password = "ada@mail.test", "correct horse battery"
	p.Customer(t, st, customers.SignUp{Email: email, Name: "Ada Lovelace", Password: password})
	v := views[0]
	w := &walk{Platform: p, tab: open(t, browser(t, p), p.Base, "account", v.width, v.height, true), look: v}
	w.shop = "north"

	w.visit(w.shopURL("/products/" + gone.Slug))
	w.looks("sold out")
	w.visit(w.shopURL("/account/sign-in"))
	w.fill("main [name=email]", email)
	w.fill("main [name=password]", password)
	w.follow("main form button[type=submit]")
	for _, page := range []struct{ path, name string }{{"/account", "account without orders"}, {"/account/orders", "no orders"}, {"/account/downloads", "no downloads"}, {"/account/profile", "profile"}, {"/account/password", "password"}} {
		w.visit(w.shopURL(page.path))
		w.looks(page.name)
	}
	for _, made := range []*catalog.Product{pattern, card} {
		w.visit(w.shopURL("/products/" + made.Slug))
		w.press(`.product form[action$="/cart/lines"] button[type=submit]`)
		w.waitFor(`!!document.querySelector(".toasts [data-said]")?.textContent`)
	}
	w.visit(w.shopURL("/cart"))
	w.follow(`form[action$="/checkout"] button[type=submit]`)
	w.press("details.gift > summary")
	gift := "[name^=gift_email]"
	w.fill(gift, "bea")
	w.choose("[name=country]", "DE")
	for _, f := range [][2]string{{"name", "Ada Lovelace"}, {"line1", "Long Street 1"}, {"postal_code", "10115"}, {"city", "Town"}} {
		w.fill("[name="+f[0]+"]", f[1])
	}
	w.follow(`.checkout-form button.btn-primary`)
	w.has("[id^=gift_email][id$=-error]", "whole e-mail address")
	w.looks("recipient of a gift card")
	w.fill(gift, "bea@mail.test")
	w.follow(`.checkout-form button.btn-primary`)
	w.press("[name=payment_method][value=bank_transfer]")
	w.follow(`.checkout-form button.btn-primary`)
	w.looks("review of downloads")
	for _, box := range []string{"[name=terms]", "[name=waive]"} {
		if w.exists(box) {
			w.press(box)
		}
	}
	w.follow(`.checkout-form button.btn-primary`)
	w.has("h1", "Thank you, Ada")
	w.visit(w.shopURL("/account/orders"))
	w.has(".order-row", "Waiting for your payment")
	w.looks("orders, unpaid")
	list, err := harness.Service[*orders.Service](p).Figures(ctx, st)
	if err != nil || len(list.Recent) != 1 || !list.Recent[0].Unsent {
		t.Fatalf("%+v %v", list.Recent, err)
	}
	if _, err := harness.Service[*orders.Service](p).MarkPaid(ctx, st, list.Recent[0].ID, orders.MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	w.visit(w.shopURL("/account"))
	w.has(".account-order", "Delivered")
	w.looks("account")
	w.visit(w.shopURL("/account/downloads"))
	w.has("main", "pattern.pdf")
	w.looks("downloads")
	w.visit(w.shopURL("/account/orders"))
	w.has(".order-row", "Delivered")
	w.looks("orders")
	w.follow(".order-row")
	w.has("h2.checkout-title", "Delivered")
	w.looks("order of downloads")
}
