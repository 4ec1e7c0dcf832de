package inventory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// clock is a time that tests turn.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	return c
}
func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.ms.Add(d.Milliseconds()) }

func stocked(t testing.TB, n int, list ...string) (*Service, *tenant.Store, *clock) {
	t.Helper()
	s, st := openStore(t, list...)
	c := newClock()
	s.now = c.now
	for _, id := range list {
		if err := s.Adjust(t.Context(), st, id, n, Received, ""); err != nil {
			t.Fatal(err)
		}
	}
	return s, st, c
}

func lines(pairs ...any) (out []inventorytype.Line) {
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, inventorytype.Line{VariantID: pairs[i].(string), Quantity: pairs[i+1].(int)})
	}
	return out
}

// A story, step by step, with what is on hand and reserved of "a" after each.
func TestReservations(t *testing.T) {
	s, st, now := stocked(t, 10, "a", "b")
	const life = 10 * time.Minute
	reserve := func(ref string, l ...any) func(tx *tenant.Store) error {
		return func(tx *tenant.Store) error {
			return s.Reserve(t.Context(), tx, ref, lines(l...), now.now().Add(life))
		}
	}
	commit := func(ref string, l ...any) func(tx *tenant.Store) error {
		return func(tx *tenant.Store) error { return s.Commit(t.Context(), tx, ref, lines(l...)) }
	}
	for i, step := range []struct {
		name             string
		do               func(tx *tenant.Store) error
		conflict         bool
		onHand, reserved int
	}{
		{"reserve", reserve("one", "a", 6), false, 10, 6},
		{"the same order again is not blocked by itself", reserve("one", "a", 7), false, 10, 7},
		{"another gets what is left", reserve("two", "a", 3), false, 10, 10},
		{"and a third nothing", reserve("three", "a", 1), true, 10, 10},
		{"all or nothing", reserve("three", "b", 1, "a", 1), true, 10, 10},
		{"a refusal keeps what was reserved before", reserve("two", "a", 4), true, 10, 10},
		{"nobody takes what is reserved", func(tx *tenant.Store) error { return s.Take(t.Context(), tx, "four", lines("a", 1)) }, true, 10, 10},
		{"commit", commit("one", "a", 7), false, 3, 3},
		{"release", func(tx *tenant.Store) error { return s.Release(t.Context(), tx, "two") }, false, 3, 0},
		{"commit after release takes", commit("two", "a", 3), false, 0, 0},
		{"sold out", reserve("three", "a", 1), true, 0, 0},
		{"cancelled goods come back", func(tx *tenant.Store) error { return s.Return(t.Context(), tx, "two", lines("a", 3), Cancelled) }, false, 3, 0},
		{"reserve all", reserve("five", "a", 3), false, 3, 3},
		{"expired: it does not count any more", func(*tenant.Store) error { now.forward(life); return nil }, false, 3, 0},
		{"somebody else has the last ones", reserve("six", "a", 2), false, 3, 2},
		{"the late one is short", commit("five", "a", 3), true, 3, 2},
		{"in time", commit("six", "a", 2), false, 1, 0},
		{"the late one by promise", func(tx *tenant.Store) error { return s.Backorder(t.Context(), tx, "five", lines("a", 3)) }, false, -2, 0},
	} {
		err := st.Write(t.Context(), step.do)
		if problem.Is(err, problem.Conflict) != step.conflict || !step.conflict && err != nil {
			t.Fatalf("%d, %s: %v", i, step.name, err)
		}
		levels, err := s.Levels(t.Context(), st, []string{"a"})
		if l := levels["a"]; err != nil || l.OnHand != step.onHand || l.Reserved != step.reserved || l.Available() != l.OnHand-l.Reserved {
			t.Fatalf("%d, %s: %+v, %v", i, step.name, l, err)
		}
	}
	checkLedger(t, st)
	if n, err := s.Sweep(t.Context(), st); err != nil || n != 0 {
		t.Errorf("swept %d rows though all were ended: %v", n, err)
	}
}

