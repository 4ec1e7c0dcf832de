package inventory

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Whatever happens at the same time, a level is the sum of its movements, and no sale takes it below zero
// unless backorders are allowed.
func TestLedgerAlwaysAddsUp(t *testing.T) {
	list := variants(5)
	s, st := openStore(t, list...)
	ctx := context.Background()
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(worker)))
			for range 60 {
				if err := randomStep(ctx, s, st, r, list); err != nil && problem.CodeOf(err) == problem.Internal {
					t.Errorf("worker %d: %v", worker, err)
					return
				}
			}
		})
	}
	wait.Wait()
	checkLedger(t, st)
	var n int
	if err := st.NewQuery(`SELECT count(*) FROM inventory_movement WHERE reason = 'sale' AND on_hand < 0 AND backorder = 0`).Row(&n); err != nil || n > 0 {
		t.Fatalf("%d sales below zero: %v", n, err)
	}
	if err := st.NewQuery(`SELECT count(*) FROM inventory_movement`).Row(&n); err != nil || n < 100 {
		t.Fatalf("only %d movements were tried: %v", n, err)
	}
}

func randomStep(ctx context.Context, s *Service, st *tenant.Store, r *rand.Rand, list []string) error {
	id, n := list[r.IntN(len(list))], 1+r.IntN(9)
	lines := []inventorytype.Line{{VariantID: id, Quantity: n}, {VariantID: list[r.IntN(len(list))], Quantity: 1}}
	ref := list[r.IntN(len(list))] + "-order"
	switch r.IntN(9) {
	case 0, 1, 2:
		return st.Write(ctx, func(tx *tenant.Store) error { return s.Take(ctx, tx, ref, lines) })
	case 3:
		return st.Write(ctx, func(tx *tenant.Store) error { return s.Return(ctx, tx, ref, lines, Cancelled) })
	case 4:
		return st.Write(ctx, func(tx *tenant.Store) error { return s.Return(ctx, tx, ref, lines, Returned) })
	case 5:
		return s.Adjust(ctx, st, id, r.IntN(41)-20, Correction, "")
	case 6:
		return st.Write(ctx, func(tx *tenant.Store) error { return s.Set(ctx, tx, id, r.IntN(30), Correction) })
	case 7:
		return st.Write(ctx, func(tx *tenant.Store) error { return s.SetPolicy(ctx, tx, id, r.IntN(5) > 0, r.IntN(4) == 0) })
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		_, err := s.Import(ctx, tx, []inventorytype.Initial{{VariantID: id, Tracked: true, OnHand: r.IntN(20) - 2}}, r.IntN(2) == 0)
		return err
	})
}
