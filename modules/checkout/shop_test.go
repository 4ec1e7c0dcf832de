package checkout_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/money"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func TestFromCartToOrderWithoutScripts(t *testing.T) {
	s := crowd(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Fjell rain shell", 2500, 5)
	b := s.shopper(t, "fjord")

	b.get("/cart").Want(t, 200).Has(t, ".empty-title", "Your cart is empty")
	b.leads(b.get("/checkout/review"), "/cart")
	seal := b.toReview(shell, "2")
	page := b.get("/checkout/review")
	page.Has(t, ".review", "ada@example.com").Has(t, ".review", "Strandgaten 4").Has(t, ".review", "Ring twice").Has(t, ".total", "€54.90").Has(t, "button", "Order with obligation to pay")
	if got := page.Doc(t).Find("[data-cart-count]").Text(); got != "2" {
		t.Errorf("the cart's count is %q", got)
	}
	placed := b.post("/checkout/orders", url.Values{"seal": {seal}})
	b.leads(placed, "/orders/")
	if n := s.onHand(t, st, shell); n != 3 {
		t.Errorf("%d are left, want 3", n)
	}
	list := s.orders(t, st)
	if len(list) != 1 || list[0].Total != money.New(5490, "EUR") || list[0].Quantity != 2 || list[0].Email != "ada@example.com" || list[0].CustomerID == "" {
		t.Fatalf("orders: %+v", list)
	}
	b.Follow(t, placed).Want(t, 200)
	b.get("/cart").Has(t, ".empty-title", "Your cart is empty")

	// The back button, a reload, a double click: the same confirmation.
	again := b.post("/checkout/orders", url.Values{"seal": {seal}})
	if again.Header.Get("Location") != placed.Header.Get("Location") {
		t.Errorf("the second submission leads to %q", again.Header.Get("Location"))
	}
	for _, path := range []string{"/checkout", "/checkout/address", "/checkout/review"} {
		if got := b.get(path).Header.Get("Location"); got != placed.Header.Get("Location") {
			t.Errorf("%s leads to %q", path, got)
		}
	}
	if len(s.orders(t, st)) != 1 {
		t.Error("there is a second order")
	}

	// A new cart is a new order.
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	if got := b.post("/checkout/orders", url.Values{"seal": {seal}}).Header.Get("Location"); got != placed.Header.Get("Location") {
		t.Errorf("the old order's button leads to %q", got)
	}
	b.get("/cart").Has(t, ".cart-line-title", "Fjell rain shell")
	b.leads(b.post("/checkout", nil), "/checkout/address")
}

// The answer to the order button is lost, the shopper comes back with the old cart and begins again.
func TestLostConfirmation(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "1")
	home, err := url.Parse(s.ShopURL("fjord", "/"))
	if err != nil {
		t.Fatal(err)
	}
	var before []*http.Cookie
	for _, k := range b.Client.Jar.Cookies(home) {
		before = append(before, &http.Cookie{Name: k.Name, Value: k.Value, Path: "/"})
	}
	placed := b.post("/checkout/orders", url.Values{"seal": {seal}})
	b.Client.Jar.SetCookies(home, before)
	b.get("/cart").Has(t, ".cart-line-title", "Shell")
	again := b.post("/checkout", nil)
	if again.Header.Get("Location") != placed.Header.Get("Location") {
		t.Errorf("beginning again leads to %q, not to %q", again.Header.Get("Location"), placed.Header.Get("Location"))
	}
	b.get("/cart").Has(t, ".empty-title", "Your cart is empty")
	if n := len(s.orders(t, st)); n != 1 {
		t.Errorf("%d orders", n)
	}
}

func TestChangesMustBeConfirmed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(t *testing.T, s *shop, shell string)
		notice string
		total  string
		left   int
	}{
		"price": {func(t *testing.T, s *shop, id string) { setPrice(t, s.Open(t, "fjord"), id, 3000) }, "now costs €30.00 instead of €25.00", "€90.00", 2},
		"stock": {func(t *testing.T, s *shop, id string) { s.setStock(t, s.Open(t, "fjord"), id, 1) }, "Only 1 of Shell are left", "€29.90", 0},
		"delivery": {func(t *testing.T, s *shop, _ string) {
			st := s.Open(t, "fjord")
			all, err := s.checkout.ShippingMethods(t.Context(), st)
			if err != nil {
				t.Fatal(err)
			}
			m := all[0]
			m.Price, m.FreeAbove = 990, nil
			if _, err := s.checkout.SaveShippingMethod(t.Context(), st, m); err != nil {
				t.Fatal(err)
			}
		}, "Standard delivery now costs €9.90 instead of €0.00", "€84.90", 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.Store(t, "fjord", "EUR")
			st := s.Open(t, "fjord")
			shell := s.product(t, st, "Shell", 2500, 5)
			b := s.shopper(t, "fjord")
			seal := b.toReview(shell, "3")
			c.change(t, s, shell)
			page := b.post("/checkout/orders", url.Values{"seal": {seal}}).Want(t, 409)
			page.Has(t, ".checkout-notices", c.notice).Has(t, ".alert-error", "has not been placed yet").Has(t, ".total", c.total)
			if len(s.orders(t, st)) != 0 {
				t.Fatal("an order was placed at a price that nobody saw")
			}
			next := page.Doc(t).Find("input[name=seal]").AttrOr("value", "")
			b.leads(b.post("/checkout/orders", url.Values{"seal": {next}}), "/orders/")
			if n := s.onHand(t, st, shell); n != c.left {
				t.Errorf("%d are left, want %d", n, c.left)
			}
		})
	}
}

