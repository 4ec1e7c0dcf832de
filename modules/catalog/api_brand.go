package catalog

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

func (s *Service) apiBrands(r *app.Router, op func(method, path, perm, id, summary string) app.Operation) {
	const brands = "/stores/{store}/brands"
	list := op("GET", brands, Read, "list-brands", "List brands")
	list.Description = "Those that products have, drafts among them, in the order of their names."
	app.API(r, list, s.apiListBrands)
	edit := op("PATCH", brands+"/{brand}", Write, "describe-brand", "Say something of a brand")
	edit.Status = http.StatusOK
	app.API(r, edit, s.apiDescribeBrand)
}

type brandResource struct {
	Slug     string   `json:"slug" doc:"Address in the shop: /brands/<slug>"`
	Name     string   `json:"name"`
	Names    []string `json:"names" doc:"Its spellings, as products have them"`
	Products int      `json:"products" doc:"Living ones, of any status"`
	Text     string   `json:"text" doc:"HTML as given"`
	Logo     string   `json:"logo,omitempty" doc:"Id of a picture"`
}

func newBrandResource(b *Brand) brandResource {
	return brandResource{b.Slug, b.Name, b.Names, b.Products, b.TextSource, b.Logo.Hash}
}

type listBrandsOutput struct {
	Body struct {
		Items []brandResource `json:"items"`
	}
}

func (s *Service) apiListBrands(ctx context.Context, c *web.Context, _ *struct {
	Store string `path:"store" doc:"Code of the store"`
},
) (*listBrandsOutput, error) {
	list, err := s.BrandList(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	out := &listBrandsOutput{}
	out.Body.Items = make([]brandResource, len(list))
	for i := range list {
		out.Body.Items[i] = newBrandResource(&list[i])
	}
	return out, nil
}

type brandOutput struct{ Body brandResource }

func (s *Service) apiDescribeBrand(ctx context.Context, c *web.Context, in *struct {
	Store string `path:"store" doc:"Code of the store"`
	Brand string `path:"brand" doc:"Slug of the brand"`
	Body  struct {
		Text *string `json:"text,omitempty" doc:"HTML; the shop shows it sanitised"`
		Logo *string `json:"logo,omitempty" doc:"Id of a picture of the store; empty for none"`
	}
},
) (*brandOutput, error) {
	b, err := s.DescribeBrand(ctx, c.Store, in.Brand, BrandChange{Text: in.Body.Text, Logo: in.Body.Logo})
	if err != nil {
		return nil, err
	}
	return &brandOutput{newBrandResource(b)}, nil
}
