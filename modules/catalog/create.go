package catalog

import (
	"context"
	"fmt"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Create makes a product. One without variants gets one at price zero; one without a slug gets one from its title, made
// unique; one without a status is a draft.
func (s *Service) Create(ctx context.Context, st *tenant.Store, p Product) (*Product, error) {
	out := &p
	err := st.Write(ctx, func(tx *tenant.Store) error {
		fresh := p // a closure may be run again
		if fresh.Status == "" {
			fresh.Status = Draft
		}
		if fresh.Status == Active && fresh.PublishedAt.IsZero() {
			fresh.PublishedAt = s.moment()
		}
		if len(fresh.Variants) == 0 {
			fresh.Variants = []Variant{NewVariant()}
		}
		if fresh.Slug == "" {
			slug, err := s.FreeSlug(ctx, tx, MakeSlug(fresh.Title, "product"))
			if err != nil {
				return err
			}
			fresh.Slug = slug
		}
		out = &fresh
		_, err := s.Save(ctx, tx, nil, out)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// NewVariant is a variant as a merchant would start with.
func NewVariant() Variant {
	return Variant{RequiresShipping: true, Taxable: true, Fulfilment: "manual"}
}

// FreeSlug is slug, or slug-2, slug-3 and so on: the first that no living product has as address or handle.
func (s *Service) FreeSlug(ctx context.Context, st *tenant.Store, slug string) (string, error) {
	if len(slug) > 200 {
		slug = slug[:200]
	}
	rows, err := st.QueryContext(ctx, `SELECT slug FROM catalog_product WHERE deleted_at IS NULL AND slug >= ? AND slug < ?
		UNION SELECT handle FROM catalog_product WHERE deleted_at IS NULL AND handle >= ? AND handle < ?`, slug, slug+"~", slug, slug+"~")
	taken, err := collect(rows, err, scanString)
	if err != nil {
		return "", wrap("look for a free address", err)
	}
	used := map[string]bool{}
	for _, t := range taken {
		used[t] = true
	}
	for n, candidate := 2, slug; n < 100_000; n++ {
		if !used[candidate] {
			return candidate, nil
		}
		candidate = fmt.Sprintf("%s-%d", slug, n)
	}
	return "", problem.New(problem.Conflict, "No address is free for “%s”.", slug)
}
