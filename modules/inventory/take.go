package inventory

import (
	"context"
	"fmt"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Take takes what an order sells out of the stock, in the transaction that places it; ref is the order's id. Either all
// lines are taken or none: a refusal is a Conflict with a field "lines.<variant id>" for each variant of which
// there is not enough. Variants that are not counted are left alone. What is
// reserved for others cannot be taken.
func (s *Service) Take(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line) error {
	wanted, levels, err := s.lines(ctx, tx, lines)
	if err != nil {
		return err
	}
	if err := shortages(wanted, levels); err != nil {
		return err
	}
	return s.sold(ctx, tx, wanted, levels, ref)
}

// Return puts pieces back into the stock, in the transaction that decides so. The reason is Returned or Cancelled.
// A cancelled order gets back at most what it took under the same ref, so cancelling twice puts back once, and what was
// sold while nobody counted is not put back.
func (s *Service) Return(ctx context.Context, tx *tenant.Store, ref string, lines []inventorytype.Line, reason string) error {
	if reason != Returned && reason != Cancelled {
		return fmt.Errorf("inventory: %q is no reason to put stock back", reason)
	}
	back, levels, err := s.lines(ctx, tx, lines)
	if err != nil {
		return err
	}
	for _, l := range back {
		level := levels[l.VariantID]
		if !level.Tracked {
			continue
		}
		quantity := l.Quantity
		if reason == Cancelled {
			taken, known, err := takenBy(ctx, tx, ref, l.VariantID)
			if err != nil {
				return err
			}
			if known {
				quantity = min(quantity, max(taken, 0))
			}
		}
		if err := s.move(ctx, tx, level, quantity, reason, ref, ""); err != nil {
			return err
		}
	}
	return nil
}

// lines adds lines of the same variant up and reads their levels; with the module off there are none.
func (s *Service) lines(ctx context.Context, tx *tenant.Store, lines []inventorytype.Line) ([]inventorytype.Line, map[string]inventorytype.Level, error) {
	if !tx.InTransaction() {
		return nil, nil, fmt.Errorf("inventory: %w", database.ErrNoTransaction)
	}
	if s.off(tx) {
		return nil, nil, nil
	}
	var sums []inventorytype.Line
	var variants []string
	at := map[string]int{}
	for _, l := range lines {
		if l.Quantity < 1 || l.Quantity > MaxOnHand {
			return nil, nil, problem.On("lines."+l.VariantID, "Enter a quantity of 1 or more.")
		}
		i, ok := at[l.VariantID]
		if !ok {
			i = len(sums)
			at[l.VariantID] = i
			sums = append(sums, inventorytype.Line{VariantID: l.VariantID})
			variants = append(variants, l.VariantID)
		}
		if sums[i].Quantity += l.Quantity; sums[i].Quantity > MaxOnHand {
			return nil, nil, problem.On("lines."+l.VariantID, "This is more than can be sold at once.")
		}
	}
	levels, err := s.readLevels(ctx, tx, variants)
	return sums, levels, err
}

// move changes a level that exists. delta 0 changes nothing.
func (s *Service) move(ctx context.Context, tx *tenant.Store, l inventorytype.Level, delta int, reason, ref, note string) error {
	if delta == 0 {
		return nil
	}
	if err := allowed(l, delta, reason); err != nil {
		return err
	}
	if _, err := book(ctx, tx, movement(ctx, l, delta, reason, ref, note)); err != nil {
		return err
	}
	after := l
	after.OnHand += delta
	return s.changed(ctx, tx, l, after)
}

// movement of a level's pieces, by whom the context names.
func movement(ctx context.Context, l inventorytype.Level, delta int, reason, ref, note string) Movement {
	m := Movement{VariantID: l.VariantID, Delta: delta, OnHand: l.OnHand, Reserved: l.Reserved, Backorder: l.Backorder, Reason: reason, Ref: ref, Note: note}
	m.signed(audit.ActorFrom(ctx))
	return m
}
