package catalog

import (
	"context"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Update changes a product: change gets it as it is now, and what it makes of it is checked and saved in one transaction. An error of
// change leaves everything as it was. change may run again.
func (s *Service) Update(ctx context.Context, st *tenant.Store, id string, change func(p *Product) error) (*Product, error) {
	var out *Product
	err := st.Write(ctx, func(tx *tenant.Store) error {
		before, err := s.Product(ctx, tx, id)
		if err != nil {
			return err
		}
		out = before.clone()
		if err := change(out); err != nil {
			return err
		}
		if out.Slug != before.Slug {
			out.Handle = out.Slug // who changes the address by hand names the product anew
		}
		_, err = s.Save(ctx, tx, before, out)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// clone is a copy that shares nothing that a change would write to.
func (p *Product) clone() *Product {
	c := *p
	c.Tags = append([]string(nil), p.Tags...)
	c.Categories = append([]string(nil), p.Categories...)
	c.Variants = append([]Variant(nil), p.Variants...)
	c.Images = append([]Image(nil), p.Images...)
	c.Fields = append([]FieldValue(nil), p.Fields...)
	c.Options = append([]Option(nil), p.Options...)
	for i := range c.Options {
		c.Options[i].Values = append([]string(nil), p.Options[i].Values...)
	}
	return &c
}

// SetStatus moves a product between draft, active and archived. What becomes active is published, unless it waits for a date; an end that has passed is forgotten.
func (s *Service) SetStatus(ctx context.Context, st *tenant.Store, id string, status Status) (*Product, error) {
	return s.Update(ctx, st, id, func(p *Product) error { return p.setStatus(status, s.moment()) })
}

func (p *Product) setStatus(status Status, now database.Time) error {
	if status != Draft && status != Active && status != Archived {
		return problem.On("status", "Choose draft, active or archived.")
	}
	if ended := !p.UnpublishAt.IsZero() && !now.Before(p.UnpublishAt.Time); status == Active && (p.PublishedAt.IsZero() || ended && p.Status != Active) {
		p.publish(now)
	}
	p.Status = status
	return nil
}
