package flows

import (
	"context"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/money"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// mailed waits until a file has n mails that have left the queue, and gives them, newest first.
func mailed(t *testing.T, db *database.DB, n int) []mail.Row {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		rows, total, err := mail.List(t.Context(), db, mail.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		waiting := 0
		for _, r := range rows {
			if r.State == mail.Queued {
				waiting++
			}
		}
		if total == n && waiting == 0 {
			return rows
		}
		if time.Now().After(end) {
			t.Fatalf("%d mails, %d of them waiting, want %d", total, waiting, n)
		}
	}
}

// An order has its mail in the same transaction; with the module off the order goes on and nobody is told.
func TestOrderMail(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	st, sales := p.Open(t, "fjord"), harness.Service[*orders.Service](p)
	if err := st.SetSettings(t.Context(), map[string]string{"messaging.merchant": "owner@fjord.test", "messaging.reply_to": "hello@fjord.test", "messaging.intro_placed": "Tak!\n\nWe <b>pack</b> it today."}); err != nil {
		t.Fatal(err)
	}
	place := func(id string, fail error) error {
		address := ordertype.Address{Name: "Ada <script>", Line1: "Street 1", PostalCode: "10115", City: "Berlin", Country: "DE"}
		return st.Write(context.Background(), func(tx *tenant.Store) error {
			_, err := sales.Place(t.Context(), tx, ordertype.Place{
				ExternalID: id, Channel: "storefront", Email: "ada@example.com", Locale: "en", Shipping: address, Billing: address, ShippingMethod: "Post", ShippingPrice: money.New(500, "EUR"),
				PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer", PaymentFee: money.Zero("EUR"),
				Lines: []ordertype.PlaceLine{{VariantID: "v", ProductID: "p", Title: "Tent & pegs", Quantity: 2, UnitPrice: money.New(1000, "EUR")}},
			})
			if err != nil {
				return err
			}
			return fail
		})
	}
	if err := place("undone", context.Canceled); err == nil {
		t.Fatal("it was placed")
	}
	if err := place("one", nil); err != nil {
		t.Fatal(err)
	}
	rows := mailed(t, st.DB, 2)
	if rows[0].Kind != "order.new" || rows[0].ToAddress != "owner@fjord.test" || rows[0].ReplyTo != "ada@example.com" {
		t.Errorf("%+v", rows[0])
	}
	m := rows[1]
	if m.Kind != "order.placed" || m.ToAddress != "ada@example.com" || m.State != mail.Kept || m.ReplyTo != "hello@fjord.test" || !strings.Contains(m.Subject, "#1001") {
		t.Errorf("%+v", m)
	}
	for _, want := range []string{"Tent &amp; pegs", "€25.00", "We &lt;b&gt;pack&lt;/b&gt; it today.", "Ada &lt;script&gt;", "http://fjord.wizamart.test"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("%q is not in the mail", want)
		}
	}
	if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "%!") || strings.Contains(m.Text, "%!") || !strings.Contains(m.Text, "2 × Tent & pegs") {
		t.Errorf("%s", m.Text)
	}

	owner := p.Staff(t, "owner", "fjord")
	owner.Get(t, p.DashboardURL("fjord", "/mails")).Want(t, 200).Has(t, "tbody", "ada@example.com")
	owner.Get(t, p.DashboardURL("fjord", "/mails/"+m.ID)).Want(t, 200).Has(t, "h1", "#1001")
	frame := owner.Get(t, p.DashboardURL("fjord", "/mails/"+m.ID+"/html")).Want(t, 200)
	if csp := frame.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("the frame's policy is %q", csp)
	}
	for _, kind := range []string{"placed", "paid", "sent", "refund", "cancelled", "unpaid", "sold_out", "backorder", "pay_failed", "surplus"} {
		owner.Get(t, p.DashboardURL("fjord", "/mail-notices/"+kind)).Want(t, 200)
		page := owner.Get(t, p.DashboardURL("fjord", "/mail-notices/"+kind+"/html")).Want(t, 200)
		if strings.Contains(page.Body, "%!") || strings.Contains(page.Body, "ZgotmplZ") {
			t.Errorf("%s: %s", kind, page.Body)
		}
	}
	owner.Get(t, p.DashboardURL("fjord", "/mail-notices/none")).Want(t, 404)
	owner.Post(t, p.DashboardURL("fjord", "/mails/"+m.ID+"/resends"), nil).Want(t, 303)
	mailed(t, st.DB, 2)

	admin := p.Staff(t, "admin", "fjord")
	admin.Get(t, p.AdminURL("/devtools/mailbox?file=fjord")).Want(t, 200).Has(t, "tbody", "ada@example.com")
	admin.Get(t, p.AdminURL("/devtools/mailbox/fjord/"+m.ID)).Want(t, 200).Has(t, "pre", "Message-ID: <"+m.ID+"@wizamart.test>")

	p.Switch(t, "messaging", false)
	if err := place("two", nil); err != nil {
		t.Fatal(err)
	}
	owner.Get(t, p.DashboardURL("fjord", "/mails")).Want(t, 404)
	p.Switch(t, "messaging", true)
	if err := place("three", nil); err != nil {
		t.Fatal(err)
	}
	if rows := mailed(t, st.DB, 4); !strings.Contains(rows[1].Subject, "#1003") {
		t.Errorf("%+v", rows[1])
	}
}
