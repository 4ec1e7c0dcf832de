package catalog

import (
	"context"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// MoveCategory moves a category among its siblings: −1 before the one ahead of it, 1 behind the next. At the end it stays.
func (s *Service) MoveCategory(ctx context.Context, st *tenant.Store, id string, by int) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		all, err := s.CategoryRows(ctx, tx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(c Category) bool { return c.ID == id })
		if at < 0 {
			return problem.New(problem.NotFound, "This category does not exist.")
		}
		var siblings []*Category
		from := 0
		for i := range all {
			if all[i].ParentID == all[at].ParentID {
				if i == at {
					from = len(siblings)
				}
				siblings = append(siblings, &all[i])
			}
		}
		to := from + by
		if to < 0 || to >= len(siblings) {
			return nil
		}
		siblings[from], siblings[to] = siblings[to], siblings[from]
		for i, c := range siblings {
			if c.Position == i+1 {
				continue
			}
			if _, err := tx.ExecContext(ctx, "UPDATE catalog_category SET position = ?, updated_at = ? WHERE id = ?", i+1, database.Now(), c.ID); err != nil {
				return wrap("order the categories", err)
			}
		}
		return record(ctx, tx, "catalog.category.moved", "category", id, all[at].Name, map[string]any{"place": from + 1}, map[string]any{"place": to + 1})
	})
}

// DeleteCategory takes a category out of the tree. Those below it move up into its place, or go with it. Products stay.
// It gives the ids that were deleted, the category's own first, for RestoreCategories.
func (s *Service) DeleteCategory(ctx context.Context, st *tenant.Store, id string, withBelow bool) ([]string, error) {
	var gone []string
	err := st.Write(ctx, func(tx *tenant.Store) error {
		gone = nil
		all, err := s.CategoryRows(ctx, tx)
		if err != nil {
			return err
		}
		nodes := tree(all)
		at := slices.IndexFunc(nodes, func(n Node) bool { return n.ID == id })
		if at < 0 {
			return problem.New(problem.NotFound, "This category does not exist.")
		}
		now := database.Now()
		remove := nodes[at : at+1]
		if withBelow {
			remove = nodes[at : at+1+nodes[at].Below]
		} else {
			for _, n := range nodes[at+1 : at+1+nodes[at].Below] {
				if n.ParentID != id {
					continue
				}
				n.ParentID, n.UpdatedAt = nodes[at].ParentID, now
				if err := writeCategory(ctx, tx, n.Category); err != nil {
					return err
				}
			}
		}
		for _, n := range remove {
			was := n.view()
			n.DeletedAt, n.UpdatedAt = now, now
			if err := writeCategory(ctx, tx, n.Category); err != nil {
				return err
			}
			if err := record(ctx, tx, "catalog.category.deleted", "category", n.ID, n.Name, was, nil); err != nil {
				return err
			}
			gone = append(gone, n.ID)
		}
		return nil
	})
	return gone, err
}

// RestoreCategories brings deleted categories back. One whose parent is gone stands at the top; one whose address was taken
// meanwhile gets another.
func (s *Service) RestoreCategories(ctx context.Context, st *tenant.Store, ids []string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		for _, id := range ids {
			list, err := categories(ctx, tx, "WHERE c.id = ?", id)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				return problem.New(problem.NotFound, "This category does not exist.")
			}
			c := &list[0]
			if c.DeletedAt.IsZero() {
				continue
			}
			all, err := s.CategoryRows(ctx, tx)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(all, func(o Category) bool { return o.ID == c.ParentID }) {
				c.ParentID = ""
			}
			c.Slug, c.DeletedAt, c.UpdatedAt = freeSlug(all, c.Slug), database.Time{}, database.Now()
			if err := c.prepare(all, tx.Currency()); err != nil {
				return err
			}
			if err := writeCategory(ctx, tx, c); err != nil {
				return err
			}
			if err := s.applyRule(ctx, tx, c); err != nil {
				return err
			}
			if err := record(ctx, tx, "catalog.category.created", "category", id, c.Name, nil, c.view()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Assign puts products into a category by hand, or takes them out. A product that the category's rule takes stays in it.
func (s *Service) Assign(ctx context.Context, st *tenant.Store, categoryID string, productIDs []string, in bool) error {
	if _, err := s.Category(ctx, st, categoryID); err != nil {
		return err
	}
	for _, id := range productIDs {
		_, err := s.Update(ctx, st, id, func(p *Product) error {
			p.Categories = slices.DeleteFunc(p.Categories, func(c string) bool { return c == categoryID })
			if in {
				p.Categories = append(p.Categories, categoryID)
			}
			return nil
		})
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
	}
	return nil
}
