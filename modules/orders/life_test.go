package orders

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/timezone"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

func eur(minor int64) *money.Amount { a := money.New(minor, "EUR"); return &a }

// An order's life, with what each step leaves behind in the timeline, the events and the audit.
func TestLifeOfAnOrder(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	ctx := t.Context()
	o := place(t, s, st, sale(st, "1", 3, 1000, 2, 500))
	check := func(what, payment, fulfilment string, left int) {
		t.Helper()
		var err error
		if o, err = s.Get(ctx, st, o.ID); err != nil {
			t.Fatal(err)
		}
		if o.PaymentState != payment || o.FulfilmentState != fulfilment || o.Left() != left {
			t.Fatalf("%s: %s, %s, %d left", what, o.PaymentState, o.FulfilmentState, o.Left())
		}
	}
	check("placed", Pending, Unfulfilled, 5)

	first, err := s.Fulfil(ctx, st, o.ID, Fulfil{Lines: []FulfilLine{{o.Lines[0].ID, 2}, {o.Lines[1].ID, 0}}, Carrier: "DHL", TrackingNumber: "123"})
	if err != nil {
		t.Fatal(err)
	}
	check("part sent", Pending, PartiallyFulfilled, 3)
	if f := o.Fulfilments[0]; !strings.Contains(f.TrackingURL, "dhl.com") || f.Quantity() != 2 {
		t.Errorf("fulfilment %+v", f)
	}
	if _, err := s.MarkPaid(ctx, st, o.ID, MarkPaid{Amount: eur(1500), Reference: "first half"}); err != nil {
		t.Fatal(err)
	}
	check("part paid", PartiallyPaid, PartiallyFulfilled, 3)
	payment, err := s.MarkPaid(ctx, st, o.ID, MarkPaid{})
	if err != nil {
		t.Fatal(err)
	}
	check("paid", Paid, PartiallyFulfilled, 3)
	if o.PaidTotal != o.Total || !o.Outstanding().IsZero() {
		t.Errorf("paid %v of %v", o.PaidTotal, o.Total)
	}
	second, err := s.Fulfil(ctx, st, o.ID, Fulfil{})
	if err != nil {
		t.Fatal(err)
	}
	check("all sent", Paid, Fulfilled, 0)
	if o.ClosedAt.IsZero() {
		t.Error("not closed")
	}
	if _, err := s.UndoFulfilment(ctx, st, second, "wrong parcel"); err != nil {
		t.Fatal(err)
	}
	check("undone", Paid, PartiallyFulfilled, 3)
	if !o.ClosedAt.IsZero() {
		t.Error("still closed")
	}
	if _, err := s.UndoFulfilment(ctx, st, second, "again"); !problem.Is(err, problem.Conflict) {
		t.Errorf("undone twice: %v", err)
	}
	if _, err := s.VoidPayment(ctx, st, payment, "another order's money"); err != nil {
		t.Fatal(err)
	}
	check("payment taken back", PartiallyPaid, PartiallyFulfilled, 3)
	if _, err := s.VoidPayment(ctx, st, payment, "again"); !problem.Is(err, problem.Conflict) {
		t.Errorf("voided twice: %v", err)
	}
	if err := s.SetShipping(ctx, st, o.ID, o.Shipping); !problem.Is(err, problem.Conflict) {
		t.Errorf("address after sending: %v", err)
	}
	if _, err := s.UndoFulfilment(ctx, st, first, "never left"); err != nil {
		t.Fatal(err)
	}
	check("nothing sent", PartiallyPaid, Unfulfilled, 5)
	to := o.Shipping
	to.Name, to.City = "Grace Hopper", "Bergen"
	if err := s.SetShipping(ctx, st, o.ID, to); err != nil {
		t.Fatal(err)
	}
	if err := s.Comment(ctx, st, o.ID, "called, all fine"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetStaffNote(ctx, st, o.ID, "handle with care"); err != nil {
		t.Fatal(err)
	}
	if err := s.Cancel(ctx, st, o.ID, Cancel{Reason: "customer", Restock: true}); err != nil {
		t.Fatal(err)
	}
	check("cancelled", PartiallyPaid, Unfulfilled, 5)
	if o.Name != "Grace Hopper" || o.StaffNote != "handle with care" || !o.Cancelled() {
		t.Errorf("%+v", o)
	}

	events, err := s.Timeline(ctx, st, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for _, e := range events {
		kinds = e.Kind + " " + kinds
	}
	const want = "placed fulfilled payment_received payment_received fulfilled unfulfilled payment_voided unfulfilled address_changed note cancelled "
	if kinds != want {
		t.Errorf("timeline: %s", kinds)
	}
	var outbox string
	if err := st.NewQuery("SELECT group_concat(name, ' ') FROM (SELECT name FROM event_outbox ORDER BY id)").Row(&outbox); err != nil || outbox != "order.placed order.fulfilled order.fulfilled order.cancelled" {
		t.Errorf("events: %s %v", outbox, err)
	}
	var audited int
	if err := st.NewQuery("SELECT count(*) FROM audit_entry WHERE subject_kind = 'order'").Row(&audited); err != nil || audited != 12 {
		t.Errorf("%d audit entries: %v", audited, err)
	}
}

func TestFulfilRefuses(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	o := place(t, s, st, sale(st, "1", 3, 1000))
	line := o.Lines[0].ID
	for name, tt := range map[string]struct {
		in   Fulfil
		code problem.Code
	}{
		"too many":       {Fulfil{Lines: []FulfilLine{{line, 4}}}, problem.Invalid},
		"too many twice": {Fulfil{Lines: []FulfilLine{{line, 2}, {line, 2}}}, problem.Invalid},
		"negative":       {Fulfil{Lines: []FulfilLine{{line, -1}}}, problem.Invalid},
		"nothing":        {Fulfil{Lines: []FulfilLine{{line, 0}}}, problem.Invalid},
		"foreign line":   {Fulfil{Lines: []FulfilLine{{"other", 1}}}, problem.Invalid},
		"script as page": {Fulfil{TrackingURL: "javascript:alert(1)"}, problem.Invalid},
		"long carrier":   {Fulfil{Carrier: strings.Repeat("x", 61)}, problem.Invalid},
	} {
		if _, err := s.Fulfil(t.Context(), st, o.ID, tt.in); problem.CodeOf(err) != tt.code || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Fulfil(t.Context(), st, "no such order", Fulfil{}); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	if o, _ = s.Get(t.Context(), st, o.ID); o.Left() != 3 || len(o.Fulfilments) != 0 {
		t.Errorf("refusals left something: %+v", o)
	}
}

func TestMarkPaid(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	o := place(t, s, st, sale(st, "1", 1, 1000))
	other := place(t, s, st, sale(st, "2", 1, 1000))
	for name, in := range map[string]MarkPaid{
		"zero": {Amount: eur(0)}, "negative": {Amount: eur(-5)}, "too much": {Amount: eur(1001)},
		"other currency": {Amount: &money.Amount{Minor: 5, Currency: "USD"}}, "long reference": {Reference: strings.Repeat("x", 201)},
	} {
		if _, err := s.MarkPaid(t.Context(), st, o.ID, in); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	first, err := s.MarkPaid(t.Context(), st, o.ID, MarkPaid{Amount: eur(400), ExternalID: "bank-1"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.MarkPaid(t.Context(), st, o.ID, MarkPaid{Amount: eur(400), ExternalID: "bank-1"})
	if err != nil || again != first {
		t.Errorf("the same payment again: %s, %v", again, err)
	}
	if _, err := s.MarkPaid(t.Context(), st, other.ID, MarkPaid{ExternalID: "bank-1"}); !problem.Is(err, problem.Invalid) {
		t.Errorf("the same payment for another order: %v", err)
	}
	if o, _ = s.Get(t.Context(), st, o.ID); o.PaidTotal.Minor != 400 || o.PaymentState != PartiallyPaid {
		t.Errorf("%v %s", o.PaidTotal, o.PaymentState)
	}
}

// Whatever was sent and undone before, a cancellation gives back what was taken and has not left.
func TestCancelReturnsWhatWasTaken(t *testing.T) {
	s, st, stock := openStore(t, "EUR")
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 60 {
		var pairs []int64
		for range 1 + rng.IntN(4) {
			pairs = append(pairs, 1+rng.Int64N(5), 100)
		}
		in := sale(st, fmt.Sprint("checkout-", i), pairs...)
		in.Lines = append(in.Lines, in.Lines[0]) // the same variant on two lines
		o := place(t, s, st, in)
		ref, want := o.ID, map[string]int{}
		for _, l := range o.Lines {
			want[ref+"/"+l.VariantID] += l.Quantity
		}
		for range rng.IntN(3) {
			l := o.Lines[rng.IntN(len(o.Lines))]
			n := 1 + rng.IntN(l.Quantity)
			id, err := s.Fulfil(t.Context(), st, o.ID, Fulfil{Lines: []FulfilLine{{l.ID, n}}})
			if err != nil {
				continue
			}
			if rng.IntN(2) == 0 {
				if _, err := s.UndoFulfilment(t.Context(), st, id, "mistake"); err != nil {
					t.Fatal(err)
				}
				continue
			}
			if want[ref+"/"+l.VariantID] -= n; want[ref+"/"+l.VariantID] == 0 {
				delete(want, ref+"/"+l.VariantID)
			}
		}
		clear(stock.back)
		restock := rng.IntN(4) > 0
		err := s.Cancel(t.Context(), st, o.ID, Cancel{Reason: "other", Restock: restock})
		if len(want) == 0 {
			if !problem.Is(err, problem.Conflict) {
				t.Fatalf("all was sent: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !restock {
			clear(want)
		}
		if !maps.Equal(stock.back, want) {
			t.Fatalf("order %d: back %v, want %v", i, stock.back, want)
		}
		if err := s.Cancel(t.Context(), st, o.ID, Cancel{Reason: "other", Restock: true}); !problem.Is(err, problem.Conflict) || !maps.Equal(stock.back, want) {
			t.Fatalf("cancelled twice: %v, back %v", err, stock.back)
		}
	}
}

func TestCancelIsUndoneWithTheStock(t *testing.T) {
	s, st, stock := openStore(t, "EUR")
	o := place(t, s, st, sale(st, "1", 1, 1000))
	stock.fail = errors.New("the stock is on fire")
	if err := s.Cancel(t.Context(), st, o.ID, Cancel{Reason: "stock", Restock: true}); !errors.Is(err, stock.fail) {
		t.Fatal(err)
	}
	if o, _ = s.Get(t.Context(), st, o.ID); o.Cancelled() {
		t.Error("cancelled though the stock refused")
	}
	if err := s.Cancel(t.Context(), st, o.ID, Cancel{Reason: "because"}); !problem.Is(err, problem.Invalid) {
		t.Errorf("an unknown reason: %v", err)
	}
}

func TestLookup(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	o := place(t, s, st, sale(st, "1", 1, 1000))
	miss := ""
	for _, tt := range []struct {
		number, email string
		ok            bool
	}{
		{"1001", "ada@example.com", true}, {" #1001 ", " ADA@example.COM ", true},
		{"1001", "eve@example.com", false}, {"1002", "ada@example.com", false}, {"", "", false}, {"1002", "-", false},
		{"1001' OR 1=1", "ada@example.com", false}, {"99999999999999999999", "ada@example.com", false},
	} {
		token, err := s.ByNumberAndEmail(t.Context(), st, tt.number, tt.email)
		if tt.ok {
			if err != nil || token != o.Token {
				t.Errorf("%v: %v", tt, err)
			}
			continue
		}
		if !problem.Is(err, problem.NotFound) || token != "" || miss != "" && miss != err.Error() {
			t.Errorf("%v: %q, %v", tt, token, err)
		}
		miss = err.Error()
	}
}

func TestListAndFigures(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	for i := range 5 {
		in := sale(st, fmt.Sprint(i), 1, int64(1000*(i+1)))
		in.Email, in.Shipping.Name = fmt.Sprintf("p%d%%_@example.com", i), fmt.Sprintf("Person %d", i)
		place(t, s, st, in)
	}
	find := func(number string) string {
		p, err := s.List(t.Context(), st, Filter{Search: number})
		if err != nil || len(p.Orders) != 1 {
			t.Fatalf("%s: %v %v", number, p, err)
		}
		return p.Orders[0].ID
	}
	if err := s.Cancel(t.Context(), st, find("1001"), Cancel{Reason: "other"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fulfil(t.Context(), st, find("#1002"), Fulfil{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MarkPaid(t.Context(), st, find("1003"), MarkPaid{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		f    Filter
		want string
	}{
		{Filter{}, "1005 1004 1003 1002 1001"},
		{Filter{Sort: "total", Ascending: true, Limit: 2}, "1001 1002"},
		{Filter{Limit: 2, Offset: 2}, "1003 1002"},
		{Filter{View: "unfulfilled"}, "1005 1004 1003"},
		{Filter{View: "unpaid"}, "1005 1004 1002"},
		{Filter{View: "cancelled"}, "1001"},
		{Filter{Payment: Paid}, "1003"},
		{Filter{Fulfilment: Fulfilled}, "1002"},
		{Filter{Search: "person 3"}, "1004"},
		{Filter{Search: "p4%_@"}, "1005"},
		{Filter{Search: "%"}, "1005 1004 1003 1002 1001"},
		{Filter{Search: "_x"}, ""},
		{Filter{Search: "sku-0", Sort: "name"}, "1005 1004 1003 1002 1001"},
		{Filter{From: time.Now().Add(time.Hour)}, ""},
		{Filter{To: time.Now().Add(time.Hour), From: time.Now().Add(-time.Hour)}, "1005 1004 1003 1002 1001"},
		{Filter{Sort: "nonsense; DROP TABLE orders_order"}, "1005 1004 1003 1002 1001"},
	} {
		p, err := s.List(t.Context(), st, tt.f)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range p.Orders {
			got = append(got, b.Number)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%+v: %v", tt.f, got)
		}
	}
	f, err := s.Figures(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	if f.OrdersToday != 4 || f.RevenueToday.Minor != 14000 || len(f.Days) != 30 || f.Open != 3 || f.Unpaid != 3 || len(f.Recent) != 5 {
		t.Errorf("%+v", f)
	}
	s.now = func() time.Time { return time.Now().Add(24 * time.Hour) }
	if f, err = s.Figures(t.Context(), st); err != nil || f.OrdersToday != 0 || f.OrdersYesterday != 4 {
		t.Errorf("a day later: %+v %v", f, err)
	}
}

// The days of the figures begin at the store's midnight, also on those of 23 and of 25 hours.
func TestFiguresFollowTheStoresClock(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	if err := st.SetSettings(t.Context(), map[string]string{timezone.Setting: "Europe/Copenhagen"}); err != nil {
		t.Fatal(err)
	}
	clock := func(text string) {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		s.now = func() time.Time { return at }
	}
	for i, at := range []string{
		"2026-10-24T21:59:59Z", // the 24th
		"2026-10-24T22:00:00Z", // the 25th, which has 25 hours
		"2026-10-25T22:59:59Z",
		"2026-10-25T23:00:00Z", // the 26th
	} {
		clock(at)
		place(t, s, st, sale(st, fmt.Sprint(i), 1, int64(1000*(i+1))))
	}
	clock("2026-10-26T22:30:00Z")
	f, err := s.Figures(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, d := range f.Days[figureDays-3:] {
		got += fmt.Sprintf("%s: %d, %d. ", d.Date, d.Orders, d.Revenue.Minor)
	}
	if got != "2026-10-24: 1, 1000. 2026-10-25: 2, 5000. 2026-10-26: 1, 4000. " {
		t.Error(got)
	}
	clock("2026-10-26T23:00:00Z") // the 27th has begun
	if f, err = s.Figures(t.Context(), st); err != nil || f.OrdersToday != 0 || f.OrdersYesterday != 1 {
		t.Errorf("%d today, %d yesterday, %v", f.OrdersToday, f.OrdersYesterday, err)
	}
}

// A savepoint that is undone around a placement undoes the number too.
func TestPlaceInASavepoint(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		undone := errors.New("undone")
		err := tx.Write(t.Context(), func(inner *tenant.Store) error {
			if _, err := s.Place(t.Context(), inner, sale(inner, "a", 1, 1)); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			return err
		}
		var p ordertype.Placed
		if p, err = s.Place(t.Context(), tx, sale(tx, "b", 1, 1)); err == nil && p.Number != "1001" {
			t.Errorf("number %s", p.Number)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
