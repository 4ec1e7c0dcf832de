package checkout_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/modules/checkout"
	"wizamart/modules/checkout/promotion"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// A merchant makes a discount on the pages, a shopper uses it, without scripts.
func TestDiscountFromDashboardToOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	if err := st.SetSettings(t.Context(), map[string]string{timezone.Setting: "Europe/Copenhagen"}); err != nil {
		t.Fatal(err)
	}
	shell := s.product(t, st, "Shell", 2500, 10)
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	page := staff.Post(t, at("/discounts"), nil)
	if page.Status != 303 {
		t.Fatalf("%d %s", page.Status, page.Text())
	}
	path := regexp.MustCompile(`/discounts/[0-9a-f-]+$`).FindString(page.Header.Get("Location"))
	staff.Get(t, at(path)).Want(t, 200)
	bad := staff.Post(t, at(path), url.Values{"title": {"Winter"}, "method": {"code"}, "code": {"WINTER"}, "kind": {"percent"}, "rate": {"120"}, "scope": {"products"}, "min_pieces": {"x"}}).Want(t, 422)
	for _, id := range []string{"rate-error", "min_pieces-error", "products"} {
		if bad.Doc(t).Find("#"+id).Length() == 0 {
			t.Errorf("no complaint at %s", id)
		}
	}
	if v := bad.Doc(t).Find("input[name=rate]").AttrOr("value", ""); v != "120" {
		t.Errorf("what was typed is %q", v)
	}
	found := staff.Post(t, at(path), url.Values{"title": {"Winter"}, "scope": {"products"}, "do": {"find"}, "find": {"shel"}}).Want(t, 200)
	product := found.Doc(t).Find("input[name=product]").AttrOr("value", "")
	if product == "" || found.Doc(t).Find("input[name=title]").AttrOr("value", "") != "Winter" {
		t.Fatalf("found %q", product)
	}
	saved := staff.Post(t, at(path), url.Values{"title": {"Winter"}, "method": {"code"}, "code": {"winter"}, "kind": {"percent"}, "rate": {"12.5"}, "scope": {"products"}, "product": {product}, "min_subtotal": {"25.01"}, "active": {"on"},
		"starts_at": {"2026-07-01T08:30"}, "ends_at": {"2196-12-01T08:30"}})
	if saved.Status != 303 {
		t.Fatalf("%d %s", saved.Status, saved.Text())
	}
	if list := staff.Get(t, at("/discounts")).Want(t, 200).Text(); !strings.Contains(list, "12.5 % off") || !strings.Contains(list, "Active") {
		t.Errorf("%s", list)
	}
	// Its times are typed and shown as the store's clock tells them, in summer and in winter.
	d, err := s.checkout.Discount(t.Context(), st, strings.TrimPrefix(path, "/discounts/"))
	if err != nil || d.StartsAt.UTC().Format(time.RFC3339) != "2026-07-01T06:30:00Z" || d.EndsAt.UTC().Format(time.RFC3339) != "2196-12-01T07:30:00Z" {
		t.Errorf("from %v to %v, %v", d.StartsAt, d.EndsAt, err)
	}
	if v := staff.Get(t, at(path)).Want(t, 200).Doc(t).Find("input[name=starts_at]").AttrOr("value", ""); v != "2026-07-01T08:30" {
		t.Errorf("it starts at %q", v)
	}
	if p := staff.Post(t, at(path+"/codes"), url.Values{"count": {"3"}, "prefix": {"A"}}); p.Status != 303 {
		t.Fatalf("%d %s", p.Status, p.Text())
	}
	if csv := staff.Get(t, at(path+"/codes")).Want(t, 200).Body; strings.Count(csv, "\n") != 4 {
		t.Errorf("%q", csv)
	}

	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	b.leads(b.post("/checkout/codes", url.Values{"step": {"cart"}, "code": {"winter"}}), "/cart")
	if p := b.get("/cart").Want(t, 200); !strings.Contains(p.Doc(t).Find("#code-error").Text(), "€0.01 are missing") || p.Doc(t).Find("#code").AttrOr("value", "") != "winter" {
		t.Errorf("%s", p.Text())
	}
	if b.get("/cart").Doc(t).Find("#code-error").Length() > 0 {
		t.Error("the complaint comes again")
	}
	b.toReview(shell, "1")
	b.leads(b.post("/checkout/codes", url.Values{"step": {"review"}, "code": {"winter"}}), "/checkout/review")
	p := b.get("/checkout/review").Want(t, 200)
	if text := p.Doc(t).Find(".checkout-summary").Text(); !strings.Contains(text, "−€6.25") || p.Doc(t).Find("button[name=remove][value=WINTER]").Length() != 1 {
		t.Errorf("%s", text)
	}
	b.leads(b.post("/checkout/orders", url.Values{"seal": {p.Doc(t).Find("input[name=seal]").AttrOr("value", "")}}), "/orders/")
	if o := s.orders(t, st); len(o) != 1 || o[0].Total.Minor != 5000-625+490 {
		t.Errorf("%+v", o)
	}
	if text := staff.Get(t, at(path)).Want(t, 200).Text(); !strings.Contains(text, "Newest orders with it") {
		t.Errorf("%s", text)
	}
	if p := staff.Post(t, at(path+"/deletions"), nil); p.Status != 303 {
		t.Error(p.Status)
	}
	staff.Get(t, at(path)).Want(t, 404)
	staff.Post(t, at(path+"/restorations"), nil)
	staff.Get(t, at(path)).Want(t, 200)
}

