package orders_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func place(t *testing.T, p *harness.Platform, st *tenant.Store, ref, method string, pieces int, minor int64) *orders.Order {
	t.Helper()
	sales := harness.Service[*orders.Service](p)
	to := ordertype.Address{Name: "Ada <Lindqvist>", Line1: "Storgata 1", PostalCode: "0155", City: "Oslo", Country: "NO"}
	var placed ordertype.Placed
	err := st.Write(t.Context(), func(tx *tenant.Store) (err error) {
		placed, err = sales.Place(t.Context(), tx, ordertype.Place{
			ExternalID: ref, Channel: "storefront", Email: "ada@example.com", Shipping: to, Billing: to, PaymentMethod: method, PaymentLabel: "Some way to pay", ShippingMethod: "Post",
			Note:  "Leave it at the <door>",
			Lines: []ordertype.PlaceLine{{VariantID: "v", ProductID: "p", Title: "Kettle “Bål”", VariantTitle: "Slate / 2 l", SKU: "K-2", Quantity: pieces, UnitPrice: money.New(minor, tx.Currency())}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := sales.Get(t.Context(), st, placed.ID)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// The dashboard from the empty list to a cancelled order, as an owner.
func TestDashboard(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "hoshi", "JPY")
	st := p.Open(t, "hoshi")
	owner := p.Staff(t, "owner", "hoshi")
	at := func(path string) string { return p.DashboardURL("hoshi", path) }
	owner.Get(t, at("/orders")).Want(t, 200).Has(t, ".empty", "No orders yet")
	var all []*orders.Order
	for i := range 30 {
		all = append(all, place(t, p, st, fmt.Sprint(i), "bank_transfer", 3, 1200))
	}
	for query, want := range map[string]string{
		"":                      "1–25 of 30",
		"?page=2":               "26–30 of 30",
		"?page=77":              "26–30 of 30",
		"?q=1007":               "1–1 of 1",
		"?q=%23K-2":             "",
		"?q=k-2":                "1–25 of 30",
		"?view=unfulfilled":     "1–25 of 30",
		"?from=2001-01-01":      "1–25 of 30",
		"?to=2001-01-01":        "",
		"?from=yesterday":       "1–25 of 30",
		"?sort=total&dir=asc":   "1–25 of 30",
		"?payment=nonsense":     "1–25 of 30",
		"?payment=paid":         "",
		"?view=cancelled":       "",
		"?sort=x&dir=y&page=-1": "1–25 of 30",
	} {
		page := owner.Get(t, at("/orders"+query)).Want(t, 200)
		if want == "" {
			page.Has(t, ".empty", "")
			continue
		}
		page.Has(t, ".pagination", want)
	}

	o := all[0]
	page := owner.Get(t, at("/orders/"+o.ID)).Want(t, 200).Has(t, "h1", "#1001").Has(t, "main", "Leave it at the <door>").Has(t, "main", "¥3,600").Has(t, "address", "Norway")
	if strings.Contains(page.Body, "<door>") || strings.Contains(page.Body, "<Lindqvist>") {
		t.Error("text of the shopper's stands in the page as HTML")
	}
	owner.Get(t, at("/orders/"+o.ID+"/packing-slip")).Want(t, 200).Has(t, "table", "K-2")
	owner.Get(t, at("/orders/nothing")).Want(t, 404)

	// Refused: what was typed stays, beside its complaint.
	line := "q_" + o.Lines[0].ID
	page = owner.Post(t, at("/orders/"+o.ID+"/fulfilments"), url.Values{line: {"9"}, "carrier": {"My cousin"}, "tracking_number": {"77"}}).Want(t, 422).Has(t, "#"+line+"-error", "from 0 to 3")
	doc := page.Doc(t)
	for id, want := range map[string]string{line: "9", "carrier": "My cousin", "tracking_number": "77"} {
		if got, _ := doc.Find("#" + id).Attr("value"); got != want {
			t.Errorf("%s came back as %q", id, got)
		}
	}
	owner.Post(t, at("/orders/"+o.ID+"/fulfilments"), url.Values{line: {"0"}}).Want(t, 422)
	owner.Post(t, at("/orders/"+o.ID+"/fulfilments"), url.Values{line: {"1"}, "tracking_url": {"javascript:alert(1)"}}).Want(t, 422).Has(t, "#tracking_url-error", "https://")
	owner.Post(t, at("/orders/"+o.ID+"/payments"), url.Values{"amount": {"3601"}, "reference": {"kept"}}).Want(t, 422).Has(t, "#amount-error", "¥3,600")
	owner.Post(t, at("/orders/"+o.ID+"/payments"), url.Values{"amount": {"12.50"}}).Want(t, 422)
	owner.Post(t, at("/orders/"+o.ID+"/shipping-address"), url.Values{"name": {"Grace"}, "line1": {""}, "city": {"Kyoto"}, "country": {"JP"}}).Want(t, 422).Has(t, "#line1-error", "Fill")
	owner.Post(t, at("/orders/"+o.ID+"/cancellations"), url.Values{"reason": {"bored"}, "text": {"hm"}}).Want(t, 422)
	owner.Post(t, at("/orders/"+o.ID+"/comments"), url.Values{"comment": {"  "}}).Want(t, 422)

	// Done, with a way back.
	page = owner.Post(t, at("/orders/"+o.ID+"/fulfilments"), url.Values{line: {"2"}, "carrier": {"Yamato"}, "tracking_number": {"1234"}}).Want(t, 303)
	page = owner.Follow(t, page).Want(t, 200).Has(t, ".toast", "2 pieces").Has(t, "h1", "Partially fulfilled").Has(t, "main", "Parcel 1")
	undo, _ := page.Doc(t).Find(".toast form").Attr("action")
	owner.Follow(t, owner.Post(t, "http://"+p.Base+undo, nil).Want(t, 303)).Has(t, "h1", "Unfulfilled").Has(t, "main", "Undone right away")
	page = owner.Post(t, at("/orders/"+o.ID+"/payments"), url.Values{"amount": {"600"}}).Want(t, 303)
	page = owner.Follow(t, page).Has(t, "h1", "Partially paid")
	undo, _ = page.Doc(t).Find(".toast form").Attr("action")
	owner.Follow(t, owner.Post(t, "http://"+p.Base+undo, nil).Want(t, 303)).Has(t, "h1", "Payment pending")
	owner.Follow(t, owner.Post(t, at("/orders/"+o.ID+"/shipping-address"), url.Values{"name": {"Grace"}, "line1": {"1-2-3"}, "city": {"Kyoto"}, "country": {"JP"}}).Want(t, 303)).Has(t, "address", "Japan")
	owner.Follow(t, owner.Post(t, at("/orders/"+o.ID+"/note"), url.Values{"staff_note": {"fragile"}}).Want(t, 303)).Has(t, "#staff_note", "fragile")
	owner.Follow(t, owner.Post(t, at("/orders/"+o.ID+"/comments"), url.Values{"comment": {"called her"}}).Want(t, 303)).Has(t, ".timeline", "called her")
	owner.Follow(t, owner.Post(t, at("/orders/"+o.ID+"/cancellations"), url.Values{"reason": {"customer"}, "restock": {"on"}}).Want(t, 303)).Has(t, "h1", "Cancelled")
	owner.Get(t, at("/orders?view=cancelled")).Want(t, 200).Has(t, "tbody", "#1001")

	// Several at once: the cancelled one is named and left.
	ids := url.Values{"id": {all[0].ID, all[1].ID, all[2].ID, "nothing"}}
	owner.Follow(t, owner.Post(t, at("/order-payments"), ids).Want(t, 303)).Has(t, ".toasts", "2 orders marked as paid").Has(t, ".toasts", "#1001")
	owner.Follow(t, owner.Post(t, at("/order-fulfilments"), ids).Want(t, 303)).Has(t, ".toasts", "2 orders fulfilled")
	owner.Follow(t, owner.Post(t, at("/order-fulfilments"), nil).Want(t, 303)).Has(t, ".toasts", "Select at least one")
	back := owner.Post(t, at("/order-payments"), url.Values{"back": {"https://evil.test/"}}).Want(t, 303).Header.Get("Location")
	if !strings.HasPrefix(back, "/store/hoshi/orders") {
		t.Errorf("back leads to %s", back)
	}
}

// The order's own page, in plain words for every state, and the way to it by number and address.
func TestStorefront(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	sales := harness.Service[*orders.Service](p)
	sales.PaymentHelp = func(_ *tenant.Store, method string) string { return "IBAN NO93 8601 <" + method + ">" }
	ctx := t.Context()
	transfer, cash := place(t, p, st, "1", "bank_transfer", 2, 1500), place(t, p, st, "2", "cash_on_delivery", 1, 900)
	b := p.Guest(t)
	page := func(o *orders.Order) *harness.Page {
		t.Helper()
		return b.Get(t, p.ShopURL("fjord", "/orders/"+o.Token)).Want(t, 200)
	}
	first := page(transfer).Has(t, "h1", "Thank you, Ada").Has(t, "main", "Waiting for your payment").Has(t, "#pay", "IBAN NO93 8601 <bank_transfer>").Has(t, "#pay", "#1001").Has(t, "main", "€30.00")
	if !strings.Contains(first.Body, `content="noindex"`) || first.Header.Get("Cache-Control") != "no-store" {
		t.Error("the page may be indexed or cached")
	}
	page(cash).Has(t, "main", "To be paid on delivery").Has(t, ".track-bar [aria-current]", "Being prepared")
	if _, err := sales.MarkPaid(ctx, st, transfer.ID, orders.MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	if got := page(transfer).Has(t, "main", "Being prepared"); got.Doc(t).Find("#pay").Length() != 0 {
		t.Error("a paid order says how to pay")
	}
	if _, err := sales.Fulfil(ctx, st, transfer.ID, orders.Fulfil{Lines: []orders.FulfilLine{{LineID: transfer.Lines[0].ID, Quantity: 1}}, Carrier: "Bring", TrackingNumber: "NO42"}); err != nil {
		t.Fatal(err)
	}
	sent := page(transfer).Has(t, "main", "Partly on its way").Has(t, "main", "NO42")
	if sent.Doc(t).Find(`a[href="https://tracking.bring.com/tracking/NO42"]`).Length() != 1 {
		t.Error("no link to the parcel")
	}
	undone, err := sales.Fulfil(ctx, st, transfer.ID, orders.Fulfil{TrackingNumber: "WRONG1"})
	if err != nil {
		t.Fatal(err)
	}
	page(transfer).Has(t, "main", "Everything has been sent")
	if _, err := sales.UndoFulfilment(ctx, st, undone, "secret reason"); err != nil {
		t.Fatal(err)
	}
	if err := sales.Comment(ctx, st, transfer.ID, "secret remark"); err != nil {
		t.Fatal(err)
	}
	if err := sales.SetStaffNote(ctx, st, transfer.ID, "secret note"); err != nil {
		t.Fatal(err)
	}
	if err := sales.Cancel(ctx, st, transfer.ID, orders.Cancel{Reason: "fraud", Text: "secret suspicion"}); err != nil {
		t.Fatal(err)
	}
	cancelled := page(transfer).Has(t, "main", "This order was cancelled. What you have paid will be given back")
	for _, canary := range []string{"secret", "fraud", "WRONG1"} {
		if strings.Contains(cancelled.Body, canary) {
			t.Errorf("the shopper reads %q", canary)
		}
	}
	for _, token := range []string{"nothing", transfer.ID, "1001", "..", "%2e%2e"} {
		b.Get(t, p.ShopURL("fjord", "/orders/"+token)).Want(t, 404)
	}

	look := func(number, email string) *harness.Page {
		return b.Post(t, p.ShopURL("fjord", "/order-status"), url.Values{"number": {number}, "email": {email}})
	}
	b.Get(t, p.ShopURL("fjord", "/order-status")).Want(t, 200)
	if to := look("#1002", "ADA@example.com").Want(t, 303).Header.Get("Location"); to != "/orders/"+cash.Token {
		t.Errorf("found at %s", to)
	}
	wrong, unknown := look("1002", "eve@example.com").Want(t, 404), look("4711", "ada@example.com").Want(t, 404)
	strip := regexp.MustCompile(`value="[^"]*"`)
	if strip.ReplaceAllString(wrong.Body, "") != strip.ReplaceAllString(unknown.Body, "") {
		t.Error("a wrong address and an unknown number are told apart")
	}
	if v, _ := wrong.Doc(t).Find("#email").Attr("value"); v != "eve@example.com" {
		t.Errorf("what was typed is lost: %q", v)
	}
	look("", "").Want(t, 422).Has(t, "#number-error", "Fill")
}

func TestLookupIsLimited(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground(), harness.Limited())
	p.Store(t, "fjord", "EUR")
	b := p.Guest(t)
	for range 100 { // one more is let through each half minute
		page := b.Post(t, p.ShopURL("fjord", "/order-status"), url.Values{"number": {"1002"}, "email": {"guess@example.com"}})
		if page.Status == 429 {
			page.Has(t, ".alert", "Too many attempts")
			if v, _ := page.Doc(t).Find("#email").Attr("value"); v != "guess@example.com" || page.Header.Get("Retry-After") == "" {
				t.Errorf("%q is kept; %v", v, page.Header)
			}
			return
		}
		page.Want(t, 404)
	}
	t.Error("guessing is never refused")
}

func TestAPI(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	p.Store(t, "kaffe", "EUR")
	st := p.Open(t, "fjord")
	o := place(t, p, st, "1", "bank_transfer", 3, 1000)
	owner, stranger := p.Staff(t, "owner", "fjord"), p.Staff(t, "owner", "kaffe")
	base := p.APIURL("/stores/fjord/orders")
	var got struct {
		Number          string
		PaymentState    string `json:"payment_state"`
		FulfilmentState string `json:"fulfilment_state"`
		Cancelled       bool
		Outstanding     money.Amount
		Fulfilments     []struct{ ID string }
		Payments        []struct{ ID string }
	}
	var list struct {
		Total  int
		Orders []struct{ ID string }
	}
	owner.Get(t, base+"?view=unpaid&q=k-2").Want(t, 200).Decode(t, &list)
	if list.Total != 1 || list.Orders[0].ID != o.ID {
		t.Errorf("%+v", list)
	}
	owner.Get(t, base+"?view=nonsense").Want(t, 422)
	owner.Get(t, base+"/"+o.ID).Want(t, 200).Decode(t, &got)
	if got.Number != "1001" || got.Outstanding.Minor != 3000 {
		t.Errorf("%+v", got)
	}
	one := map[string]any{"lines": []map[string]any{{"line_id": o.Lines[0].ID, "quantity": 1}}, "tracking_number": "42"}
	owner.JSON(t, "POST", base+"/"+o.ID+"/fulfilments", one).Want(t, 201).Decode(t, &got)
	pay := map[string]any{"amount": map[string]any{"amount": 1000, "currency": "EUR"}, "external_id": "bank-7"}
	owner.JSON(t, "POST", base+"/"+o.ID+"/payments", pay).Want(t, 201)
	owner.JSON(t, "POST", base+"/"+o.ID+"/payments", pay).Want(t, 201).Decode(t, &got)
	if got.FulfilmentState != orders.PartiallyFulfilled || got.PaymentState != orders.PartiallyPaid || len(got.Payments) != 1 {
		t.Errorf("%+v", got)
	}
	owner.JSON(t, "POST", base+"/"+o.ID+"/cancellations", map[string]any{"reason": "because", "restock": true}).Want(t, 422)
	owner.JSON(t, "POST", base+"/"+o.ID+"/cancellations", map[string]any{"reason": "stock", "restock": true}).Want(t, 201).Decode(t, &got)
	if !got.Cancelled {
		t.Error("not cancelled")
	}
	owner.JSON(t, "POST", base+"/"+o.ID+"/cancellations", map[string]any{"reason": "stock", "restock": true}).Want(t, 409)
	owner.JSON(t, "POST", base+"/"+o.ID+"/fulfilments", map[string]any{}).Want(t, 409)
	owner.Get(t, base+"/nothing").Want(t, 404)
	for _, path := range []string{"", "/" + o.ID} {
		stranger.Get(t, base+path).Want(t, 404)
		p.Guest(t).Get(t, base+path).Want(t, 401)
	}
	// An order's id of one store is nothing in another.
	stranger.Get(t, p.APIURL("/stores/kaffe/orders/"+o.ID)).Want(t, 404)
	stranger.Get(t, p.DashboardURL("kaffe", "/orders/"+o.ID)).Want(t, 404)
	owner.Get(t, p.DashboardURL("fjord", "/orders/"+o.ID)).Want(t, 200).Has(t, ".page-actions a[href*='/audit?kind=order&id="+o.ID+"']", "History")
	stranger.Get(t, p.ShopURL("kaffe", "/orders/"+o.Token)).Want(t, 404)
}
