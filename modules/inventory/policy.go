package inventory

import (
	"context"

	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Policy changes how variants are counted; nil leaves that part as it is.
type Policy struct {
	Tracked   *bool
	Backorder *bool
}

// SetPolicy says whether a variant is counted and may be sold below zero.
func (s *Service) SetPolicy(ctx context.Context, tx *tenant.Store, variantID string, tracked, backorder bool) error {
	if s.off(tx) {
		return nil
	}
	return tx.Write(ctx, func(tx *tenant.Store) error {
		return s.setPolicy(ctx, tx, variantID, "", Policy{&tracked, &backorder})
	})
}

// SetPolicies does that for several variants of the catalogue at once.
func (s *Service) SetPolicies(ctx context.Context, st *tenant.Store, variantIDs []string, p Policy) error {
	if s.off(st) {
		return problem.New(problem.Conflict, "The inventory is switched off.")
	}
	names, err := s.known(ctx, st, variantIDs)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		for _, id := range variantIDs {
			if err := s.setPolicy(ctx, tx, id, names[id], p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) setPolicy(ctx context.Context, tx *tenant.Store, variantID, name string, p Policy) error {
	levels, err := s.readLevels(ctx, tx, []string{variantID})
	if err != nil {
		return err
	}
	old, ok := levels[variantID]
	next := old
	next.VariantID = variantID
	if p.Tracked != nil {
		next.Tracked = *p.Tracked
	}
	if p.Backorder != nil {
		next.Backorder = *p.Backorder
	}
	if ok && next == old || !ok && next == inventorytype.Unlimited(variantID) {
		return nil
	}
	if err := s.saveLevel(ctx, tx, old, next); err != nil {
		return err
	}
	return record(ctx, tx, "inventory.policy.changed", name, old, next)
}
