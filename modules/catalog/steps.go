package catalog

import (
	"context"

	"wizamart/framework/app"
	"wizamart/tenant"
)

// steps is what the catalogue adds to a new store's checklist.
func (s *Service) steps(ctx context.Context, st *tenant.Store) ([]app.Step, error) {
	counts, err := s.StatusCounts(ctx, st)
	if err != nil {
		return nil, err
	}
	step := app.Step{
		Key: "catalog.product", Icon: "package", Title: "Add your first product", Text: "By hand, or all at once from a CSV file.", Path: "/products", Permission: Write, Order: 10, Done: counts[Active] > 0,
	}
	if counts[Draft] > 0 && !step.Done {
		step.Title, step.Text, step.Path = "Put a product in the shop", "Yours are drafts: set one to Active when it is ready.", "/products?status=draft"
	}
	return []app.Step{step}, nil
}