func TestSoldOutMeanwhile(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "3")
	s.setStock(t, st, shell, 0)
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/cart")
	b.get("/cart").Want(t, 200).Has(t, ".cart-notices", "Shell is sold out").Has(t, ".toast", "Nothing in your order can be had any more")
	if len(s.orders(t, st)) != 0 {
		t.Error("an order was placed")
	}
}

func TestCookiesOfAnotherStoreAreWorthless(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	s.Store(t, "kaffe", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "1")
	from, _ := url.Parse(s.ShopURL("fjord", "/"))
	to, _ := url.Parse(s.ShopURL("kaffe", "/"))
	thief := s.shopper(t, "kaffe")
	thief.Client.Jar.SetCookies(to, b.Client.Jar.Cookies(from))
	thief.get("/cart").Want(t, 200).Has(t, ".empty-title", "Your cart is empty")
	thief.leads(thief.get("/checkout/review"), "/cart")
	thief.leads(thief.post("/checkout/orders", url.Values{"seal": {seal}}), "/cart")
	if len(s.orders(t, st)) != 0 {
		t.Error("an order was placed")
	}
}

func TestAddressPageKeepsWhatWasTyped(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	shell := s.product(t, s.Open(t, "fjord"), "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	form := address()
	form.Set("email", "ada@")
	form.Set("postal_code", "50133")
	form.Del("billing_same")
	page := b.post("/checkout/address", form).Want(t, 422)
	page.Has(t, "#email-error", "whole e-mail address").Has(t, "#postal_code-error", "0150").Has(t, ".alert-error a[href='#billing_name']", "Enter a first and last name.")
	if got := page.Doc(t).Find("#line1").AttrOr("value", ""); got != "Strandgaten 4" {
		t.Errorf("the street is %q", got)
	}
	// Going back keeps a draft, complaints or not.
	form.Set("back", "1")
	b.leads(b.post("/checkout/address", form), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	page = b.get("/checkout/address").Want(t, 200)
	for field, want := range map[string]string{"email": "ada@", "postal_code": "50133", "name": "Ada Lindqvist"} {
		if got := page.Doc(t).Find("#"+field).AttrOr("value", ""); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	b.leads(b.get("/checkout/review"), "/checkout/address")
}

func TestTermsMustBeAccepted(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	if err := st.SetSettings(t.Context(), map[string]string{"checkout.terms_url": "/terms"}); err != nil {
		t.Fatal(err)
	}
	b := s.shopper(t, "fjord")
	seal := b.toReview(s.product(t, st, "Shell", 2500, 5), "1")
	b.post("/checkout/orders", url.Values{"seal": {seal}}).Want(t, 422).Has(t, "#terms-error", "accept the terms")
	// Other terms than those that were shown are not accepted by it.
	if err := st.SetSettings(t.Context(), map[string]string{"checkout.terms_text": "No refunds, ever."}); err != nil {
		t.Fatal(err)
	}
	seal = b.post("/checkout/orders", url.Values{"seal": {seal}, "terms": {"on"}}).Want(t, 409).Has(t, ".terms-text", "No refunds").Doc(t).Find("input[name=seal]").AttrOr("value", "")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}, "terms": {"on"}}), "/orders/")
	o, err := s.sales.Get(t.Context(), st, s.orders(t, st)[0].ID)
	if err != nil || o.TermsAt.IsZero() || len(o.TermsHash) != 64 {
		t.Errorf("%v %q, %v", o.TermsAt, o.TermsHash, err)
	}
}

func TestPlacingIsLimited(t *testing.T) {
	s := open(t, harness.Limited())
	s.Store(t, "fjord", "EUR")
	if err := s.App.Platform.SetSettings(t.Context(), map[string]string{app.LimitSetting(limit.Checkout, false): "20"}); err != nil {
		t.Fatal(err)
	}
	b := s.shopper(t, "fjord")
	b.toReview(s.product(t, s.Open(t, "fjord"), "Shell", 2500, 5), "1")
	for range 20 {
		p := b.post("/checkout/orders", url.Values{"seal": {"wrong"}, "note": {"Ring <twice>"}, "password": {"secret"}})
		if p.Status == 409 {
			continue
		}
		p.Want(t, 429)
		if p.Header.Get("Retry-After") != "30" || p.Header.Get("RateLimit") != `"checkout";r=0;t=30` || p.Header.Get("RateLimit-Policy") != `"checkout";q=20;w=600` {
			t.Errorf("headers %v", p.Header)
		}
		kept := p.Form(t, `form[action="/checkout/orders"]`)
		if kept.Values.Get("note") != "Ring <twice>" || kept.Values.Get("seal") != "wrong" || kept.Values.Has("password") {
			t.Errorf("kept %v", kept.Values)
		}
		b.get("/checkout/review").Want(t, 200) // looking costs nothing
		return
	}
	t.Error("never refused")
}

