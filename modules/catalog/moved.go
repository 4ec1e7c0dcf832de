package catalog

import (
	"context"
	"database/sql"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Whereabouts is what became of an address that no product, or no category, of the shop has.
type Whereabouts struct {
	Slug string // where it is now; "" when it is nowhere
	Gone bool   // it was here, and will not come back: deleted or archived after it was published
}

// ProductWhereabouts looks for a product that was at an address.
func (s *Service) ProductWhereabouts(ctx context.Context, st *tenant.Store, slug string) (Whereabouts, error) {
	return s.whereabouts(ctx, st, `SELECT p.slug, `+inShop+`, (p.deleted_at IS NOT NULL OR p.status = 'archived') AND coalesce(p.published_at <= ?1, 0) FROM catalog_product p
		WHERE p.id IN (SELECT target_id FROM catalog_slug WHERE kind = 'product' AND slug = ?2 UNION SELECT id FROM catalog_product WHERE slug = ?2) ORDER BY 2 DESC`, slug)
}

// CategoryWhereabouts looks for a category that was at an address.
func (s *Service) CategoryWhereabouts(ctx context.Context, st *tenant.Store, slug string) (Whereabouts, error) {
	return s.whereabouts(ctx, st, `SELECT c.slug, c.deleted_at IS NULL AND ?1 BETWEEN coalesce(c.publish_at, 0) AND coalesce(c.unpublish_at - 1, 9223372036854775807), c.deleted_at IS NOT NULL FROM catalog_category c
		WHERE c.id IN (SELECT target_id FROM catalog_slug WHERE kind = 'category' AND slug = ?2 UNION SELECT id FROM catalog_category WHERE slug = ?2) ORDER BY 2 DESC`, slug)
}

// whereabouts runs a query for slug, whether it is in the shop, and whether it is gone; those in the shop first.
func (s *Service) whereabouts(ctx context.Context, st *tenant.Store, query, slug string) (out Whereabouts, err error) {
	type row struct {
		slug       string
		here, gone bool
	}
	rows, err := st.QueryContext(ctx, query, s.moment(), slug)
	list, err := collect(rows, err, func(rows *sql.Rows, r *row) error { return rows.Scan(&r.slug, &r.here, &r.gone) })
	if err != nil || len(list) == 0 {
		return out, wrap("look for what was at an address", err)
	}
	if list[0].here {
		return Whereabouts{Slug: list[0].slug}, nil
	}
	for _, r := range list {
		if !r.gone {
			return out, nil // it may still come, or nobody is to know of it
		}
	}
	return Whereabouts{Gone: true}, nil
}

// renderElsewhere leads to where the thing at an address is now; otherwise it is not found, or gone.
func (s *Service) renderElsewhere(c *web.Context, folder string, find func(context.Context, *tenant.Store, string) (Whereabouts, error), cause error) error {
	at, err := find(c.Ctx(), c.Store, c.Param("slug"))
	if err != nil {
		return err
	}
	if at.Slug != "" && at.Slug != c.Param("slug") {
		return c.Moved(withQuery(folder+at.Slug, c.R.URL.Query()))
	}
	if at.Gone {
		cause = problem.New(problem.Gone, "This is not in the shop any more.")
	}
	return s.renderGone(c, cause)
}
