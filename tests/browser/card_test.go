//go:build browser

package browser

import (
	"context"
	"testing"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/checkout/promotion"
	"wizamart/modules/payments"
	"wizamart/tests/harness"
)

// knows is a register of VAT numbers that knows all of them.
type knows struct{}

func (knows) Check(_ context.Context, number, _ string) (checkout.VATCheck, error) {
	return checkout.VATCheck{Number: number, Valid: true, Consultation: "WAPIAAAAX", At: database.Now()}, nil
}

// TestCards pays by card on the provider's own page, with and without scripts: declined and then paid, 3-D Secure given up and then done; and a
// business in another member state orders without tax, with a discount and a gift card that pays a part.
func TestCards(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st := p.Open(t, "north")
	ctx := context.Background()
	till := harness.Service[*checkout.Service](p)
	v := catalog.NewVariant()
	v.Price = 11900
	if _, err := harness.Service[*catalog.Service](p).Create(ctx, st, catalog.Product{Title: "Kettle", Status: catalog.Active, Variants: []catalog.Variant{v}}); err != nil {
		t.Fatal(err)
	}
	if err := st.SetSettings(ctx, map[string]string{payments.PretendCards: "1"}); err != nil {
		t.Fatal(err)
	}
	taxes := checkout.TaxesOf(st)
	taxes.On, taxes.Inclusive, taxes.Country = true, true, "DE"
	if _, err := till.SaveTaxes(ctx, st, taxes); err != nil {
		t.Fatal(err)
	}
	if _, err := till.SaveSeller(ctx, st, checkout.Seller{Name: "North GmbH", Line1: "Weg 1", PostalCode: "10115", City: "Berlin", Country: "DE", Email: "shop@north.test", VATID: "DE136695976"}); err != nil {
		t.Fatal(err)
	}
	off, err := till.CreateDiscount(ctx, st, "Ten off")
	if err != nil {
		t.Fatal(err)
	}
	off.Code, off.Active, off.Kind, off.Rate = "TENOFF", true, promotion.Percent, money.BasisPoints(1000)
	if _, err := till.SaveDiscount(ctx, st, off); err != nil {
		t.Fatal(err)
	}
	till.VAT = knows{}
	chromium := browser(t, p)
	for _, v := range []look{{"cards on a phone", 390, 844, true, "north"}, {"cards without scripts", 1440, 900, false, "north"}} {
		t.Run(v.name, func(t *testing.T) {
			_, code, err := till.IssueGiftCard(ctx, st, checkout.IssueGiftCard{Amount: 2000})
			if err != nil {
				t.Fatal(err)
			}
			w := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name, v.width, v.height, v.scripted), look: v}
			w.toPayment("10115", "DE", "")
			w.follow(".checkout-form button.btn-primary")
			w.has("main", "VAT 19")
			w.order()
			w.looks("order to be paid")
			w.provider("[value='4000000000000002']")
			w.has("main", "declined")
			w.visit(w.shopURL(w.page)) // back at the shop, which says so too
			w.has("main", "did not work")
			w.looks("declined")
			w.provider("[value='4242424242424242']")
			w.paid()

			w.toPayment("10115", "DE", "")
			w.follow(".checkout-form button.btn-primary")
			w.order()
			w.provider("[value='4000002500003155']")
			w.follow("[name=secure][value=no]")
			w.visit(w.shopURL(w.page))
			w.has("main", "did not work")
			w.provider("[value='4000002500003155']")
			w.follow("[name=secure][value=yes]")
			w.paid()

			w.toPayment("75009", "FR", "FR40303265045")
			for _, c := range []string{"TENOFF", code} {
				w.reveal("[name=code]")
				w.fill("[name=code]", c)
				w.follow(".code-form button")
			}
			w.follow(".checkout-form button.btn-primary")
			w.has("main", "intra-Community supply")
			w.has("main", "€70.00") // 119.00 is 100.00 without tax, less 10.00, less 20.00 from the gift card
			w.looks("a business in another member state")
			w.order()
			w.provider("[value='4242424242424242']")
			w.paid()
		})
	}
}

// toPayment puts a kettle into the cart and goes to the choice of payment.
func (w *walk) toPayment(postal, country, vatID string) {
	w.visit(w.shopURL("/products/kettle"))
	add := `.product form[action$="/cart/lines"] button[type=submit]`
	if w.scripts {
		w.press(add)
		w.has("[data-cart-count]", "1")
		w.visit(w.shopURL("/cart"))
	} else {
		w.follow(add)
	}
	w.follow(`form[action$="/checkout"] button[type=submit]`)
	w.choose("[name=country]", country)
	for _, f := range [][2]string{{"email", "ada@mail.test"}, {"name", "Ada Lovelace"}, {"line1", "Long Street 1"}, {"postal_code", postal}, {"city", "Town"}, {"vat_id", vatID}} {
		if f[1] != "" {
			w.fill("[name="+f[0]+"]", f[1])
		}
	}
	w.follow(".checkout-form button.btn-primary")
	w.follow(".checkout-form button.btn-primary")
	w.press("[name=payment_method][value=card]")
}

// reveal opens the fold that an element is in.
func (w *walk) reveal(selector string) {
	eval[bool](w.tab, `(() => { const d = document.querySelector(`+quote(selector)+`).closest("details"); if (d) d.open = true; return true })()`)
}

func (w *walk) order() {
	if w.exists("[name=terms]") {
		w.press("[name=terms]")
	}
	w.follow(".checkout-form button.btn-primary")
	w.has("h1", "Pay order")
}

// provider goes to the provider's page and chooses a card there.
func (w *walk) provider(card string) {
	w.page = w.where()
	w.follow(`form[action$="/payment"] button[type=submit]`)
	w.follow(card)
}

func (w *walk) paid() {
	w.has("h1", "Thank you, Ada")
	w.has("main", "Paid")
	w.looks("paid by card")
}
