package isolation

import (
	"context"
	"maps"
	"net/http/httptest"
	"net/url"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/paymenttype"
	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

var stripes = map[*world]*stripefake.Server{}

// stripe is the world's pretended provider; the store takes cards with it.
func (s *side) stripe() (*payments.Service, *stripefake.Server) {
	ctx := context.Background()
	pay := harness.Service[*payments.Service](s.w.Platform)
	fake := stripes[s.w]
	if fake == nil {
		fake = stripefake.New("")
		server := httptest.NewServer(fake)
		// It serves all rows, and ends with the process: the test at hand is one row.
		fake.SetBase(server.URL)
		pay.StripeURL, stripes[s.w] = server.URL, fake
	}
	if !payments.SettingsOf(s.st).Card {
		s.w.must(pay.SaveKeys(ctx, s.st, payments.Test, payments.Keys{Secret: "sk_test_" + s.priv, Webhook: "whsec_" + s.priv}))
		cfg := payments.SettingsOf(s.st)
		cfg.Card = true
		s.w.must(pay.Save(ctx, s.st, cfg))
	}
	return pay, fake
}

// cardOrder is one that waits to be paid by card.
func (s *side) cardOrder() (out ordertype.Placed) {
	ctx := context.Background()
	s.stripe()
	cur := s.st.Currency()
	to := ordertype.Address{Name: s.priv + " Shopper", Line1: "Quay 1", PostalCode: "5013", City: "Bergen", Country: "NO"}
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) (err error) {
		out, err = s.w.orders.Place(ctx, tx, ordertype.Place{
			ExternalID: database.NewID(), Channel: "storefront", Email: s.customerMail, Locale: "en", Shipping: to, Billing: to, ShippingPrice: money.Zero(cur),
			Lines:         []ordertype.PlaceLine{{VariantID: database.NewID(), ProductID: s.product, Title: s.priv, Quantity: 1, UnitPrice: money.New(2500, cur), Discount: money.Zero(cur)}},
			PaymentMethod: paymenttype.Card, PaymentLabel: "Card", PaymentFee: money.Zero(cur), PricesIncludeTax: true, ReserveUntil: database.At(time.Now().Add(time.Hour)),
		})
		return err
	}))
	return out
}

// paidByCard is a payment that the shopper has made and that nobody has booked.
func (s *side) paidByCard() (attempt, external string) {
	pay, fake := s.stripe()
	a, v, err := pay.Start(context.Background(), s.st, s.cardOrder().Token, payments.StartInput{Kind: payments.Element, Page: "http://shop/"})
	s.w.must(err)
	s.w.must(fake.Pay(v.ExternalID, stripefake.Good))
	return a.ID, v.ExternalID
}

// difference is one that the nightly review found.
func (s *side) difference() string {
	ctx := context.Background()
	attempt, external := s.paidByCard()
	id := "paid." + external
	s.w.must(s.st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO payments_difference (id, kind, mode, attempt_id, external_id, ours, theirs, currency, found_at) VALUES (?, 'paid', 'test', ?, ?, 0, 2500, ?, ?)`,
			id, attempt, external, s.st.Currency(), database.Now())
		return err
	}))
	return id
}

var paymentRows = map[string]row{
	"storefront GET /orders/:token/payment": {secret: true, call: get(func(s *side) string { return "/orders/" + s.cardOrder().Token + "/payment" }).call},
	"storefront POST /orders/:token/payment": {secret: true, call: post(func(s *side) (string, url.Values) {
		return "/orders/" + s.cardOrder().Token + "/payment", nil
	}).call},
	"storefront POST /orders/:token/payment-intents": {secret: true, call: post(func(s *side) (string, url.Values) {
		return "/orders/" + s.cardOrder().Token + "/payment-intents", nil
	}).call},
	// Nobody but the provider can sign: everybody is refused.
	"storefront POST /webhooks/stripe": post(func(*side) (string, url.Values) { return "/webhooks/stripe", form("id", "evt_1") }).answers(400).isStill().at(400),

	"dashboard POST /payment/tests": post(func(s *side) (string, url.Values) {
		s.stripe()
		return "/payment/tests", form("mode", "test")
	}).isStill(),
	"dashboard GET /payments":         at("/payments"),
	"dashboard POST /payment-reviews": post(func(s *side) (string, url.Values) { s.stripe(); return "/payment-reviews", nil }).isStill(),
	"dashboard POST /payment-differences/:id/bookings": post(func(s *side) (string, url.Values) {
		return "/payment-differences/" + s.difference() + "/bookings", nil
	}),
	"dashboard POST /payment-differences/:id/dismissals": post(func(s *side) (string, url.Values) {
		return "/payment-differences/" + s.difference() + "/dismissals", nil
	}),

	"api GET /stores/:store/payments":            get(func(*side) string { return "/payments" }).isSilent(),
	"api GET /stores/:store/payment-differences": get(func(s *side) string { s.difference(); return "/payment-differences" }).isSilent(),
	"api POST /stores/:store/payment-reviews":    apiPost(func(s *side) (string, object) { s.stripe(); return "/payment-reviews", object{} }).isStill(),
	"api POST /stores/:store/payment-differences/:id/bookings": apiPost(func(s *side) (string, object) {
		return "/payment-differences/" + s.difference() + "/bookings", object{}
	}),
	"api POST /stores/:store/payment-differences/:id/dismissals": apiPost(func(s *side) (string, object) {
		return "/payment-differences/" + s.difference() + "/dismissals", object{}
	}),
	"api POST /stores/:store/payments/:id/reconciliations": apiPost(func(s *side) (string, object) {
		attempt, _ := s.paidByCard()
		return "/payments/" + attempt + "/reconciliations", object{}
	}),
}

func init() { maps.Copy(rows, paymentRows) }
