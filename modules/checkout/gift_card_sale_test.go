package checkout_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/orders"
	"wizamart/tests/harness"
)

var cardCode = regexp.MustCompile(`([A-Z2-9]{4}-){3}[A-Z2-9]{4}`)

// A product that is a gift card becomes one for each piece once its order is paid, however often that is said; its codes are mailed and pay; what is refunded
// unspent is void, and what was spent is not refunded.
func TestGiftCardsAreSold(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	v := catalog.NewVariant()
	v.Price, v.RequiresShipping = 5000, false
	p, err := harness.Service[*catalog.Service](s.Platform).Create(t.Context(), st, catalog.Product{Title: "A present", Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	form := staff.Get(t, at("/products/"+p.ID)).Want(t, 200).Form(t, "form#product")
	if n := staff.Submit(t, form.Set("gift_card", "on")); n.Status != 303 {
		t.Fatalf("%d %s", n.Status, n.Text())
	}
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {p.Variants[0].ID}, "quantity": {"2"}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/address", address()), "/checkout/payment")
	b.leads(b.post("/checkout/payment", url.Values{"payment_method": {"bank_transfer"}}), "/checkout/review")
	page := b.get("/checkout/review").Want(t, 200)
	b.leads(b.post("/checkout/orders", url.Values{"seal": {page.Doc(t).Find("input[name=seal]").AttrOr("value", "")}}), "/orders/")
	o := s.orders(t, st)[0]
	cards := func() []checkout.GiftCard {
		t.Helper()
		list, _, err := s.checkout.GiftCards(t.Context(), st, "", 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if len(cards()) != 0 {
		t.Fatal("there are cards before anybody has paid")
	}
	for range 2 { // a payment that was recorded by mistake, and again
		id, err := s.sales.MarkPaid(t.Context(), st, o.ID, orders.MarkPaid{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.sales.VoidPayment(t.Context(), st, id, "a mistake"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.sales.MarkPaid(t.Context(), st, o.ID, orders.MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	list := cards()
	if len(list) != 2 || list[0].Balance.Minor != 5000 || list[0].Recipient != "ada@example.com" || list[0].OrderID != o.ID {
		t.Fatalf("%+v", list)
	}
	var mails []string
	if err := st.NewQuery("SELECT text FROM mail_message WHERE kind = 'gift_card.code' AND secret = 1 ORDER BY id").Column(&mails); err != nil || len(mails) != 2 {
		t.Fatalf("%q, %v", mails, err)
	}
	code := cardCode.FindString(mails[0])
	if code == "" || code == cardCode.FindString(mails[1]) || !strings.Contains(mails[0], "€50.00") {
		t.Fatalf("%s", mails[0])
	}

	// One pays for something: one piece can still be refunded, not both.
	shell := s.product(t, st, "Shell", 2500, 10)
	b.toReview(shell, "1")
	b.leads(b.post("/checkout/codes", url.Values{"step": {"review"}, "code": {code}}), "/checkout/review")
	page = b.get("/checkout/review").Want(t, 200)
	b.leads(b.post("/checkout/orders", url.Values{"seal": {page.Doc(t).Find("input[name=seal]").AttrOr("value", "")}}), "/orders/")
	full, err := s.sales.Get(t.Context(), st, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	line := full.Lines[0].ID
	if _, err := s.sales.Refund(t.Context(), st, o.ID, orders.RefundInput{Lines: []orders.RefundLine{{LineID: line, Quantity: 2}}}); !problem.Is(err, problem.Conflict) {
		t.Errorf("a card that has paid is refunded: %v", err)
	}
	if _, err := s.sales.Refund(t.Context(), st, o.ID, orders.RefundInput{Lines: []orders.RefundLine{{LineID: line, Quantity: 1}}}); err != nil {
		t.Fatal(err)
	}
	void := 0
	for _, g := range cards() {
		if g.VoidedAt.IsZero() {
			continue
		}
		void++
		if g.Balance != money.Zero("EUR") {
			t.Errorf("%+v", g)
		}
		staff.Post(t, at("/gift-cards/"+g.ID+"/activations"), url.Values{"active": {"on"}}).Want(t, 409)
		staff.Get(t, at("/gift-cards/"+g.ID)).Want(t, 200).Has(t, "main", "Void")
	}
	if void != 1 {
		t.Errorf("%d cards are void", void)
	}
}

// A card's code goes to its recipient by mail, from the dashboard too; another code takes the first one's place.
func TestGiftCardIsMailed(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	staff := s.Staff(t, "owner", "fjord")
	at := func(path string) string { return s.DashboardURL("fjord", path) }
	staff.Post(t, at("/gift-cards"), url.Values{"amount": {"20"}, "mail": {"on"}}).Want(t, 422).Has(t, "#recipient-error", "address")
	first := cardCode.FindString(staff.Post(t, at("/gift-cards"), url.Values{"amount": {"20"}, "mail": {"on"}, "recipient": {"ada@example.com"}}).Want(t, 200).Text())
	list, _, err := s.checkout.GiftCards(t.Context(), st, "", 10, 0)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	var mails []string
	mailed := func() {
		t.Helper()
		mails = nil
		if err := st.NewQuery("SELECT to_address || ' ' || text FROM mail_message WHERE kind = 'gift_card.code' ORDER BY id").Column(&mails); err != nil || len(mails) != 1 {
			t.Fatalf("%q, %v", mails, err)
		}
	}
	if mailed(); !strings.HasPrefix(mails[0], "ada@") || cardCode.FindString(mails[0]) != first {
		t.Errorf("%q", mails)
	}
	path := at("/gift-cards/" + list[0].ID + "/codes")
	staff.Post(t, path, url.Values{"recipient": {"nobody"}}).Want(t, 422).Has(t, "#recipient-error", "e-mail")
	staff.Post(t, path, url.Values{"recipient": {"grace@example.com"}}).Want(t, 303)
	if mailed(); !strings.HasPrefix(mails[0], "grace@") { // the mail with the code before had not been sent: it never is
		t.Errorf("%q", mails)
	}
	id, _ := s.ready(t, st, s.product(t, st, "Shell", 2500, 10), 1)
	if _, err := s.checkout.AddCode(t.Context(), st, id, first); !problem.Is(err, problem.Invalid) {
		t.Errorf("the old code: %v", err)
	}
	if _, err := s.checkout.AddCode(t.Context(), st, id, cardCode.FindString(mails[0])); err != nil {
		t.Error(err)
	}
}
