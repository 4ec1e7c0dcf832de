//go:build browser

package browser

import (
	"context"
	"net/http/httptest"
	"testing"

	"wizamart/modules/catalog"
	"wizamart/modules/payments"
	"wizamart/modules/payments/stripefake"
	"wizamart/tests/harness"
)

// TestCardFormDoesNotComeUp pays in a shop with a card form of its own, while the host of the form's script cannot be reached: the page says so, and leads to the
// provider's own page.
func TestCardFormDoesNotComeUp(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st := p.Open(t, "north")
	ctx := context.Background()
	v := catalog.NewVariant()
	v.Price = 11900
	if _, err := harness.Service[*catalog.Service](p).Create(ctx, st, catalog.Product{Title: "Kettle", Status: catalog.Active, Variants: []catalog.Variant{v}}); err != nil {
		t.Fatal(err)
	}
	fake := stripefake.New("")
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.SetBase(server.URL)
	pay := harness.Service[*payments.Service](p)
	pay.StripeURL = server.URL
	if err := pay.SaveKeys(ctx, st, payments.Test, payments.Keys{Publishable: "pk_test_1", Secret: "sk_test_1", Webhook: "whsec_1"}); err != nil {
		t.Fatal(err)
	}
	cfg := payments.SettingsOf(st)
	cfg.Card = true
	if err := pay.Save(ctx, st, cfg); err != nil {
		t.Fatal(err)
	}
	chromium := browser(t, p)
	v2 := look{"the card form does not come up", 390, 844, true, "north"}
	w := &walk{Platform: p, tab: open(t, chromium, p.Base, v2.name, v2.width, v2.height, v2.scripted), look: v2}
	w.inVain = "js.stripe.com"
	w.toPayment("10115", "DE", "")
	w.follow(".checkout-form button.btn-primary")
	w.order()
	w.waitFor(`!document.querySelector("[x-ref=missing]").hidden`)
	w.has("main", "The card form does not come up here")
	w.looks("no card form")
	if got := eval[string](w.tab, `[...document.querySelectorAll("[data-key] button")].filter((b) => b.offsetParent).map((b) => b.innerText.trim()).join(", ")`); got != "Pay by card" {
		t.Errorf("the buttons are %q", got)
	}
	if n := len(fake.Payments()); n != 0 {
		t.Errorf("%d payments were begun", n)
	}
	// Any other script of that host is refused by the policy of any other page.
	w.visit(w.shopURL("/"))
	blocked := `new Promise((done) => { document.addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective)); const s = document.createElement("script"); s.src = "https://js.stripe.com/v3/"; document.head.append(s); setTimeout(() => done("none"), 20000) })`
	if got := eval[string](w.tab, blocked); got != "script-src-elem" {
		t.Errorf("a script of the provider on another page: %s", got)
	}
	w.mu.Lock()
	w.problems = nil // it was meant to be refused
	w.mu.Unlock()
}
