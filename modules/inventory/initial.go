package inventory

import (
	"context"

	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// SetInitial gives new variants their stock. A variant that has a level keeps it.
func (s *Service) SetInitial(ctx context.Context, tx *tenant.Store, in []inventorytype.Initial) error {
	_, err := s.fill(ctx, tx, in, Initial, false)
	return err
}

// Import takes stock over from a file: of variants without a level, and with overwrite of all. It may be negative.
// Without overwrite a level stays as it is, policy included. changed counts the variants that are different now.
func (s *Service) Import(ctx context.Context, tx *tenant.Store, in []inventorytype.Initial, overwrite bool) (changed int, err error) {
	return s.fill(ctx, tx, in, Imported, overwrite)
}

func (s *Service) fill(ctx context.Context, tx *tenant.Store, in []inventorytype.Initial, reason string, overwrite bool) (changed int, err error) {
	if s.off(tx) || len(in) == 0 {
		return 0, nil
	}
	variants := make([]string, len(in))
	for i, v := range in {
		variants[i] = v.VariantID
	}
	err = tx.Write(ctx, func(tx *tenant.Store) error {
		changed = 0
		levels, err := s.readLevels(ctx, tx, variants)
		if err != nil {
			return err
		}
		for _, v := range in {
			old, ok := levels[v.VariantID]
			next := old
			next.VariantID, next.Tracked, next.Backorder = v.VariantID, v.Tracked, v.Backorder
			if ok && (!overwrite || old.OnHand == v.OnHand && old == next) {
				continue
			}
			if !ok {
				if err := s.begin(ctx, tx, next, v.OnHand, reason); err != nil {
					return err
				}
			} else if old != next {
				if err := s.saveLevel(ctx, tx, old, next); err != nil {
					return err
				}
			}
			if ok {
				if err := s.move(ctx, tx, next, v.OnHand-old.OnHand, reason, "", ""); err != nil {
					return err
				}
			}
			next.OnHand = v.OnHand
			levels[v.VariantID] = next
			changed++
		}
		return nil
	})
	return changed, err
}

// begin writes the level of a variant that had none together with its first pieces.
func (s *Service) begin(ctx context.Context, tx *tenant.Store, l inventorytype.Level, onHand int, reason string) error {
	if onHand != 0 {
		if err := allowed(l, onHand, reason); err != nil {
			return err
		}
	}
	m := movement(ctx, l, onHand, reason, "", "")
	l.OnHand, m.OnHand, m.At = onHand, onHand, database.Now()
	if err := s.saveLevel(ctx, tx, inventorytype.Level{}, l); err != nil || onHand == 0 {
		return err
	}
	_, err := enter(ctx, tx, m)
	return err
}
