package checkout_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/checkout/promotion"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// discount makes one that is in force.
func (s *shop) discount(t testing.TB, st *tenant.Store, code string, change func(*checkout.Discount)) checkout.Discount {
	t.Helper()
	d, err := s.checkout.CreateDiscount(t.Context(), st, "Winter")
	if err != nil {
		t.Fatal(err)
	}
	d.Code, d.Active = code, true
	if change != nil {
		change(&d)
	}
	if d, err = s.checkout.SaveDiscount(t.Context(), st, d); err != nil {
		t.Fatal(err)
	}
	return d
}

// seal of the session's quote as it is now.
func (s *shop) quote(t testing.TB, st *tenant.Store, id string) checkout.Quote {
	t.Helper()
	if _, err := s.checkout.AddCode(t.Context(), st, id, ""); !problem.Is(err, problem.Invalid) {
		t.Fatalf("no code is added: %v", err)
	}
	sess, err := s.checkout.RemoveCode(t.Context(), st, id, "none")
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.checkout.Quote(t.Context(), st, sess)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func (s *shop) code(t testing.TB, st *tenant.Store, id, code string) checkout.Quote {
	t.Helper()
	if _, err := s.checkout.AddCode(t.Context(), st, id, code); err != nil {
		t.Fatal(err)
	}
	return s.quote(t, st, id)
}

func (s *shop) used(t testing.TB, st *tenant.Store, id string) checkout.DiscountRow {
	t.Helper()
	d, err := s.checkout.Discount(t.Context(), st, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLimitHoldsUnderConcurrency(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 1000)
	d := s.discount(t, st, "TEN", func(d *checkout.Discount) { d.Limit = 10 })
	type waiting struct{ id, seal string }
	var shoppers []waiting
	for range 64 {
		id, _ := s.ready(t, st, shell, 1)
		shoppers = append(shoppers, waiting{id, s.code(t, st, id, "ten").Seal()})
	}
	var wg sync.WaitGroup
	errs := make([]error, len(shoppers))
	for i, w := range shoppers {
		wg.Go(func() {
			_, errs[i] = s.checkout.Place(t.Context(), st, w.id, checkout.PlaceInput{Seal: w.seal, Locale: "en"})
		})
	}
	wg.Wait()
	placed := 0
	for _, err := range errs {
		switch {
		case err == nil:
			placed++
		case !problem.Is(err, problem.Conflict) || !strings.Contains(fmt.Sprint(err.(*problem.Error).Fields), "used up"):
			t.Errorf("a refusal that does not say why: %v", err)
		}
	}
	u := s.used(t, st, d.ID)
	if placed != 10 || u.Used != 10 || u.Taken != 10*250 || s.onHand(t, st, shell) != 990 || u.State(time.Now(), u.Used) != "used_up" {
		t.Errorf("%d placed, %d uses of %d, %d left", placed, u.Used, u.Taken, s.onHand(t, st, shell))
	}
}

func TestUsesComeBackWithAnUnpaidOrder(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	d := s.discount(t, st, "ONCE", func(d *checkout.Discount) { d.PerCustomer = 1 })
	place := func() ordertype.Placed {
		t.Helper()
		id, _ := s.ready(t, st, shell, 1)
		placed, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: s.code(t, st, id, "ONCE").Seal()})
		if err != nil {
			t.Fatal(err)
		}
		return placed
	}
	first := place()
	id, _ := s.ready(t, st, shell, 1)
	if _, err := s.checkout.AddCode(t.Context(), st, id, "once"); !problem.Is(err, problem.Invalid) || !strings.Contains(err.(*problem.Error).Fields[0].Message, "before") {
		t.Errorf("the second time: %v", err)
	}
	if err := s.sales.Cancel(t.Context(), st, first.ID, orders.Cancel{Reason: "customer"}); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Relay.Visit(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	if u := s.used(t, st, d.ID); u.Used != 0 {
		t.Errorf("%d uses of a cancelled order", u.Used)
	}
	second := place()
	if _, err := s.sales.MarkPaid(t.Context(), st, second.ID, orders.MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	if err := s.sales.Cancel(t.Context(), st, second.ID, orders.Cancel{Reason: "customer"}); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Relay.Visit(t.Context(), st); err != nil {
		t.Fatal(err)
	}
	if u := s.used(t, st, d.ID); u.Used != 1 {
		t.Errorf("%d uses after a paid order was cancelled", u.Used)
	}
}

func TestCodesSayWhatIsWrong(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	s.discount(t, st, "OLD", func(d *checkout.Discount) { d.EndsAt = database.At(time.Now().Add(-time.Hour)) })
	s.discount(t, st, "SOON", func(d *checkout.Discount) { d.StartsAt = database.At(time.Now().Add(time.Hour)) })
	s.discount(t, st, "BIG", func(d *checkout.Discount) { d.MinSubtotal = 6000 })
	s.discount(t, st, "MANY", func(d *checkout.Discount) { d.MinPieces = 5 })
	s.discount(t, st, "TEN", nil)
	s.discount(t, st, "FIVE", func(d *checkout.Discount) { d.Rate = 50_000_000 })
	s.discount(t, st, "OFF", func(d *checkout.Discount) { d.Active = false })
	id, _ := s.ready(t, st, shell, 2)
	s.code(t, st, id, "TEN")
	for code, want := range map[string]string{
		"": "Enter", "NONE": "no such code", "OFF": "no such code", "old": "ended", " soon ": "not valid yet", "BIG": "€10.00 are missing", "MANY": "3 are missing", "FIVE": "together",
		"TEN": "already", strings.Repeat("X", 50): "no such code",
	} {
		_, err := s.checkout.AddCode(t.Context(), st, id, code)
		if !problem.Is(err, problem.Invalid) || err.(*problem.Error).Fields[0].Name != "code" || !strings.Contains(err.(*problem.Error).Fields[0].Message, want) {
			t.Errorf("%q: %v", code, err)
		}
	}
	if q := s.quote(t, st, id); q.Discounts().Minor != 500 || q.Total.Minor != 5000-500+490 || len(q.Refused) != 0 {
		t.Errorf("%v off, %v in all, refused %v", q.Discounts(), q.Total, q.Refused)
	}
}

func TestAutomaticDiscountOnCategoryAndFreeShipping(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	s.discount(t, st, "", func(d *checkout.Discount) {
		d.Automatic, d.Kind, d.Rate, d.Amount, d.PerPiece = true, promotion.Amount, 0, 300, true
		sold, err := s.products.Sellables(t.Context(), st, []string{shell})
		if err != nil {
			t.Fatal(err)
		}
		d.Scope, d.Products, d.CombinesShipping = promotion.Products, []string{sold[shell].ProductID}, true
	})
	s.discount(t, st, "SHIP", func(d *checkout.Discount) { d.Kind, d.CombinesProduct = promotion.FreeShipping, true })
	id, _ := s.ready(t, st, shell, 2)
	q := s.code(t, st, id, "SHIP")
	if q.Lines[0].Discount.Minor != 600 || q.ShippingDiscount.Minor != 490 || q.Total.Minor != 4400 {
		t.Fatalf("%+v %v %v", q.Lines[0].Discount, q.ShippingDiscount, q.Total)
	}
	placed, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: q.Seal()})
	if err != nil || placed.Total.Minor != 4400 {
		t.Errorf("%+v, %v", placed, err)
	}
}

