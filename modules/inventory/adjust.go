package inventory

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Change is one stock that a person changes.
type Change struct {
	VariantID string
	Set       bool // Quantity is the new stock rather than a difference
	Quantity  int
	Was       *int // refuse when the stock is no longer what the person saw; nil does not look
}

// Adjust changes a variant's stock by delta pieces, for one of the manual reasons.
func (s *Service) Adjust(ctx context.Context, st *tenant.Store, variantID string, delta int, reason, note string) error {
	return s.Count(ctx, st, []Change{{VariantID: variantID, Quantity: delta}}, reason, note)
}

// Count changes the stock of several variants at once, all or none. A variant that was not counted is from
// now on. Fields at fault are "quantity.<variant id>", "reason" and "note".
func (s *Service) Count(ctx context.Context, st *tenant.Store, changes []Change, reason, note string) error {
	var f problem.Fields
	f.Check(slices.Contains(manual, reason), "reason", "Choose a reason.")
	f.Check(utf8.RuneCountInString(note) <= maxNote, "note", "Use at most %d characters.", maxNote)
	if err := f.Err(); err != nil {
		return err
	}
	if s.off(st) {
		return problem.New(problem.Conflict, "The inventory is switched off.")
	}
	names, err := s.names(ctx, st, changes)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		var f problem.Fields
		for _, c := range changes {
			if err := s.count(ctx, tx, c, names[c.VariantID], reason, note, &f); err != nil {
				return err
			}
		}
		return f.Err()
	})
}

func (s *Service) count(ctx context.Context, tx *tenant.Store, c Change, name, reason, note string, f *problem.Fields) error {
	field := "quantity." + c.VariantID
	levels, err := s.readLevels(ctx, tx, []string{c.VariantID})
	if err != nil {
		return err
	}
	old, counted := levels[c.VariantID]
	if c.Was != nil && *c.Was != old.OnHand {
		f.Add(field, "This was %d when you looked and is %d now. Please look again.", *c.Was, old.OnHand)
		return nil
	}
	delta := c.Quantity
	if c.Set {
		delta = c.Quantity - old.OnHand
	}
	next := old
	next.VariantID, next.Tracked = c.VariantID, true
	if err := allowed(next, delta, reason); err != nil {
		f.Add(field, "%s", message(err))
		return nil
	}
	if !counted || !old.Tracked {
		if err := s.saveLevel(ctx, tx, old, next); err != nil {
			return err
		}
	}
	if err := s.move(ctx, tx, next, delta, reason, "", note); err != nil {
		return err
	}
	after := next
	after.OnHand += delta
	return record(ctx, tx, "inventory.stock.adjusted", name, old, after)
}

// Set makes a variant's stock onHand pieces. A variant without a level is tracked from now on.
func (s *Service) Set(ctx context.Context, tx *tenant.Store, variantID string, onHand int, reason string) error {
	if s.off(tx) {
		return nil
	}
	return tx.Write(ctx, func(tx *tenant.Store) error {
		levels, err := s.readLevels(ctx, tx, []string{variantID})
		if err != nil {
			return err
		}
		l, ok := levels[variantID]
		if !ok {
			l = inventorytype.Level{VariantID: variantID, Tracked: true}
			if err := s.saveLevel(ctx, tx, inventorytype.Level{}, l); err != nil {
				return err
			}
		}
		return s.move(ctx, tx, l, onHand-l.OnHand, reason, "", "")
	})
}

// names are the variants' names, for the audit. It also refuses variants that the catalogue does not have.
func (s *Service) names(ctx context.Context, st *tenant.Store, changes []Change) (map[string]string, error) {
	variants := make([]string, len(changes))
	for i, c := range changes {
		variants[i] = c.VariantID
	}
	return s.known(ctx, st, variants)
}

func (s *Service) known(ctx context.Context, st *tenant.Store, variants []string) (map[string]string, error) {
	out := map[string]string{}
	if s.catalog == nil {
		return out, nil
	}
	found, err := s.catalog.Variants(ctx, st, variants)
	if err != nil {
		return nil, err
	}
	for _, id := range variants {
		v, ok := found[id]
		if !ok {
			return nil, problem.New(problem.NotFound, "This variant does not exist.")
		}
		out[id] = name(v)
	}
	return out, nil
}

func message(err error) string {
	if p, ok := err.(*problem.Error); ok && len(p.Fields) > 0 {
		return p.Fields[0].Message
	}
	return err.Error()
}

// state is a level as the audit keeps it.
type state struct {
	Tracked   bool `json:"tracked"`
	OnHand    int  `json:"on_hand"`
	Backorder bool `json:"backorder"`
}

func record(ctx context.Context, tx *tenant.Store, action, name string, old, now inventorytype.Level) error {
	before, after, err := audit.Diff(state{old.Tracked, old.OnHand, old.Backorder}, state{now.Tracked, now.OnHand, now.Backorder})
	if err != nil || len(after) == 0 {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{Action: action, SubjectKind: "variant", SubjectID: now.VariantID, SubjectName: name, Before: before, After: after})
}

// renamed gives a refusal's field another name: the one that the surface has for it.
func renamed(err error, from, to string) error {
	var p *problem.Error
	if !errors.As(err, &p) {
		return err
	}
	own := *p
	own.Fields = slices.Clone(p.Fields)
	for i := range own.Fields {
		if own.Fields[i].Name == from {
			own.Fields[i].Name = to
		}
	}
	return &own
}
