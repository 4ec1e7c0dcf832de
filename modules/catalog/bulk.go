package catalog

import (
	"context"
	"slices"
	"strings"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// MaxBulk is how many products one bulk action takes.
const MaxBulk = 1000

// Bulk does one thing to many products: activate, draft, archive, delete, restore, or tag (with the tag as argument). Products that are gone
// meanwhile are left out. It gives how many it changed. Each product is its own transaction, so that a thousand of them hold nobody up.
func (s *Service) Bulk(ctx context.Context, st *tenant.Store, ids []string, action, argument string) (int, error) {
	if len(ids) == 0 {
		return 0, problem.New(problem.Invalid, "Select at least one product.")
	}
	if len(ids) > MaxBulk {
		return 0, problem.New(problem.Invalid, "Select at most %d products at once.", MaxBulk)
	}
	do, err := s.bulkAction(st, action, argument)
	if err != nil {
		return 0, err
	}
	changed := 0
	for _, id := range ids {
		switch err := do(ctx, id); {
		case problem.Is(err, problem.NotFound):
		case err != nil:
			return changed, err
		default:
			changed++
		}
	}
	return changed, nil
}

func (s *Service) bulkAction(st *tenant.Store, action, argument string) (func(ctx context.Context, id string) error, error) {
	update := func(change func(*Product) error) func(context.Context, string) error {
		return func(ctx context.Context, id string) error {
			_, err := s.Update(ctx, st, id, change)
			return err
		}
	}
	status := map[string]Status{"activate": Active, "draft": Draft, "archive": Archived}
	switch action {
	case "activate", "draft", "archive":
		return update(func(p *Product) error { return p.setStatus(status[action], s.moment()) }), nil
	case "delete":
		return func(ctx context.Context, id string) error { return s.Delete(ctx, st, id) }, nil
	case "restore":
		return func(ctx context.Context, id string) error {
			_, err := s.Restore(ctx, st, id)
			return err
		}, nil
	case "tag":
		tag := strings.TrimSpace(argument)
		if tag == "" {
			return nil, problem.On("tag", "Enter a tag.")
		}
		return update(func(p *Product) error {
			if !slices.Contains(p.Tags, tag) {
				p.Tags = append(p.Tags, tag)
			}
			return nil
		}), nil
	}
	return nil, problem.New(problem.Invalid, "There is no action “%s”.", action)
}