func TestBulkCodesAreForOneOrderEach(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	d := s.discount(t, st, "MAIN", nil)
	if n, err := s.checkout.MakeCodes(t.Context(), st, d.ID, "xmas-", 1200); err != nil || n != 1200 {
		t.Fatalf("%d, %v", n, err)
	}
	codes, err := s.checkout.Codes(t.Context(), st, d.ID)
	if err != nil || len(codes) != 1200 || !strings.HasPrefix(codes[0].Code, "XMAS-") {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	id, _ := s.ready(t, st, shell, 1)
	if _, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: s.code(t, st, id, codes[0].Code).Seal()}); err != nil {
		t.Fatal(err)
	}
	id, _ = s.ready(t, st, shell, 1)
	if _, err := s.checkout.AddCode(t.Context(), st, id, codes[0].Code); !problem.Is(err, problem.Invalid) {
		t.Errorf("a spent code: %v", err)
	}
	s.code(t, st, id, codes[1].Code)
	other := s.discount(t, st, "OTHER", nil)
	other.Code = codes[1].Code
	if _, err := s.checkout.SaveDiscount(t.Context(), st, other); !problem.Is(err, problem.Invalid) {
		t.Errorf("another's code: %v", err)
	}
}

func TestGiftCardPays(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	s.Store(t, "kaffe", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2500, 10)
	card, code, err := s.checkout.IssueGiftCard(t.Context(), st, checkout.IssueGiftCard{Amount: 4000})
	if err != nil || len(code) != 19 || !strings.HasSuffix(code, card.Last4) {
		t.Fatalf("%q, %v", code, err)
	}
	var hash string
	if err := st.NewQuery("SELECT code_hash FROM checkout_gift_card").Row(&hash); err != nil || strings.Contains(hash, strings.ReplaceAll(code, "-", "")) {
		t.Errorf("the code is kept as %q, %v", hash, err)
	}
	balance := func() int64 {
		t.Helper()
		g, err := s.checkout.GiftCard(t.Context(), st, card.ID)
		if err != nil {
			t.Fatal(err)
		}
		return g.Balance.Minor
	}
	id, _ := s.ready(t, st, shell, 1)
	q := s.code(t, st, id, strings.ToLower(code))
	if q.Total.Minor != 2990 || q.Due.Minor != 0 || q.Payment.ID != checkout.PaidByGiftCard {
		t.Fatalf("total %v, due %v, paid by %+v", q.Total, q.Due, q.Payment)
	}
	placed, err := s.checkout.Place(t.Context(), st, id, checkout.PlaceInput{Seal: q.Seal()})
	if err != nil || placed.Due.Minor != 0 || placed.Total.Minor != 2990 || balance() != 1010 {
		t.Fatalf("%+v, %v, %d left", placed, err, balance())
	}
	id, _ = s.ready(t, st, shell, 1)
	q = s.code(t, st, id, code)
	if q.Total.Minor != 2990 || q.Due.Minor != 1980 || q.Payment.ID != paymenttype.CashOnDelivery {
		t.Fatalf("total %v, due %v, paid by %+v", q.Total, q.Due, q.Payment)
	}
	again := ordertype.Repayment{ID: "r1", OrderID: placed.ID, Amount: placed.Total, Receipt: ordertype.Receipt{Reference: card.Shown()}}
	for range 2 {
		if err := st.Write(t.Context(), func(tx *tenant.Store) error { return s.checkout.Repay(t.Context(), tx, again) }); err != nil {
			t.Fatal(err)
		}
	}
	if balance() != 4000 {
		t.Errorf("%d after a refund", balance())
	}
	again.ID = "r2"
	if err := st.Write(t.Context(), func(tx *tenant.Store) error { return s.checkout.Repay(t.Context(), tx, again) }); !problem.Is(err, problem.Conflict) {
		t.Errorf("more than was paid comes back: %v", err)
	}
	if _, err := s.checkout.SetGiftCardActive(t.Context(), st, card.ID, false); err != nil {
		t.Fatal(err)
	}
	if q := s.quote(t, st, id); q.Due != q.Total {
		t.Errorf("a card that is off pays %v of %v", q.Due, q.Total)
	}
	if _, err := s.checkout.GiftCard(t.Context(), s.Open(t, "kaffe"), card.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("in another store: %v", err)
	}
	if err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE checkout_gift_card_entry SET amount = 1")
		return err
	}); err == nil {
		t.Error("an entry could be changed")
	}
}

