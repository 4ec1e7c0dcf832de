package payments_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/paymenttype"
	"wizamart/modules/payments/stripefake"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

const hookSecret = "whsec_test"

// till is a platform with a pretended Stripe.
type till struct {
	*harness.Platform
	pay    *payments.Service
	sales  *orders.Service
	stock  *inventory.Service
	goods  *catalog.Service
	stripe *stripefake.Server
}

func open(t testing.TB, options ...harness.Option) *till {
	t.Helper()
	fake := stripefake.New("")
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.SetBase(server.URL)
	return reopen(t, fake, server.URL, options...)
}

func reopen(t testing.TB, fake *stripefake.Server, url string, options ...harness.Option) *till {
	t.Helper()
	p := harness.Start(t, append(options, harness.WithoutBackground())...)
	s := &till{p, harness.Service[*payments.Service](p), harness.Service[*orders.Service](p), harness.Service[*inventory.Service](p), harness.Service[*catalog.Service](p), fake}
	s.pay.StripeURL = url
	return s
}

// shop makes a store that takes cards with test keys.
func (s *till) shop(t testing.TB, code string) *tenant.Store {
	t.Helper()
	s.Store(t, code, "EUR")
	st := s.Open(t, code)
	if err := s.pay.SaveKeys(t.Context(), st, payments.Test, payments.Keys{Secret: "sk_test_1", Webhook: hookSecret}); err != nil {
		t.Fatal(err)
	}
	cfg := payments.SettingsOf(st)
	cfg.Card = true
	if err := s.pay.Save(t.Context(), st, cfg); err != nil {
		t.Fatal(err)
	}
	return st
}

func (s *till) product(t testing.TB, st *tenant.Store, onHand int) string {
	t.Helper()
	v := catalog.NewVariant()
	v.Price = 2500
	p, err := s.goods.Create(t.Context(), st, catalog.Product{Title: "Shell", Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	id := p.Variants[0].ID
	err = st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := s.stock.Import(t.Context(), tx, []inventorytype.Initial{{VariantID: id, Tracked: true, OnHand: onHand}}, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// place orders one piece, to be paid by card, with the stock reserved for a while.
func (s *till) place(t testing.TB, st *tenant.Store, variant string, reserve time.Duration) (ordertype.Placed, error) {
	t.Helper()
	var out ordertype.Placed
	to := ordertype.Address{Name: "Ada", Line1: "Strandgaten 4", PostalCode: "5013", City: "Bergen", Country: "NO"}
	err := st.Write(t.Context(), func(tx *tenant.Store) (err error) {
		out, err = s.sales.Place(t.Context(), tx, ordertype.Place{
			ExternalID: database.NewID(), Channel: "storefront", Email: "ada@example.com", Locale: "en", Shipping: to, Billing: to,
			Lines:         []ordertype.PlaceLine{{VariantID: variant, ProductID: variant, Title: "Shell", Quantity: 1, UnitPrice: money.New(2500, "EUR"), Discount: money.Zero("EUR"), RequiresShipping: true}},
			ShippingPrice: money.Zero("EUR"), PaymentMethod: paymenttype.Card, PaymentLabel: "Card", PaymentFee: money.Zero("EUR"), PricesIncludeTax: true,
			ReserveUntil: database.At(time.Now().Add(reserve)), AutoCancel: true,
		})
		return err
	})
	return out, err
}

func (s *till) order(t testing.TB, st *tenant.Store) ordertype.Placed {
	t.Helper()
	o, err := s.place(t, st, s.product(t, st, 5), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (s *till) state(t testing.TB, st *tenant.Store, id string) string {
	t.Helper()
	o, err := s.sales.Get(t.Context(), st, id)
	if err != nil {
		t.Fatal(err)
	}
	return o.PaymentState
}

// hear sends an event as Stripe does.
func (s *till) hear(t testing.TB, code string, e stripefake.Event, secret string, at time.Time) *harness.Page {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.ShopURL(code, "/webhooks/stripe"), bytes.NewReader(e.Payload))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Stripe-Signature", e.Sign(secret, at))
	r.Header.Set("Content-Type", "application/json")
	return s.Guest(t).Do(t, r)
}

// begin presses the button on the order's payment page and returns the id of the hosted page.
func (s *till) begin(t testing.TB, b *harness.Browser, code, token string) string {
	t.Helper()
	p := b.Post(t, s.ShopURL(code, "/orders/"+token+"/payment"), url.Values{}).Want(t, 303)
	_, id, ok := strings.Cut(p.Header.Get("Location"), "/pay/")
	if !ok {
		t.Fatalf("it leads to %q", p.Header.Get("Location"))
	}
	return id
}

func (s *till) attempt(t testing.TB, st *tenant.Store, orderID string) payments.Attempt {
	t.Helper()
	list, err := s.pay.OrderAttempts(t.Context(), st, orderID)
	if err != nil || len(list) == 0 {
		t.Fatalf("no attempt: %v", err)
	}
	return list[0]
}
