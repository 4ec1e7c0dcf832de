package catalog

import (
	"context"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Delete takes a product out of the catalogue. Its rows stay: orders speak of them, and Restore brings it back.
func (s *Service) Delete(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		p, err := s.Product(ctx, tx, id)
		if err != nil {
			return err
		}
		now := database.Now()
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_product SET deleted_at = ?, updated_at = ? WHERE id = ?", now, now, id); err != nil {
			return wrap("delete the product", err)
		}
		if err := unindex(ctx, tx, p.Seq); err != nil {
			return err
		}
		return s.announce(ctx, tx, "deleted", p, p.view(), nil, nil)
	})
}

// Restore brings a deleted product back as it was. When another has taken its address meanwhile, it gets a new one.
func (s *Service) Restore(ctx context.Context, st *tenant.Store, id string) (*Product, error) {
	var out *Product
	err := st.Write(ctx, func(tx *tenant.Store) error {
		list, err := products(ctx, tx, "WHERE p.id = ?", id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return problem.New(problem.NotFound, "This product does not exist.")
		}
		if out = &list[0]; out.DeletedAt.IsZero() {
			return nil
		}
		if err := s.roomForProduct(ctx, tx); err != nil {
			return err
		}
		slug, err := s.FreeSlug(ctx, tx, out.Slug)
		if err != nil {
			return err
		}
		handle := out.Handle
		if slug != out.Slug {
			handle = slug
		} else if _, err := s.ProductByHandle(ctx, tx, handle); err == nil {
			handle = slug
		}
		out.Slug, out.Handle, out.DeletedAt = slug, handle, database.Time{}
		_, err = tx.ExecContext(ctx, "UPDATE catalog_product SET deleted_at = NULL, slug = ?, handle = ?, updated_at = ? WHERE id = ?", slug, handle, database.Now(), id)
		if err != nil {
			return wrap("restore the product", err)
		}
		if err := s.joinByRules(ctx, tx, out); err != nil {
			return err
		}
		if err := index(ctx, tx, out); err != nil {
			return err
		}
		return s.announce(ctx, tx, "created", out, nil, out.view(), nil)
	})
	return out, err
}