// Many tabs try to spend one card: it never goes below zero, and its balance is what is left.
func TestGiftCardIsSpentOnce(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell := s.product(t, st, "Shell", 2510, 100)
	card, code, err := s.checkout.IssueGiftCard(t.Context(), st, checkout.IssueGiftCard{Amount: 9500})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	placed := make([]bool, 16)
	ids, seals := make([]string, len(placed)), make([]string, len(placed))
	for i := range placed {
		ids[i], _ = s.ready(t, st, shell, 1)
		seals[i] = s.code(t, st, ids[i], code).Seal()
	}
	for i := range placed {
		wg.Go(func() {
			_, err := s.checkout.Place(t.Context(), st, ids[i], checkout.PlaceInput{Seal: seals[i]})
			placed[i] = err == nil
		})
	}
	wg.Wait()
	n := 0
	for _, ok := range placed {
		if ok {
			n++
		}
	}
	g, err := s.checkout.GiftCard(t.Context(), st, card.ID)
	if err != nil || n != 3 || g.Balance.Minor != 500 {
		t.Errorf("%d orders, %v left, %v", n, g.Balance, err)
	}
}

// A discount on a category is for what stands below it, too.
func TestDiscountOnACategoryAbove(t *testing.T) {
	s := open(t)
	s.Store(t, "fjord", "EUR")
	st := s.Open(t, "fjord")
	shell, mug := s.product(t, st, "Shell", 2500, 10), s.product(t, st, "Mug", 1000, 10)
	sold, err := s.products.Sellables(t.Context(), st, []string{shell, mug})
	if err != nil {
		t.Fatal(err)
	}
	above, err := s.products.CreateCategory(t.Context(), st, catalog.Category{Name: "Clothes"})
	if err != nil {
		t.Fatal(err)
	}
	below, err := s.products.CreateCategory(t.Context(), st, catalog.Category{Name: "Coats", ParentID: above.ID})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.products.Assign(t.Context(), st, below.ID, []string{sold[shell].ProductID}, true); err != nil {
		t.Fatal(err)
	}
	s.discount(t, st, "", func(d *checkout.Discount) {
		d.Automatic, d.Scope, d.Categories = true, promotion.Categories, []string{above.ID}
	})
	for variant, want := range map[string]int64{shell: 250, mug: 0} {
		id, _ := s.ready(t, st, variant, 1)
		if q := s.quote(t, st, id); q.Discounts().Minor != want {
			t.Errorf("%s has %v off, want %d", sold[variant].Title, q.Discounts(), want)
		}
	}
}
