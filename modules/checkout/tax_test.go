package checkout_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/checkout/tax"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// register answers in memory; down is one that does not.
type register struct {
	valid map[string]bool
	down  bool
	asked int
	from  string // the requester
}

func (r *register) Check(_ context.Context, number, requester string) (checkout.VATCheck, error) {
	if r.asked, r.from = r.asked+1, requester; r.down {
		return checkout.VATCheck{}, errors.New("MS_UNAVAILABLE")
	}
	return checkout.VATCheck{Number: number, Valid: r.valid[number], Consultation: "WAPI-1", At: database.Now()}, nil
}

// taxed opens a shop whose seller is in Germany, with prices that include tax.
func taxed(t testing.TB, change ...func(*checkout.Taxes)) (*shop, *tenant.Store, *register) {
	t.Helper()
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	reg := &register{valid: map[string]bool{"FR40303265045": true}}
	s.checkout.VAT = reg
	in := checkout.Taxes{On: true, Inclusive: true, Country: "DE", Sales: checkout.SalesDestination, Classes: []tax.Class{{Code: "books", Name: "Books", Level: tax.LevelReduced}}}
	for _, fn := range change {
		fn(&in)
	}
	if _, err := s.checkout.SaveTaxes(t.Context(), st, in); err != nil {
		t.Fatal(err)
	}
	seller := checkout.Seller{Name: "Fjord GmbH", Line1: "Kai 1", PostalCode: "24103", City: "Kiel", Country: "DE", Email: "law@example.com", VATID: "de 136 695 976", IBAN: "DE89 3704 0044 0532 0130 00"}
	if _, err := s.checkout.SaveSeller(t.Context(), st, seller); err != nil {
		t.Fatal(err)
	}
	return s, st, reg
}

func inFrance(vat string) url.Values {
	v := address()
	v.Set("line1", "Rue de Rivoli 4")
	v.Set("postal_code", "75001")
	v.Set("city", "Paris")
	v.Set("country", "FR")
	v.Set("vat_id", vat)
	return v
}

// reviewed walks to the last page with an address.
func (b *shopper) reviewed(to url.Values) (seal string) {
	b.t.Helper()
	b.leads(b.post("/checkout/address", to), "/checkout/delivery")
	way := b.get("/checkout/delivery").Want(b.t, 200).Doc(b.t).Find("input[name=shipping_method]").First().AttrOr("value", "")
	b.leads(b.post("/checkout/delivery", url.Values{"shipping_method": {way}}), "/checkout/payment")
	b.leads(b.post("/checkout/payment", url.Values{"payment_method": {paymenttype.BankTransfer}}), "/checkout/review")
	return b.get("/checkout/review").Want(b.t, 200).Doc(b.t).Find("input[name=seal]").AttrOr("value", "")
}

func (s *shop) newest(t testing.TB, st *tenant.Store) *orders.Order {
	t.Helper()
	list := s.orders(t, st)
	o, err := s.sales.Get(t.Context(), st, list[len(list)-1].ID)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A business in another member state pays the net price, and the order keeps why: number, consultation number, note, seller.
func TestIntraCommunitySale(t *testing.T) {
	s, st, reg := taxed(t)
	shell := s.product(t, st, "Fjell rain shell", 5950, 5)
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}, "quantity": {"1"}}), "/cart")
	b.get("/cart").Has(t, ".summary", "incl. VAT, plus delivery")
	b.leads(b.post("/checkout", nil), "/checkout/address")

	b.post("/checkout/address", inFrance("FR40303265046")).Want(t, 422).Has(t, "#vat_id-error", "not a valid VAT number")
	b.post("/checkout/address", inFrance("US123456789")).Want(t, 422).Has(t, "#vat_id-error", "European Union")
	b.post("/checkout/address", inFrance("FR83404833048")).Want(t, 422).Has(t, "#vat_id-error", "does not know")
	seal := b.reviewed(inFrance("fr 40 303 265 045"))
	if reg.from != "DE136695976" {
		t.Errorf("the register was asked for %q", reg.from)
	}
	page := b.get("/checkout/review")
	page.Has(t, ".review", "FR40303265045").Has(t, ".review", "WAPI-1").Has(t, ".dl-sum", "Article 138(1)").Has(t, ".total", "€54.12")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/orders/")

	o := s.newest(t, st)
	var seller checkout.Seller
	if err := json.Unmarshal(o.Seller, &seller); err != nil || seller.VATID != "DE136695976" || seller.IBAN != "DE89370400440532013000" {
		t.Errorf("seller %s, %v", o.Seller, err)
	}
	if o.PricesIncludeTax || o.BuyerVATID != "FR40303265045" || o.VATConsultation != "WAPI-1" || o.VATCheckedAt.IsZero() || o.Total.Minor != 5412 || o.TaxTotal.Minor != 0 ||
		len(o.Taxes) != 1 || o.Taxes[0].Category != tax.IntraCommunity || o.Taxes[0].Base != 5412 || o.Taxes[0].Note != tax.NoteIntraCommunity || o.Lines[0].UnitPrice.Minor != 5000 {
		t.Errorf("%+v", o)
	}
}

