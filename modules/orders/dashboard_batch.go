package orders

import (
	"context"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// maxBatch is how many orders one form can change.
const maxBatch = 100

// postFulfilments marks all that is left of the selected orders as sent.
func (s *Service) postFulfilments(c *web.Context) error {
	return s.batch(c, func(ctx context.Context, st *tenant.Store, id string) error {
		_, err := s.Fulfil(ctx, st, id, Fulfil{})
		return err
	}, "1 order fulfilled.", "%d orders fulfilled.")
}

// postPayments records what is outstanding of the selected orders as received.
func (s *Service) postPayments(c *web.Context) error {
	return s.batch(c, func(ctx context.Context, st *tenant.Store, id string) error {
		_, err := s.MarkPaid(ctx, st, id, MarkPaid{})
		return err
	}, "1 order marked as paid.", "%d orders marked as paid.")
}

// batch does the same to each selected order. Those that refuse are named with their reason, the others are done.
func (s *Service) batch(c *web.Context, do func(ctx context.Context, st *tenant.Store, id string) error, one, many string) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	ids := form.Values("id")
	if len(ids) == 0 {
		c.Flash("info", "Select at least one order first.")
		return c.Back("/orders")
	}
	if len(ids) > maxBatch {
		return problem.New(problem.Invalid, "Select at most %d orders at once.", maxBatch)
	}
	done, skipped := 0, []string{}
	for _, id := range ids {
		switch err := do(c.Ctx(), c.Store, id); problem.CodeOf(err) {
		case problem.Conflict:
			if len(skipped) < 5 {
				o, e := s.Get(c.Ctx(), c.Store, id)
				if e != nil {
					return e
				}
				skipped = append(skipped, o.Label())
			} else if len(skipped) == 5 {
				skipped = append(skipped, "…")
			}
		case problem.NotFound:
		default:
			if err != nil {
				return err
			}
			done++
		}
	}
	if done == 1 {
		c.Flash("success", one)
	} else if done > 1 {
		c.Flash("success", many, done)
	}
	if len(skipped) > 0 {
		c.Flash("warning", "Left as they were, because their state does not allow it: %s", strings.Join(skipped, ", "))
	}
	return c.Back("/orders")
}