func TestCartPages(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}, "quantity": {"9"}}), "/cart")
	b.get("/cart").Has(t, ".toast", "Only 5 are left").Has(t, ".total", "€125.00")
	b.leads(b.post("/cart", url.Values{"quantity-" + shell: {"2"}}), "/cart")
	b.get("/cart").Has(t, ".total", "€50.00")
	b.post("/cart", url.Values{"quantity-" + shell: {"many"}}).Want(t, 422).Has(t, ".error", "whole number")
	b.leads(b.post("/cart", url.Values{"remove": {shell}}), "/cart")
	page := b.get("/cart").Has(t, ".empty-title", "Your cart is empty")
	undo := page.Doc(t).Find(".toast form").AttrOr("action", "")
	b.leads(b.post(undo, nil), "/cart")
	b.get("/cart").Has(t, ".total", "€50.00")
	setPrice(t, st, shell, 3000)
	b.leads(b.post("/checkout", nil), "/cart") // shown before anything else
	b.get("/cart").Has(t, ".cart-notices", "€30.00 instead of €25.00")
	if strings.Contains(b.get("/cart").Body, "instead of") {
		t.Error("the notice comes again")
	}
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/cart/lines", url.Values{"variant": {"nothing"}}), "/cart")
	b.get("/cart").Has(t, ".toast", "no longer sold")
}

func TestBotsWriteNothing(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	count := func() (n int) {
		for _, table := range []string{"cart_line", "checkout_session"} {
			var rows int
			if err := st.NewQuery("SELECT count(*) FROM " + table).Row(&rows); err != nil {
				t.Fatal(err)
			}
			n += rows
		}
		return n
	}
	b := s.shopper(t, "fjord")
	b.post("/checkout", nil)
	for range 3 {
		b.post("/cart/lines", url.Values{"variant": {shell}})
	}
	b.get("/cart").Want(t, 200)
	if n := count(); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestZeroDecimalCheckout(t *testing.T) {
	s := open(t)
	s.Store(t, "hoshi", "JPY")
	st := s.Open(t, "hoshi")
	b := s.shopper(t, "hoshi")
	seal := b.toReview(s.product(t, st, "Cup", 1200, 5), "2")
	b.get("/checkout/review").Has(t, ".total", "¥3,000")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/orders/")
	if list := s.orders(t, st); len(list) != 1 || list[0].Total != money.New(3000, "JPY") {
		t.Errorf("%+v", list)
	}
}

// A business's name and the delivery estimate that was shown stay with the order, apart from the names of persons and of the delivery.
func TestBusinessAndEstimateAreKept(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE checkout_shipping_method SET days_min = 2, days_max = 3")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.shopper(t, "fjord")
	b.toReview(s.product(t, st, "Shell", 2500, 5), "1")
	to := address()
	to.Set("business", "Lindqvist & Co")
	b.leads(b.post("/checkout/address", to), "/checkout/delivery")
	p := b.get("/checkout/review").Want(t, 200).Has(t, ".review", "Lindqvist & Co").Has(t, ".review", "arrives")
	placed := b.post("/checkout/orders", url.Values{"seal": {p.Doc(t).Find("input[name=seal]").AttrOr("value", "")}})
	b.leads(placed, "/orders/")
	b.Follow(t, placed).Want(t, 200).Has(t, ".order-address", "Lindqvist & Co").Has(t, "main", "arrives")
	o, err := s.sales.Get(t.Context(), st, s.orders(t, st)[0].ID)
	if err != nil || o.Shipping.Business != "Lindqvist & Co" || o.Billing.Business != "Lindqvist & Co" || !strings.HasPrefix(o.Estimate, "arrives ") || strings.Contains(o.ShippingMethod, "arrives") {
		t.Errorf("%+v, %v", o, err)
	}
	if mail := s.Mail(t, st, "order.placed").Text; !strings.Contains(mail, "Lindqvist & Co") || !strings.Contains(mail, o.Estimate) {
		t.Error(mail)
	}
	page := s.Staff(t, "owner", "fjord").Get(t, s.DashboardURL("fjord", "/orders/"+o.ID)).Want(t, 200)
	page.Has(t, "main", "Lindqvist & Co").Has(t, "main", o.Estimate)
}