// While the register is down VAT is charged, the shopper is told, and the order goes on.
func TestRegisterDown(t *testing.T) {
	s, st, reg := taxed(t)
	reg.down = true
	shell := s.product(t, st, "Fjell rain shell", 5400, 5)
	b := s.shopper(t, "fjord")
	b.leads(b.post("/cart/lines", url.Values{"variant": {shell}, "quantity": {"1"}}), "/cart")
	b.leads(b.post("/checkout", nil), "/checkout/address")
	seal := b.reviewed(inFrance("FR40303265045"))
	b.get("/checkout/review").Has(t, ".review", "does not answer").Has(t, ".dl-sum", "including VAT 20 %").Has(t, ".total", "€58.90")
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/orders/")
	if o := s.newest(t, st); o.TaxTotal.Minor != 982 || !o.PricesIncludeTax || o.BuyerVATID != "FR40303265045" || o.VATConsultation != "" || !o.VATCheckedAt.IsZero() {
		t.Errorf("%+v", o)
	}
	if reg.asked == 0 {
		t.Error("nobody asked the register")
	}
}

// What is asked at the register is not asked inside a transaction, and an answer is good for a while.
func TestCheckVATIsAskedOnce(t *testing.T) {
	s, st, reg := taxed(t)
	number, check, err := s.checkout.CheckVAT(t.Context(), st, "FR40303265045", checkout.VATCheck{})
	if err != nil || !check.Confirms(number) {
		t.Fatal(number, check, err)
	}
	if _, again, err := s.checkout.CheckVAT(t.Context(), st, "FR 40303265045", check); err != nil || again != check || reg.asked != 1 {
		t.Error(again, err, reg.asked)
	}
	check.At = database.At(time.Now().Add(-25 * time.Hour))
	if _, _, err := s.checkout.CheckVAT(t.Context(), st, number, check); err != nil || reg.asked != 2 {
		t.Error("an old answer is good for ever", err)
	}
}

// Taxes are off in a new store: no word of them, and none on the order.
func TestTaxesAreOffUntilTheMerchantSaysSo(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "1")
	if text := b.get("/checkout/review").Text(); strings.Contains(text, "VAT") {
		t.Error("a store without taxes speaks of VAT")
	}
	b.leads(b.post("/checkout/orders", url.Values{"seal": {seal}}), "/orders/")
	if o := s.newest(t, st); len(o.Taxes) != 0 || o.TaxTotal.Minor != 0 {
		t.Errorf("%+v", o.Taxes)
	}
}

// Whatever is in the cart and wherever it goes: orders accept what the checkout adds up, and the total is what was shown.
func TestOrdersAcceptEveryQuote(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 20))
	for _, inclusive := range []bool{true, false} {
		s, st, _ := taxed(t, func(x *checkout.Taxes) { x.Inclusive = inclusive })
		pay := payments.SettingsOf(st)
		pay.CashFee = 333
		if err := harness.Service[*payments.Service](s.Platform).Save(t.Context(), st, pay); err != nil {
			t.Fatal(err)
		}
		var variants []string
		for i, class := range []string{"", "books", "super_reduced", "zero", "exempt", ""} {
			v := catalog.NewVariant()
			v.Price, v.TaxClass, v.RequiresShipping = 1+rng.Int64N(20_000), class, i != 5
			p, err := s.products.Create(t.Context(), st, catalog.Product{Title: fmt.Sprint("Thing ", i), Status: catalog.Active, Variants: []catalog.Variant{v}})
			if err != nil {
				t.Fatal(err)
			}
			variants = append(variants, p.Variants[0].ID)
		}
		for n := range 40 {
			to := []struct{ country, postal string }{{"DE", "10115"}, {"FR", "75001"}, {"ES", "35001"}, {"NO", "0150"}, {"DK", "1050"}, {"IE", "D02 AF30"}, {"GB", "BT1 5GS"}, {"CH", "8001"}}[n%8]
			want := map[string]int{variants[0]: 1}
			for range rng.IntN(4) {
				want[variants[rng.IntN(len(variants))]] += 1 + rng.IntN(3)
			}
			s.orderOf(t, st, want, ordertype.Address{Name: "Ada Lindqvist", Line1: "Street 4", PostalCode: to.postal, City: "Town", Country: to.country}, n)
		}
	}
}

