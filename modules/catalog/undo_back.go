package catalog

import (
	"context"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Undo takes an action back, once, by somebody who has the permissions that can tells: what was deleted, or a stock that was set, needs more than Write. What
// was changed again since stays as it is: left counts those products and categories.
func (s *Service) Undo(ctx context.Context, st *tenant.Store, id string, can func(permission string) bool) (done, left int, err error) {
	state, err := s.undoState(ctx, st, id)
	if err != nil {
		return 0, 0, err
	}
	if state.deletes() && !can(Remove) {
		return 0, 0, problem.New(problem.Forbidden, "You may not bring back what was deleted.")
	}
	if state.stocks() && !can("inventory.write") {
		return 0, 0, problem.New(problem.Forbidden, "You may not change the stock.")
	}
	err = st.Write(ctx, func(tx *tenant.Store) error { // nobody does it twice
		res, err := tx.ExecContext(ctx, "DELETE FROM catalog_undo WHERE id = ?", id)
		if err != nil {
			return wrap("take an action back", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return noUndo
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	count := func(err error) error {
		switch {
		case err == nil:
			done++
		case problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound) || problem.Is(err, problem.Invalid):
			left++
		default:
			return err
		}
		return nil
	}
	for i := range state.Products { // each is its own transaction, so that a thousand of them hold nobody up
		if err := count(s.undoProduct(ctx, st, &state.Products[i])); err != nil {
			return done, left, err
		}
	}
	if err := s.RestoreCategories(ctx, st, state.deletedCategories()); err != nil { // before others move below them again
		return done, left, err
	}
	for i := range state.Categories {
		if err := count(s.undoCategory(ctx, st, &state.Categories[i])); err != nil {
			return done, left, err
		}
	}
	if len(state.Pictures) > 0 {
		back, err := s.RestorePictures(ctx, st, state.Pictures)
		return done + back, left, err
	}
	if state.OrderOf != "" {
		err = count(s.ArrangeCategory(ctx, st, state.OrderOf, state.Order))
	}
	return done, left, err
}

func (s *Service) undoProduct(ctx context.Context, st *tenant.Store, u *undoProduct) error {
	if u.Deleted {
		_, err := s.Restore(ctx, st, u.ID)
		return err
	}
	if u.Whole != nil {
		_, err := s.Update(ctx, st, u.ID, func(p *Product) error {
			if p.UpdatedAt.UnixMilli() != u.Version {
				return problem.New(problem.Conflict, "Somebody else changed this product meanwhile.")
			}
			*p = *u.Whole.clone()
			return nil
		})
		return err
	}
	p, err := s.Product(ctx, st, u.ID)
	if err != nil {
		return err
	}
	whole := func(p *Product) {
		p.Title, p.Status, p.PublishedAt, p.UnpublishAt, p.Tags = u.Title, u.Status, u.PublishedAt, u.UnpublishAt, u.Tags
	}
	if len(u.Variants) == 0 {
		_, err = s.EditVariants(ctx, st, []VariantEdit{{VariantID: p.Variants[0].ID, Seen: u.Version, Change: func(p *Product, _ *Variant) error { whole(p); return nil }}})
		return err
	}
	var edits []VariantEdit
	for i := range u.Variants {
		v := &u.Variants[i]
		edit := VariantEdit{VariantID: v.ID, Seen: u.Version, Change: func(p *Product, now *Variant) error { whole(p); v.back(now); return nil }}
		if v.Stock != nil {
			edit.Stock = &StockEdit{OnHand: v.Stock.Was, Look: true, Was: v.Stock.Is}
		}
		edits = append(edits, edit)
	}
	_, err = s.EditVariants(ctx, st, edits)
	return err
}

func (s *Service) undoCategory(ctx context.Context, st *tenant.Store, u *undoCategory) error {
	_, err := s.UpdateCategory(ctx, st, u.ID, func(c *Category) error {
		if !u.Deleted && c.UpdatedAt.UnixMilli() != u.Version {
			return problem.New(problem.Conflict, "Somebody else changed this category meanwhile.")
		}
		slug := c.Slug // of what was deleted, another may have the address now
		updated := c.UpdatedAt
		*c = u.Category
		if c.UpdatedAt = updated; u.Deleted {
			c.Slug = slug
		}
		return nil
	})
	return err
}