// A count that finds less than was promised serves those who come first, instead of blocking them all.
func TestCountBelowWhatIsReserved(t *testing.T) {
	s, st, now := stocked(t, 2, "a")
	for _, ref := range []string{"one", "two"} {
		if err := st.Write(t.Context(), func(tx *tenant.Store) error {
			return s.Reserve(t.Context(), tx, ref, lines("a", 1), now.now().Add(time.Hour))
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Adjust(t.Context(), st, "a", -1, Damaged, ""); err != nil {
		t.Fatal(err)
	}
	commit := func(ref string) error {
		return st.Write(t.Context(), func(tx *tenant.Store) error { return s.Commit(t.Context(), tx, ref, lines("a", 1)) })
	}
	if err := commit("one"); err != nil {
		t.Error(err)
	}
	if err := commit("two"); !problem.Is(err, problem.Conflict) {
		t.Error(err)
	}
}

func TestReservationsAreSwept(t *testing.T) {
	s, st, now := stocked(t, 5, "a")
	for i := range 3 {
		if err := st.Write(t.Context(), func(tx *tenant.Store) error {
			return s.Reserve(t.Context(), tx, fmt.Sprint(i), lines("a", 1), now.now().Add(time.Duration(i+1)*20*time.Second))
		}); err != nil {
			t.Fatal(err)
		}
	}
	var jobs int
	if err := st.NewQuery("SELECT count(*) FROM job WHERE kind = 'inventory.sweep'").Row(&jobs); err != nil || jobs != 2 {
		t.Errorf("%d jobs for what ends within two minutes: %v", jobs, err)
	}
	now.forward(40 * time.Second)
	if n, err := s.Sweep(t.Context(), st); err != nil || n != 2 {
		t.Errorf("swept %d: %v", n, err)
	}
	if err := st.Write(t.Context(), func(tx *tenant.Store) error {
		return s.Reserve(t.Context(), tx, "past", lines("a", 1), now.now())
	}); err == nil {
		t.Error("reserved until a moment that has passed")
	}
	if err := s.Reserve(t.Context(), st, "x", lines("a", 1), now.now().Add(time.Hour)); err == nil {
		t.Error("reserved outside a transaction")
	}
	var n int
	if err := st.NewQuery("SELECT count(*) FROM inventory_reservation WHERE until > {:t}").Bind(map[string]any{"t": database.At(now.now())}).Row(&n); err != nil || n != 1 {
		t.Errorf("%d rows are left: %v", n, err)
	}
}

// Whatever shoppers do at the same time: what is on hand is the sum of the movements, live reservations are never more than what is on
// hand, and nothing is sold below zero.
func TestReservationsNeverPromiseTooMuch(t *testing.T) {
	list := variants(4)
	s, st, now := stocked(t, 20, list...)
	var wait sync.WaitGroup
	var sales atomic.Int64
	for worker := range 8 {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(11, uint64(worker)))
			for i := range 120 {
				ref := fmt.Sprintf("%d-%d", worker, i/3)
				want := lines(list[r.IntN(4)], 1+r.IntN(4), list[r.IntN(4)], 1)
				err := st.Write(context.Background(), func(tx *tenant.Store) error {
					switch r.IntN(8) {
					case 0, 1, 2:
						return s.Reserve(context.Background(), tx, ref, want, now.now().Add(time.Duration(1+r.IntN(60))*time.Second))
					case 3, 4:
						err := s.Commit(context.Background(), tx, ref, want)
						if err == nil {
							sales.Add(1)
						}
						return err
					case 5:
						return s.Release(context.Background(), tx, ref)
					case 6:
						now.forward(time.Duration(r.IntN(20)) * time.Second)
						return s.Return(context.Background(), tx, ref, want, Cancelled)
					}
					return s.Take(context.Background(), tx, ref, want)
				})
				if err != nil && problem.CodeOf(err) == problem.Internal {
					t.Errorf("worker %d: %v", worker, err)
					return
				}
				// In the writer's turn, where nobody moves the clock meanwhile: a reservation that ends may be followed by another at once.
				var over int
				err = st.Write(context.Background(), func(tx *tenant.Store) error {
					return tx.NewQuery(`SELECT count(*) FROM inventory_level l WHERE on_hand < (SELECT coalesce(sum(quantity), 0)
						FROM inventory_reservation r WHERE r.variant_id = l.variant_id AND r.until > {:t})`).Bind(map[string]any{"t": database.At(now.now())}).Row(&over)
				})
				if err != nil || over > 0 {
					t.Errorf("more is reserved than there is: %v", err)
					return
				}
			}
		})
	}
	wait.Wait()
	checkLedger(t, st)
	if sales.Load() < 20 {
		t.Errorf("only %d sales were tried", sales.Load())
	}
	var below int
	if err := st.NewQuery("SELECT count(*) FROM inventory_movement WHERE on_hand < 0").Row(&below); err != nil || below > 0 {
		t.Errorf("%d movements below zero: %v", below, err)
	}
}
