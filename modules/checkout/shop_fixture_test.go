package checkout_test

import (
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// shop is a platform with the services that a checkout meets.
type shop struct {
	*harness.Platform
	products *catalog.Service
	stock    *inventory.Service
	sales    *orders.Service
	checkout *checkout.Service
}

func open(t testing.TB, options ...harness.Option) *shop {
	t.Helper()
	p := harness.Start(t, append(options, harness.WithoutBackground())...)
	return &shop{
		p, harness.Service[*catalog.Service](p), harness.Service[*inventory.Service](p), harness.Service[*orders.Service](p), harness.Service[*checkout.Service](p),
	}
}

// product makes an active product with one variant; onHand below zero is not counted.
func (s *shop) product(t testing.TB, st *tenant.Store, title string, price int64, onHand int) string {
	t.Helper()
	v := catalog.NewVariant()
	v.Price = price
	p, err := s.products.Create(t.Context(), st, catalog.Product{Title: title, Status: catalog.Active, Variants: []catalog.Variant{v}})
	if err != nil {
		t.Fatal(err)
	}
	id := p.Variants[0].ID
	if onHand >= 0 {
		s.setStock(t, st, id, onHand)
	}
	return id
}

func (s *shop) setStock(t testing.TB, st *tenant.Store, variant string, onHand int) {
	t.Helper()
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := s.stock.Import(t.Context(), tx, []inventorytype.Initial{{VariantID: variant, Tracked: true, OnHand: onHand}}, true)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shop) onHand(t testing.TB, st *tenant.Store, variant string) int {
	t.Helper()
	levels, err := s.stock.Levels(t.Context(), st, []string{variant})
	if err != nil {
		t.Fatal(err)
	}
	return levels[variant].OnHand
}

func setPrice(t testing.TB, st *tenant.Store, variant string, price int64) {
	t.Helper()
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE catalog_variant SET price = ?, updated_at = ? WHERE id = ?", price, database.Now(), variant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shop) orders(t testing.TB, st *tenant.Store) []ordertype.Brief {
	t.Helper()
	page, err := s.sales.List(t.Context(), st, orders.Filter{Limit: 100, Ascending: true})
	if err != nil {
		t.Fatal(err)
	}
	return page.Orders
}

// address is what a shopper types on the first page.
func address() url.Values {
	return url.Values{
		"email": {"ada@example.com"}, "name": {"Ada Lindqvist"}, "line1": {"Strandgaten 4"}, "postal_code": {"5013"}, "city": {"Bergen"}, "country": {"NO"}, "billing_same": {"on"},
	}
}

// shopper walks with a browser.
type shopper struct {
	*harness.Browser
	shop *shop
	code string
	t    testing.TB
}

func (s *shop) shopper(t testing.TB, code string) *shopper { return &shopper{s.Guest(t), s, code, t} }

func (b *shopper) post(path string, form url.Values) *harness.Page {
	b.t.Helper()
	return b.Post(b.t, b.shop.ShopURL(b.code, path), form)
}

func (b *shopper) get(path string) *harness.Page {
	b.t.Helper()
	return b.Get(b.t, b.shop.ShopURL(b.code, path))
}

// leads fails the test unless the answer redirects to path.
func (b *shopper) leads(p *harness.Page, path string) {
	b.t.Helper()
	if p.Status != 303 || !strings.HasPrefix(p.Header.Get("Location"), path) {
		b.t.Fatalf("%s leads to %d %q, want %q\n%s", p.URL, p.Status, p.Header.Get("Location"), path, p.Text())
	}
}

// toReview walks to the last page and returns its seal.
func (b *shopper) toReview(variant string, quantity string) (seal string) {
	b.t.Helper()
	b.leads(b.post("/cart/lines", url.Values{"variant": {variant}, "quantity": {quantity}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	b.leads(b.post("/checkout/address", address()), "/checkout/delivery")
	way := b.get("/checkout/delivery").Want(b.t, 200).Doc(b.t).Find("input[name=shipping_method]").First().AttrOr("value", "")
	b.leads(b.post("/checkout/delivery", url.Values{"shipping_method": {way}}), "/checkout/payment")
	b.leads(b.post("/checkout/payment", url.Values{"payment_method": {paymenttype.BankTransfer}, "note": {"Ring twice"}}), "/checkout/review")
	return b.get("/checkout/review").Want(b.t, 200).Doc(b.t).Find("input[name=seal]").AttrOr("value", "")
}
