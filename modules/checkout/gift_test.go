package checkout_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/timezone"
	"wizamart/modules/catalog"
	"wizamart/modules/orders"
)

// A buyer sends gift cards to somebody else, at once or on a day: what is typed wrong is said beside the field, the confirmation tells, the mail waits for its
// day and is withdrawn with the card.
func TestGiftCardsGoToSomebodyElse(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	v := catalog.NewVariant()
	v.Price, v.RequiresShipping = 5000, false
	p, err := s.products.Create(t.Context(), st, catalog.Product{Title: "A present", Status: catalog.Active, GiftCard: true, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	id := p.Variants[0].ID
	order := func(gift url.Values) (o *orders.Order) {
		t.Helper()
		b := s.shopper(t, "fjord")
		b.leads(b.post("/cart/lines", url.Values{"variant": {id}, "quantity": {"1"}}), "/cart")
		b.leads(b.post("/checkout", nil), "/checkout/address")
		form := func(pairs ...string) url.Values {
			out := address()
			for i := 0; i < len(pairs); i += 2 {
				out.Set(pairs[i]+"-"+id, pairs[i+1])
			}
			return out
		}
		b.post("/checkout/address", form("gift_email", "bea", "gift_message", "Hello")).Want(t, 422).Has(t, "#gift_email-"+id+"-error", "whole e-mail address").Has(t, "textarea[name='gift_message-"+id+"']", "Hello")
		b.post("/checkout/address", form("gift_name", "Bea")).Want(t, 422).Has(t, "#gift_email-"+id+"-error", "whole e-mail address")
		b.post("/checkout/address", form("gift_email", "bea@example.com", "gift_date", "2020-01-01")).Want(t, 422).Has(t, "#gift_date-"+id+"-error", "still to come")
		b.post("/checkout/address", form("gift_email", "bea@example.com", "gift_date", time.Now().AddDate(2, 0, 0).Format("2006-01-02"))).Want(t, 422).Has(t, "#gift_date-"+id+"-error", "within a year")
		b.post("/checkout/address", form("gift_email", "bea@example.com", "gift_message", strings.Repeat("x", 501))).Want(t, 422).Has(t, "#gift_message-"+id+"-error", "at most 500")
		with := address()
		for k, v := range gift {
			with[k+"-"+id] = v
		}
		b.leads(b.post("/checkout/address", with), "/checkout/payment")
		if to := gift.Get("gift_email"); to != "" { // it is kept
			if got := b.get("/checkout/address").Want(t, 200).Doc(t).Find("input[name='gift_email-"+id+"']").AttrOr("value", ""); got != to {
				t.Fatalf("the page forgot whom it goes to: %q", got)
			}
		}
		b.leads(b.post("/checkout/payment", url.Values{"payment_method": {"bank_transfer"}}), "/checkout/review")
		page := b.get("/checkout/review").Want(t, 200)
		if gift != nil {
			page.Has(t, ".review", "Goes to Bea, bea@example.com")
		}
		b.leads(b.post("/checkout/orders", url.Values{"seal": {page.Doc(t).Find("input[name=seal]").AttrOr("value", "")}}), "/orders/")
		all := s.orders(t, st)
		if o, err = s.sales.Get(t.Context(), st, all[len(all)-1].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.sales.MarkPaid(t.Context(), st, o.ID, orders.MarkPaid{}); err != nil {
			t.Fatal(err)
		}
		return o
	}
	mail := func(to string) (text string, due database.Time) {
		t.Helper()
		err := st.One(t.Context(), func(row database.Row) error { return row.Scan(&text, &due) },
			"SELECT text, next_at FROM mail_message WHERE kind = 'gift_card.code' AND to_address = ? ORDER BY id DESC LIMIT 1", to)
		if err != nil {
			t.Fatal(err)
		}
		return text, due
	}
	order(nil)
	if text, due := mail("ada@example.com"); due.After(time.Now()) || strings.Contains(text, "has a gift") {
		t.Fatalf("%v %s", due, text)
	}
	gift := url.Values{"gift_email": {"bea@example.com"}, "gift_name": {"Bea"}, "gift_message": {"For your\nnew home"}}
	order(gift)
	text, due := mail("bea@example.com")
	if due.After(time.Now()) || !strings.Contains(text, "Ada Lindqvist has a gift for you") || !strings.Contains(text, "“For your\nnew home”") || cardCode.FindString(text) == "" {
		t.Fatalf("%v %s", due, text)
	}
	at := timezone.Of(st)
	day := time.Now().In(at).AddDate(0, 0, 10)
	gift.Set("gift_date", day.Format("2006-01-02"))
	o := order(gift)
	if o.Lines[0].Gift == nil || o.Lines[0].Gift.SendAt.In(at).Format(time.DateTime) != day.Format("2006-01-02")+" 08:00:00" {
		t.Fatalf("%+v", o.Lines[0].Gift)
	}
	if _, due = mail("bea@example.com"); !due.Time.Equal(o.Lines[0].Gift.SendAt.Time) {
		t.Fatalf("it is sent %v", due)
	}
	if confirmation := s.Mail(t, st, "order.placed").Text; !strings.Contains(confirmation, "The code is mailed to bea@example.com on "+day.Format("2006-01-02")) {
		t.Fatal(confirmation)
	}
	s.Guest(t).Get(t, s.ShopURL("fjord", "/orders/"+o.Token)).Want(t, 200).Has(t, "main", "A present goes to bea@example.com")
	var before, after int
	count := func(n *int) {
		t.Helper()
		if err := st.NewQuery("SELECT count(*) FROM mail_message WHERE kind = 'gift_card.code'").Row(n); err != nil {
			t.Fatal(err)
		}
	}
	count(&before)
	if _, err := s.sales.Refund(t.Context(), st, o.ID, orders.RefundInput{Lines: []orders.RefundLine{{LineID: o.Lines[0].ID, Quantity: 1}}}); err != nil {
		t.Fatal(err)
	}
	if count(&after); after != before-1 {
		t.Fatalf("%d mails with codes before the refund, %d after it", before, after)
	}
}