func TestGiftCardFromDashboardToOrder(t *testing.T) {
	s := open(t, harness.Limited())
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	staff.Post(t, at("/gift-cards"), url.Values{"amount": {"0"}, "recipient": {"nobody"}, "expires_at": {"2020-01-01"}}).Want(t, 422)
	issued := staff.Post(t, at("/gift-cards"), url.Values{"amount": {"100"}, "recipient": {"ada@example.com"}}).Want(t, 200)
	code := regexp.MustCompile(`([A-Z2-9]{4}-){3}[A-Z2-9]{4}`).FindString(issued.Text())
	if code == "" || strings.Contains(staff.Get(t, at("/gift-cards")).Want(t, 200).Body, code) {
		t.Fatalf("the code %q is shown once", code)
	}
	b := s.shopper(t, "fjord")
	b.toReview(shell, "1")
	b.leads(b.post("/checkout/codes", url.Values{"step": {"payment"}, "code": {strings.ToLower(code)}}), "/checkout/payment")
	if p := b.get("/checkout/payment").Want(t, 200); p.Doc(t).Find("input[name=payment_method]").Length() != 0 || !strings.Contains(p.Text(), "pays for all of it") {
		t.Errorf("%s", p.Text())
	}
	b.leads(b.post("/checkout/payment", nil), "/checkout/review")
	p := b.get("/checkout/review").Want(t, 200)
	b.leads(b.post("/checkout/orders", url.Values{"seal": {p.Doc(t).Find("input[name=seal]").AttrOr("value", "")}}), "/orders/")
	if o := s.orders(t, st); len(o) != 1 || o[0].Total.Minor != 2990 || o[0].PaymentState != "paid" {
		t.Errorf("%+v", o)
	}
	list, _, err := s.checkout.GiftCards(t.Context(), st, "ada@", 10, 0)
	if err != nil || len(list) != 1 || list[0].Balance.Minor != 7010 {
		t.Fatalf("%+v, %v", list, err)
	}
	if text := staff.Get(t, at("/gift-cards/"+list[0].ID)).Want(t, 200).Text(); !strings.Contains(text, "Paid an order") || !strings.Contains(text, "€70.10") {
		t.Errorf("%s", text)
	}
	staff.Post(t, at("/gift-cards/"+list[0].ID+"/activations"), url.Values{"active": {"off"}})
	b = s.shopper(t, "fjord")
	b.toReview(shell, "1")
	b.post("/checkout/codes", url.Values{"step": {"review"}, "code": {code}})
	if p := b.get("/checkout/review"); !strings.Contains(p.Doc(t).Find("#code-error").Text(), "switched off") {
		t.Errorf("%s", p.Text())
	}
	for range 25 {
		b.post("/checkout/codes", url.Values{"step": {"review"}, "code": {checkout.NewCode(16)}})
	}
	if p := b.get("/checkout/review"); !strings.Contains(p.Doc(t).Find("#code-error").Text(), "Too many") {
		t.Errorf("guessing goes on: %s", p.Doc(t).Find("#code-error").Text())
	}
}

// An order of which a discount takes everything is paid at once: nobody is asked how to pay what costs nothing.
func TestNothingToPay(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	s.discount(t, st, "ALLOFIT", func(d *checkout.Discount) { d.Kind, d.Rate = promotion.Percent, money.BasisPoints(10000) })
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE checkout_shipping_method SET price = 0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/codes", url.Values{"step": {"address"}, "code": {"ALLOFIT"}}), "/checkout/address")
	b.leads(b.post("/checkout/address", address()), "/checkout/delivery")
	way := b.get("/checkout/delivery").Want(t, 200).Doc(t).Find("input[name=shipping_method]").First().AttrOr("value", "")
	b.leads(b.post("/checkout/delivery", url.Values{"shipping_method": {way}}), "/checkout/review")
	b.leads(b.get("/checkout/payment"), "/checkout/review")
	p := b.get("/checkout/review").Want(t, 200).Has(t, ".review", "Nothing to pay").Has(t, ".total", "€0.00")
	if p.Doc(t).Find(`a[href$="/checkout/payment"]`).Length() > 0 {
		t.Error("a page leads to a payment")
	}
	placed := b.post("/checkout/orders", url.Values{"seal": {p.Doc(t).Find("input[name=seal]").AttrOr("value", "")}})
	b.leads(placed, "/orders/")
	b.Follow(t, placed).Want(t, 200).Has(t, "main", "Nothing to pay").Has(t, "main", "Paid")
	if o := s.orders(t, st); len(o) != 1 || !o[0].Total.IsZero() || o[0].PaymentState != "paid" {
		t.Errorf("%+v", o)
	}
	if n := s.onHand(t, st, shell); n != 9 {
		t.Errorf("%d are left", n)
	}
	// The discount ends in the meantime: then it is asked how to pay.
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/address", address()), "/checkout/delivery")
	b.leads(b.post("/checkout/delivery", url.Values{"shipping_method": {way}}), "/checkout/payment")
}