// orderOf places an order through the use cases, and holds it to what the quote said.
func (s *shop) orderOf(t *testing.T, st *tenant.Store, want map[string]int, to ordertype.Address, n int) {
	t.Helper()
	cart := s.cartOf(t, st, want)
	sess, err := s.checkout.Start(t.Context(), st, checkout.StartInput{Cart: cart})
	if err != nil {
		t.Fatal(err)
	}
	in := checkout.Contact{Email: "ada@example.com", Shipping: to, BillingSame: true}
	if n%3 == 0 && to.Country != "DE" {
		in.VATID, in.VATCheck = "FR40303265045", checkout.VATCheck{Number: "FR40303265045", Valid: true, At: database.Now()}
	}
	if sess, _, err = s.checkout.SaveContact(t.Context(), st, sess, in, false); err != nil {
		t.Fatal(to, err)
	}
	ways, err := s.checkout.ShippingMethods(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	if sess, _, err = s.checkout.ChooseDelivery(t.Context(), st, sess, ways[n%2].ID); err != nil {
		t.Fatal(err)
	}
	if sess, _, err = s.checkout.ChoosePayment(t.Context(), st, sess, []string{paymenttype.BankTransfer, paymenttype.CashOnDelivery}[n%2], ""); err != nil {
		t.Fatal(err)
	}
	q, err := s.checkout.Quote(t.Context(), st, sess)
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Notices) != 0 {
		t.Errorf("%s: the quote says that something changed: %+v", to.Country, q.Notices)
	}
	placed, err := s.checkout.Place(t.Context(), st, sess.ID, checkout.PlaceInput{Seal: q.Seal(), Locale: "en"})
	if err != nil {
		t.Fatalf("%s: %v\n%+v", to.Country, err, q.Pricing)
	}
	o, err := s.sales.Get(t.Context(), st, placed.ID)
	if err != nil {
		t.Fatal(err)
	}
	gross := int64(0)
	for _, x := range o.Taxes {
		gross += x.Gross
		if of, _ := money.New(x.Base, "EUR").MulRate(x.Rate); of.Minor != x.Tax {
			t.Errorf("%+v: base × rate is %d", x, of.Minor)
		}
	}
	if o.Total != q.Total || gross != o.Total.Minor || o.TaxTotal != q.TaxTotal() {
		t.Errorf("%s: total %s, shown %s, taxed %d", to.Country, o.Total, q.Total, gross)
	}
}

func (s *shop) cartOf(t *testing.T, st *tenant.Store, want map[string]int) carttype.Cart {
	t.Helper()
	sold, err := s.products.Sellables(t.Context(), st, slices.Collect(maps.Keys(want)))
	if err != nil {
		t.Fatal(err)
	}
	var cart carttype.Cart
	for _, id := range slices.Sorted(maps.Keys(want)) {
		cart.Lines = append(cart.Lines, carttype.Line{Sellable: sold[id], Wanted: want[id], Quantity: want[id]})
	}
	return cart
}

// A shopper who saw another tax than the one that would be charged now has to look again.
func TestSealCoversTheTax(t *testing.T) {
	s, st, _ := taxed(t)
	shell := s.product(t, st, "Shell", 2500, 5)
	b := s.shopper(t, "fjord")
	seal := b.toReview(shell, "1")
	other := checkout.TaxesOf(st)
	other.Rules = []tax.Rule{{Country: "NO", Rate: money.BasisPoints(2500)}}
	if _, err := s.checkout.SaveTaxes(t.Context(), st, other); err != nil {
		t.Fatal(err)
	}
	b.post("/checkout/orders", url.Values{"seal": {seal}}).Want(t, 409).Has(t, ".dl-sum", "including VAT 25 %")
	if len(s.orders(t, st)) != 0 {
		t.Error("an order was placed with a tax that nobody saw")
	}
}

// Who buys what is not sent is not told of a delivery, and nobody is told of a tax in a gift card's price.
func TestPricesSayWhatComesOnTop(t *testing.T) {
	s, st, _ := taxed(t)
	for _, c := range []struct {
		title         string
		sent, voucher bool
		note          string // "" for none
	}{{"Fjell rain shell", true, false, "incl. VAT, plus delivery"}, {"Pattern", false, false, "incl. VAT"}, {"Gift card", false, true, ""}} {
		v := catalog.NewVariant()
		v.Price, v.RequiresShipping = 900, c.sent
		p, err := s.products.Create(t.Context(), st, catalog.Product{Title: c.title, GiftCard: c.voucher, Status: catalog.Active, Variants: []catalog.Variant{v}})
		if err != nil {
			t.Fatal(err)
		}
		b := s.shopper(t, "fjord")
		price := b.get("/products/" + p.Slug).Doc(t).Find(`[data-part="price"] .hint`).Text()
		if price != c.note {
			t.Errorf("%s: %q beside its price", c.title, price)
		}
		b.post("/cart/lines", url.Values{"variant": {p.Variants[0].ID}, "quantity": {"1"}})
		if told := strings.Contains(b.get("/cart").Doc(t).Find(".summary").Text(), "elivery"); told != c.sent {
			t.Errorf("%s: the cart tells of a delivery: %v", c.title, told)
		}
	}
}
