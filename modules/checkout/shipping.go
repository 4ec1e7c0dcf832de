package checkout

import (
	"context"
	"slices"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// ShippingMethods are the store's, in the merchant's order, switched off ones included.
func (s *Service) ShippingMethods(ctx context.Context, st *tenant.Store) ([]ShippingMethod, error) {
	return methods(ctx, st)
}

// ShippingMethod finds one that is not deleted.
func (s *Service) ShippingMethod(ctx context.Context, st *tenant.Store, id string) (ShippingMethod, error) {
	m, err := method(ctx, st, id)
	if err == nil && !m.DeletedAt.IsZero() {
		err = problem.New(problem.NotFound, "There is no such delivery method.")
	}
	return m, err
}

// CreateShippingMethod makes a draft: switched off, at the end, free of charge.
func (s *Service) CreateShippingMethod(ctx context.Context, st *tenant.Store, name string) (ShippingMethod, error) {
	now := database.Now()
	m := ShippingMethod{ID: database.NewID(), Name: name, CreatedAt: now, UpdatedAt: now}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		all, err := methods(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= MaxShippingMethods {
			return problem.New(problem.Conflict, "A store has at most %d delivery methods.", MaxShippingMethods)
		}
		m.Position = 0
		for _, o := range all {
			m.Position = max(m.Position, o.Position+1)
		}
		return change(ctx, tx, "created", nil, m)
	})
	return m, err
}

// SaveShippingMethod changes what a merchant may change of a method: not its place among the others.
func (s *Service) SaveShippingMethod(ctx context.Context, st *tenant.Store, in ShippingMethod) (ShippingMethod, error) {
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := st.Write(ctx, func(tx *tenant.Store) error {
		old, err := s.ShippingMethod(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if in.ZoneID != "" && in.ZoneID != old.ZoneID {
			if _, err := s.Zone(ctx, tx, in.ZoneID); problem.Is(err, problem.NotFound) {
				return problem.On("zone", "Choose a zone.")
			} else if err != nil {
				return err
			}
		}
		in.Position, in.CreatedAt, in.UpdatedAt = old.Position, old.CreatedAt, old.UpdatedAt
		return change(ctx, tx, "updated", &old, in)
	})
	return in, err
}

// DeleteShippingMethod takes a method away; RestoreShippingMethod brings it back.
func (s *Service) DeleteShippingMethod(ctx context.Context, st *tenant.Store, id string) (ShippingMethod, error) {
	return s.mark(ctx, st, id, "deleted", database.Now())
}

// RestoreShippingMethod brings a deleted method back as it was.
func (s *Service) RestoreShippingMethod(ctx context.Context, st *tenant.Store, id string) (ShippingMethod, error) {
	return s.mark(ctx, st, id, "restored", database.Time{})
}

func (s *Service) mark(ctx context.Context, st *tenant.Store, id, done string, deleted database.Time) (m ShippingMethod, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		old, err := method(ctx, tx, id)
		if err != nil {
			return err
		}
		m = old
		if old.DeletedAt.IsZero() == deleted.IsZero() {
			return nil
		}
		m.DeletedAt = deleted
		return change(ctx, tx, done, &old, m)
	})
	return m, err
}

// MoveShippingMethod moves a method by so many places among the others: −1 is one up.
func (s *Service) MoveShippingMethod(ctx context.Context, st *tenant.Store, id string, by int) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		all, err := methods(ctx, tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(m ShippingMethod) bool { return m.ID == id })
		if at < 0 {
			return problem.New(problem.NotFound, "There is no such delivery method.")
		}
		moved := all[at]
		all = slices.Insert(slices.Delete(all, at, at+1), min(max(at+by, 0), len(all)-1), moved)
		for i, m := range all {
			if m.Position == i {
				continue
			}
			m.Position = i
			if err := putMethod(ctx, tx, m); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "checkout.shipping_method.moved", SubjectKind: "shipping_method", SubjectID: moved.ID, SubjectName: moved.Name})
	})
}

// change writes a method and who changed what of it.
func change(ctx context.Context, tx *tenant.Store, done string, old *ShippingMethod, m ShippingMethod) error {
	var was any
	if old != nil {
		was = old
	}
	before, after, err := audit.Diff(was, m)
	if err != nil {
		return err
	}
	if done == "updated" && len(before) == 0 && len(after) == 0 {
		return nil
	}
	m.UpdatedAt = database.Now()
	if err := putMethod(ctx, tx, m); err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{
		Action: "checkout.shipping_method." + done, SubjectKind: "shipping_method", SubjectID: m.ID, SubjectName: m.Name, Before: before, After: after,
	})
}
