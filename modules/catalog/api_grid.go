package catalog

import (
	"context"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

func (s *Service) apiGrid(r *app.Router, op func(method, path, perm, id, summary string) app.Operation) {
	edit := op("PATCH", "/stores/{store}/variants", Write, "update-variants", "Change many variants at once")
	edit.MaxBody = gridBody
	edit.Description = "All or none, in one transaction. Complaints name the field and the variant, such as price-<id>. " +
		"With product_updated_at, a product that was changed since is refused with 409 and the field row-<id>."
	app.API(r, edit, s.apiUpdateVariants)
}

// variantLine is a change of one variant, and of its product's title and status.
type variantLine struct {
	ID               string     `json:"id" doc:"Of the variant"`
	ProductUpdatedAt *time.Time `json:"product_updated_at,omitempty" doc:"updated_at of the product when it was read; missing: it is changed whatever it is now"`
	Title            *string    `json:"title,omitempty" maxLength:"255" doc:"Of the product"`
	Status           *Status    `json:"status,omitempty" enum:"draft,active,archived" doc:"Of the product"`
	OnHand           *int       `json:"on_hand,omitempty" minimum:"-1000000000" maximum:"1000000000" doc:"Pieces; needs the permission to change the stock"`
	VariantPatch
}

type updateVariantsInput struct {
	Store string `path:"store" doc:"Code of the store"`
	Body  struct {
		Variants []variantLine `json:"variants" minItems:"1" maxItems:"1000"`
	}
}

type updateVariantsOutput struct {
	Body struct {
		Products []string `json:"products" doc:"Ids of the products that are different now"`
	}
}

func (s *Service) apiUpdateVariants(ctx context.Context, c *web.Context, in *updateVariantsInput) (*updateVariantsOutput, error) {
	edits := make([]VariantEdit, len(in.Body.Variants))
	for i := range in.Body.Variants {
		line := &in.Body.Variants[i]
		edits[i] = VariantEdit{VariantID: line.ID, Change: func(p *Product, v *Variant) error {
			put(&p.Title, line.Title)
			if line.Status != nil {
				if err := p.setStatus(*line.Status, s.moment()); err != nil {
					return err
				}
			}
			return line.apply(v, c.Store.Currency())
		}}
		if line.ProductUpdatedAt != nil {
			edits[i].Seen = line.ProductUpdatedAt.UnixMilli()
		}
		if line.OnHand != nil {
			if !c.Can("inventory.write") {
				return nil, problem.New(problem.Forbidden, "You may not change the stock.")
			}
			edits[i].Stock = &StockEdit{OnHand: line.OnHand}
		}
	}
	changed, err := s.EditVariants(ctx, c.Store, edits)
	if err != nil {
		return nil, err
	}
	out := &updateVariantsOutput{}
	out.Body.Products = make([]string, len(changed))
	for i := range changed {
		out.Body.Products[i] = changed[i].After.ID
	}
	return out, nil
}
