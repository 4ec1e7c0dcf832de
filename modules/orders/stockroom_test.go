package orders

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// stockroom is a stock in the store's own file, so that what a transaction undoes is undone here too.
type stockroom struct{ now func() time.Time }

func (s *stockroom) free(tx *tenant.Store, variant, ref string) (n int, err error) {
	err = tx.NewQuery(fmt.Sprintf(`SELECT (SELECT on_hand FROM test_level WHERE variant = '%s')
		- (SELECT coalesce(sum(quantity), 0) FROM test_reservation WHERE variant = '%s' AND ref <> '%s' AND until > %d)`, variant, variant, ref, s.now().UnixMilli())).Row(&n)
	return n, err
}

func (s *stockroom) short(tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	for _, l := range lines {
		n, err := s.free(tx, l.VariantID, ref)
		if err != nil {
			return err
		}
		if n < l.Quantity {
			return problem.New(problem.Conflict, "Some of this is no longer in stock.")
		}
	}
	return nil
}

func (s *stockroom) move(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, sign int) error {
	for _, l := range lines {
		if _, err := tx.ExecContext(ctx, "UPDATE test_level SET on_hand = on_hand + ? WHERE variant = ?", sign*l.Quantity, l.VariantID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO test_movement (ref, variant, delta) VALUES (?, ?, ?)", ref, l.VariantID, sign*l.Quantity); err != nil {
			return err
		}
	}
	return nil
}

func (s *stockroom) Reserve(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, until time.Time) error {
	if err := s.short(tx, ref, lines); err != nil {
		return err
	}
	if err := s.Release(ctx, tx, ref); err != nil {
		return err
	}
	for _, l := range lines {
		if _, err := tx.ExecContext(ctx, "INSERT INTO test_reservation (ref, variant, quantity, until) VALUES (?, ?, ?, ?)", ref, l.VariantID, l.Quantity, until.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

func (s *stockroom) Commit(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	if err := s.short(tx, ref, lines); err != nil {
		return err
	}
	return s.Backorder(ctx, tx, ref, lines)
}

func (s *stockroom) Backorder(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	if err := s.Release(ctx, tx, ref); err != nil {
		return err
	}
	return s.move(ctx, tx, ref, lines, -1)
}

func (s *stockroom) Release(ctx context.Context, tx *tenant.Store, ref string) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM test_reservation WHERE ref = ?", ref)
	return err
}

func (s *stockroom) Return(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, _ string) error {
	return s.move(ctx, tx, ref, lines, 1)
}

// till is a store with a stock, a clock, and ears for what orders tell others.
type till struct {
	*Service
	t     testing.TB
	st    *tenant.Store
	clock atomic.Int64
	mu    sync.Mutex
	told  map[string][]string // kinds of notices by order
	asked []ordertype.Repayment
	voids []string
}

const testStock = `CREATE TABLE test_level (variant TEXT PRIMARY KEY, on_hand INTEGER NOT NULL) STRICT;
	CREATE TABLE test_reservation (ref TEXT, variant TEXT, quantity INTEGER, until INTEGER) STRICT;
	CREATE TABLE test_movement (ref TEXT, variant TEXT, delta INTEGER) STRICT;`

func openTill(t testing.TB, pieces int, variants ...string) *till {
	t.Helper()
	s, st, _ := openStore(t, "EUR")
	x := &till{Service: s, t: t, st: st, told: map[string][]string{}}
	x.clock.Store(time.Date(2026, 5, 1, 12, 0, 30, 0, time.UTC).UnixMilli())
	s.now = func() time.Time { return time.UnixMilli(x.clock.Load()).UTC() }
	s.stock = &stockroom{s.now}
	s.Notify = func(_ context.Context, tx *tenant.Store, n ordertype.Notice) error {
		if !tx.InTransaction() {
			return database.ErrNoTransaction
		}
		if n.Kind == ordertype.NoticePlaced { // every order begins with it
			return nil
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		x.told[n.OrderID] = append(x.told[n.OrderID], n.Kind)
		return nil
	}
	s.Repay = func(_ context.Context, _ *tenant.Store, r ordertype.Repayment) error {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.asked = append(x.asked, r)
		return nil
	}
	s.Void = func(_ context.Context, _ *tenant.Store, _, external string) error {
		x.voids = append(x.voids, external)
		return nil
	}
	x.write(func(tx *tenant.Store) error {
		if _, err := tx.ExecContext(t.Context(), testStock); err != nil {
			return err
		}
		for _, v := range variants {
			if _, err := tx.ExecContext(t.Context(), "INSERT INTO test_level (variant, on_hand) VALUES (?, ?)", v, pieces); err != nil {
				return err
			}
		}
		return nil
	})
	return x
}

func (x *till) write(fn func(tx *tenant.Store) error) {
	x.t.Helper()
	if err := x.st.Write(context.Background(), fn); err != nil {
		x.t.Fatal(err)
	}
}

func (x *till) pass(d time.Duration) { x.clock.Add(d.Milliseconds()) }

// order places one piece of v0 for 10.00, with its stock reserved for ten minutes.
func (x *till) order(ref string) *Order {
	x.t.Helper()
	in := sale(x.st, ref, 1, 1000)
	in.PaymentMethod, in.ReserveUntil, in.AutoCancel = "card", database.At(x.now().Add(10*time.Minute)), true
	return place(x.t, x.Service, x.st, in)
}

func (x *till) get(id string) *Order {
	x.t.Helper()
	o, err := x.Get(context.Background(), x.st, id)
	if err != nil {
		x.t.Fatal(err)
	}
	return o
}

func (x *till) receive(o *Order, external string) (out ordertype.Outcome) {
	x.t.Helper()
	x.write(func(tx *tenant.Store) (err error) {
		out, err = x.Receive(context.Background(), tx, o.ID, receipt(o, external))
		return err
	})
	return out
}

func (x *till) authorise(o *Order, external string) (out ordertype.Outcome) {
	x.t.Helper()
	x.write(func(tx *tenant.Store) (err error) {
		out, err = x.Authorise(context.Background(), tx, o.ID, receipt(o, external))
		return err
	})
	return out
}

func receipt(o *Order, external string) ordertype.Receipt {
	return ordertype.Receipt{ExternalID: external, Method: "card", Provider: "stripe", Reference: "Visa", Amount: o.Total}
}

// number reads one figure of the store's file.
func (x *till) number(sql string) (n int) {
	x.t.Helper()
	if err := x.st.NewQuery(sql).Row(&n); err != nil {
		x.t.Fatal(err)
	}
	return n
}

func setLate(t testing.TB, st *tenant.Store, v string) {
	t.Helper()
	if err := st.SetSettings(t.Context(), map[string]string{lateSetting: v}); err != nil {
		t.Fatal(err)
	}
}
