package orders_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// The pages of money: a promise collected, a refund worked out and made, its way back failed and tried again, and what the shopper sees of it.
func TestRefundPages(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	sales := harness.Service[*orders.Service](p)
	var asked []string
	sales.Repay = func(_ context.Context, _ *tenant.Store, r ordertype.Repayment) error {
		asked = append(asked, r.ID)
		return nil
	}
	sales.Collect = func(_ context.Context, _ *tenant.Store, _, external string) error {
		asked = append(asked, "collect "+external)
		return nil
	}
	owner := p.Staff(t, "owner", "fjord")
	at := func(path string) string { return p.DashboardURL("fjord", path) }
	o := place(t, p, st, "1", "card", 3, 1000)
	receipt := ordertype.Receipt{ExternalID: "pi_1", Method: "card", Provider: "stripe", Reference: "Visa 4242", Amount: money.New(3000, "EUR")}
	write := func(fn func(tx *tenant.Store) error) {
		t.Helper()
		if err := st.Write(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}

	owner.Get(t, at("/orders/"+o.ID+"/refunds")).Want(t, 409)
	write(func(tx *tenant.Store) error { _, err := sales.Authorise(t.Context(), tx, o.ID, receipt); return err })
	page := owner.Get(t, at("/orders/"+o.ID)).Want(t, 200).Has(t, "h1", "Authorised").Has(t, "#payment", "Visa 4242").Has(t, ".timeline", "€30.00 authorised")
	capture, _ := page.Doc(t).Find("#payment form[action$=captures]").Attr("action")
	owner.Follow(t, owner.Post(t, "http://"+p.Base+capture, nil).Want(t, 303)).Has(t, "#payment", "told to collect it")
	owner.Post(t, "http://"+p.Base+capture, nil).Want(t, 409)
	if strings.Join(asked, " ") != "collect pi_1" {
		t.Errorf("asked %v", asked)
	}
	asked = nil
	write(func(tx *tenant.Store) error { _, err := sales.Receive(t.Context(), tx, o.ID, receipt); return err })
	owner.Get(t, at("/orders/"+o.ID)).Want(t, 200).Has(t, "h1", "Paid").Has(t, "#payment", "Visa 4242")

	// Worked out without script: what was typed stays.
	refunds, line := at("/orders/"+o.ID+"/refunds"), o.Lines[0].ID
	owner.Get(t, refunds).Want(t, 200).Has(t, "h1", "Refund order #1001").Has(t, "main", "€30.00 can be given back")
	page = owner.Post(t, refunds, url.Values{"q_" + line: {"2"}, "r_" + line: {"on"}, "less": {"1.50"}, "do": {"preview"}, "key": {"k1"}}).Want(t, 200).Has(t, "[data-refund-summary]", "€18.50").Has(t, "[data-refund-summary]", "Some way to pay")
	doc := page.Doc(t)
	for name, want := range map[string]string{"q_" + line: "2", "less": "1.50", "key": "k1"} {
		if got, _ := doc.Find("[name=" + name + "]").Attr("value"); got != want {
			t.Errorf("%s came back as %q", name, got)
		}
	}
	owner.Post(t, refunds, url.Values{"q_" + line: {"4"}}).Want(t, 422).Has(t, "#q_"+line+"-error", "from 0 to 3")
	owner.Post(t, refunds, url.Values{"ad_hoc": {"30.01"}}).Want(t, 422).Has(t, "#ad_hoc-error", "€30.00")
	owner.Post(t, refunds, url.Values{"q_" + line: {"1"}, "less": {"10"}}).Want(t, 422).Has(t, "#less-error", "nothing")
	owner.Post(t, refunds, url.Values{"q_" + line: {"0"}}).Want(t, 422).Has(t, "[data-refund-summary]", "Choose what")
	form := url.Values{"q_" + line: {"2"}, "r_" + line: {"on"}, "less": {"1.50"}, "reason": {"too small"}, "key": {"k1"}}
	owner.Follow(t, owner.Post(t, refunds, form).Want(t, 303)).Has(t, "#payment", "€18.50").Has(t, "#payment", "On its way").Has(t, ".timeline", "too small").Has(t, "h1", "Paid")
	owner.Post(t, refunds, form).Want(t, 303) // sent twice is once
	if len(asked) != 1 {
		t.Fatalf("the provider was asked %v", asked)
	}
	shopper := p.Guest(t)
	status := p.ShopURL("fjord", "/orders/"+o.Token)
	shopper.Get(t, status).Want(t, 200).Has(t, "#refunds", "€18.50").Has(t, "#refunds", "on its way")

	// It failed: tried again, failed again, and given back by hand.
	write(func(tx *tenant.Store) error { return sales.RepaymentFailed(t.Context(), tx, asked[0], "card expired") })
	page = owner.Get(t, at("/orders/"+o.ID)).Has(t, "#payment", "card expired")
	retry, _ := page.Doc(t).Find("#payment form[action$=retries]").Attr("action")
	owner.Post(t, "http://"+p.Base+retry, url.Values{"way": {"hand"}}).Want(t, 422).Has(t, "#payment", "Say how")
	owner.Follow(t, owner.Post(t, "http://"+p.Base+retry, url.Values{"way": {"again"}}).Want(t, 303)).Has(t, "#payment", "On its way")
	owner.Post(t, "http://"+p.Base+retry, url.Values{"way": {"again"}}).Want(t, 409)
	write(func(tx *tenant.Store) error { return sales.RepaymentFailed(t.Context(), tx, asked[1], "again") })
	page = owner.Get(t, at("/orders/"+o.ID))
	retry, _ = page.Doc(t).Find("#payment form[action$=retries]").Attr("action")
	owner.Follow(t, owner.Post(t, "http://"+p.Base+retry, url.Values{"way": {"hand"}, "reference": {"transfer 9"}}).Want(t, 303)).Has(t, "h1", "Partially refunded").Has(t, "#payment", "transfer 9")
	shopper.Get(t, status).Has(t, "#refunds", "given back")

	// Cancelled with the rest given back.
	owner.Follow(t, owner.Post(t, at("/orders/"+o.ID+"/cancellations"), url.Values{"reason": {"fraud"}, "restock": {"on"}, "refund": {"on"}}).Want(t, 303)).Has(t, "h1", "Cancelled")
	write(func(tx *tenant.Store) error { return sales.Repaid(t.Context(), tx, asked[2], "re_3") })
	owner.Get(t, at("/orders/"+o.ID)).Has(t, "h1", "Refunded").Has(t, ".timeline", "€11.50 given back")
	page = shopper.Get(t, status).Has(t, "main", "has been given back to you")
	if strings.Contains(page.Body, "fraud") || strings.Contains(page.Body, "too small") {
		t.Error("the shopper reads what staff wrote")
	}
}

// The link to pay stands on the shopper's page while something is outstanding and the method has a page of its own.
func TestPayNow(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	sales := harness.Service[*orders.Service](p)
	sales.PaysOnline = func(_ *tenant.Store, method string) bool { return method == "card" }
	card, cash := place(t, p, st, "1", "card", 1, 1000), place(t, p, st, "2", "cash_on_delivery", 1, 1000)
	b := p.Guest(t)
	link := func(o *orders.Order) string {
		href, _ := b.Get(t, p.ShopURL("fjord", "/orders/"+o.Token)).Want(t, 200).Doc(t).Find("main a[href$=payment]").Attr("href")
		return href
	}
	if got := link(card); !strings.HasSuffix(got, "/orders/"+card.Token+"/payment") {
		t.Errorf("pay at %q", got)
	}
	if got := link(cash); got != "" {
		t.Errorf("cash is paid at %q", got)
	}
	if _, err := sales.MarkPaid(t.Context(), st, card.ID, orders.MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	if got := link(card); got != "" {
		t.Errorf("a paid order is paid at %q", got)
	}
}
