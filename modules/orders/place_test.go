package orders

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

func TestPlaceNeedsATransaction(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	if _, err := s.Place(t.Context(), st, sale(st, "x", 1, 100)); !errors.Is(err, database.ErrNoTransaction) {
		t.Fatal(err)
	}
}

// Placements that fail, before or after the order is written, leave no gap in the numbers and no trace.
func TestNumbersAreGapless(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	const clients, each = 32, 12
	boom := errors.New("boom")
	var wg sync.WaitGroup
	var mu sync.Mutex
	want, seen := 0, map[string]bool{}
	for c := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(c), 7))
			for i := range each {
				fail := rng.IntN(3)
				var placed ordertype.Placed
				err := st.Write(context.Background(), func(tx *tenant.Store) error {
					if fail == 1 {
						return boom
					}
					var err error
					placed, err = s.Place(context.Background(), tx, sale(tx, fmt.Sprintf("%d-%d", c, i), 1+rng.Int64N(3), rng.Int64N(5000)))
					if err == nil && fail == 2 {
						if rng.IntN(2) == 0 {
							panic("a closure that panics after it placed")
						}
						return boom
					}
					return err
				})
				mu.Lock()
				switch {
				case fail == 0 && err != nil:
					t.Errorf("place: %v", err)
				case fail == 0 && seen[placed.Number]:
					t.Errorf("number %s was given twice", placed.Number)
				case fail == 0:
					want++
					seen[placed.Number] = true
				case err == nil:
					t.Error("a failing placement succeeded")
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	var n, low, high, orphans, events int
	row := `SELECT count(*), min(number), max(number), (SELECT count(*) FROM orders_line WHERE order_id NOT IN (SELECT id FROM orders_order)),
		(SELECT count(*) FROM event_outbox WHERE name = 'order.placed') FROM orders_order`
	if err := st.NewQuery(row).Row(&n, &low, &high, &orphans, &events); err != nil {
		t.Fatal(err)
	}
	if n != want || low != 1001 || high != 1000+want || orphans != 0 || events != want {
		t.Errorf("%d orders of %d, numbers %d–%d, %d lines without an order, %d events", n, want, low, high, orphans, events)
	}
}

func TestTotalsAreTheSumOfTheirParts(t *testing.T) {
	for _, currency := range []string{"EUR", "JPY"} {
		s, st, _ := openStore(t, currency)
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 60 {
			var pairs []int64
			var subtotal int64
			quantity := 0
			for range 1 + rng.IntN(6) {
				q, p := 1+rng.Int64N(20), rng.Int64N(1_000_000)
				pairs = append(pairs, q, p)
				subtotal += q * p
				quantity += int(q)
			}
			in := sale(st, fmt.Sprint(i), pairs...)
			in.ShippingPrice, in.PaymentFee = money.New(rng.Int64N(5000), currency), money.New(rng.Int64N(500), currency)
			o := place(t, s, st, in)
			var lines int64
			for _, l := range o.Lines {
				lines += l.Total.Minor
				if l.Total.Minor != l.UnitPrice.Minor*int64(l.Quantity) || l.Total.Currency != currency {
					t.Fatalf("line %v × %d = %v", l.UnitPrice, l.Quantity, l.Total)
				}
			}
			if lines != subtotal || o.Subtotal.Minor != subtotal || o.Quantity != quantity || o.Total.Minor != subtotal+in.ShippingPrice.Minor+in.PaymentFee.Minor || o.Total.Currency != currency {
				t.Fatalf("order %d: %+v", i, o)
			}
		}
	}
}

func TestTheSameExternalIDIsOneOrder(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	var mu sync.Mutex
	var wg sync.WaitGroup
	ids, fresh := map[string]bool{}, 0
	for range 16 {
		wg.Go(func() {
			err := st.Write(context.Background(), func(tx *tenant.Store) error {
				p, err := s.Place(context.Background(), tx, sale(tx, "checkout-1", 2, 1500))
				mu.Lock()
				defer mu.Unlock()
				ids[p.ID+p.Token+p.Number] = true
				if !p.Existing {
					fresh++
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(ids) != 1 || fresh != 1 {
		t.Fatalf("%d orders, %d fresh", len(ids), fresh)
	}
}

func TestPlaceRefuses(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	many := sale(st, "many")
	for range maxLines + 1 {
		many.Lines = append(many.Lines, sale(st, "", 1, 1).Lines...)
	}
	change := func(fn func(*ordertype.Place)) ordertype.Place {
		in := sale(st, "x", 1, 100)
		fn(&in)
		return in
	}
	for name, tt := range map[string]struct {
		in   ordertype.Place
		code problem.Code
	}{
		"nothing":           {sale(st, "x"), problem.Invalid},
		"no pieces":         {sale(st, "x", 0, 100), problem.Invalid},
		"negative pieces":   {sale(st, "x", -1, 100), problem.Invalid},
		"negative price":    {sale(st, "x", 1, -100), problem.Internal},
		"no e-mail address": {change(func(in *ordertype.Place) { in.Email = "nobody" }), problem.Invalid},
		"no payment":        {change(func(in *ordertype.Place) { in.PaymentMethod = "" }), problem.Invalid},
		"other currency":    {change(func(in *ordertype.Place) { in.ShippingPrice = money.New(5, "USD") }), problem.Internal},
		"no external id":    {change(func(in *ordertype.Place) { in.ExternalID = "" }), problem.Internal},
		"line overflows":    {sale(st, "x", 3, math.MaxInt64/2), problem.Invalid},
		"sum overflows":     {sale(st, "x", 1, math.MaxInt64, 1, math.MaxInt64), problem.Invalid},
		"absurd total":      {sale(st, "x", 1, money.MaxMinor, 1, 1), problem.Invalid},
		"absurd pieces":     {sale(st, "x", math.MaxInt64, 0), problem.Invalid},
		"many lines":        {many, problem.Invalid},
	} {
		err := st.Write(t.Context(), func(tx *tenant.Store) error { _, err := s.Place(t.Context(), tx, tt.in); return err })
		if err == nil || problem.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o := place(t, s, st, sale(st, "after", 1, 0)); o.Number != 1001 || o.PaymentState != Paid {
		t.Errorf("after refusals: number %d, a free order is %s", o.Number, o.PaymentState)
	}
}

// Only who is signed in gets an order into their account: a customer id found by an address does not.
func TestAccountOfAnOrder(t *testing.T) {
	s, st, _ := openStore(t, "EUR")
	guest := sale(st, "1", 1, 100)
	guest.CustomerID = "c1"
	place(t, s, st, guest)
	ctx := audit.WithActor(t.Context(), audit.Actor{Kind: audit.Customer, ID: "c1", Name: "Ada"})
	own := sale(st, "2", 1, 100)
	own.CustomerID = "c1"
	if err := st.Write(ctx, func(tx *tenant.Store) error { _, err := s.Place(ctx, tx, own); return err }); err != nil {
		t.Fatal(err)
	}
	all, err := s.ForCustomer(t.Context(), st, "c1")
	if err != nil || len(all) != 2 {
		t.Errorf("the merchant sees %d: %v", len(all), err)
	}
	mine, err := s.ForAccount(t.Context(), st, "c1")
	if err != nil || len(mine) != 1 || mine[0].Number != "1002" {
		t.Errorf("the account sees %v: %v", mine, err)
	}
	for _, id := range []string{"", "c2"} {
		if got, err := s.ForAccount(t.Context(), st, id); err != nil || len(got) != 0 {
			t.Errorf("account %q sees %v: %v", id, got, err)
		}
	}
}
