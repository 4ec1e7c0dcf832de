package catalog

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

func (s *Service) api(r *app.Router) {
	const products = "/stores/{store}/products"
	op := func(method, path, perm, id, summary string) app.Operation {
		return app.Operation{Method: method, Path: path, Permission: perm, ID: id, Tag: "Catalogue", Summary: summary}
	}
	list := op("GET", products, Read, "list-products", "List products")
	list.Description = "The last changed first, deleted ones left out. Pages are cut by limit and offset; total is how many match in all."
	app.API(r, list, s.apiListProducts)
	create := op("POST", products, Write, "create-product", "Create a product")
	create.Status, create.MaxBody, create.Description = http.StatusCreated, 8<<20, "A draft, unless status says otherwise. Without variants it gets one; with options and no variants it gets one for each combination."
	app.API(r, create, s.apiCreateProduct)
	app.API(r, op("GET", products+"/{product}", Read, "get-product", "Get a product"), s.apiGetProduct)
	app.API(r, op("PATCH", products+"/{product}", Write, "update-product", "Change a product"), s.apiUpdateProduct)
	remove := op("DELETE", products+"/{product}", Remove, "delete-product", "Delete a product")
	remove.Status, remove.Description = http.StatusNoContent, "It leaves the shop; orders keep what they hold."
	app.API(r, remove, s.apiDeleteProduct)
	app.API(r, op("PATCH", products+"/{product}/variants/{variant}", Write, "update-variant", "Change a variant"), s.apiUpdateVariant)
	s.apiGrid(r, op)
	s.apiBrands(r, op)
	s.apiCategories(r, op)
}

type listProductsInput struct {
	Store  string `path:"store" doc:"Code of the store"`
	Search string `query:"q" maxLength:"200" doc:"Beginnings of words in title, brand, type, tags, SKU, barcode and description"`
	Status Status `query:"status" enum:"draft,active,archived"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Offset int    `query:"offset" minimum:"0"`
}

type listProductsOutput struct {
	Body struct {
		Items []productResource `json:"items"`
		Total int               `json:"total" doc:"All that match, on all pages"`
	}
}

func (s *Service) apiListProducts(ctx context.Context, c *web.Context, in *listProductsInput) (*listProductsOutput, error) {
	rows, total, err := s.List(ctx, c.Store, ListFilter{Search: in.Search, Status: in.Status, Limit: in.Limit, Offset: in.Offset})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	list, err := s.ProductsByID(ctx, c.Store, ids)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Product{}
	all := make([]*Product, len(list))
	for i := range list {
		all[i], byID[list[i].ID] = &list[i], &list[i]
	}
	levels, err := s.levels(ctx, c.Store, all...)
	if err != nil {
		return nil, err
	}
	types, err := s.typeSetOf(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	out := &listProductsOutput{}
	out.Body.Items, out.Body.Total = []productResource{}, total
	for _, id := range ids {
		if p := byID[id]; p != nil {
			out.Body.Items = append(out.Body.Items, newProductResource(p, levels, c.Store.Currency(), types))
		}
	}
	return out, nil
}

type productOutput struct{ Body productResource }

func (s *Service) productOutput(ctx context.Context, st *tenant.Store, p *Product) (*productOutput, error) {
	levels, err := s.levels(ctx, st, p)
	if err != nil {
		return nil, err
	}
	types, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	return &productOutput{newProductResource(p, levels, st.Currency(), types)}, nil
}

type ProductInput struct {
	Store   string `path:"store" doc:"Code of the store"`
	Product string `path:"product" doc:"Id of the product"`
}

func (s *Service) apiGetProduct(ctx context.Context, c *web.Context, in *ProductInput) (*productOutput, error) {
	p, err := s.Product(ctx, c.Store, in.Product)
	if err != nil {
		return nil, err
	}
	return s.productOutput(ctx, c.Store, p)
}

func (s *Service) apiDeleteProduct(ctx context.Context, c *web.Context, in *ProductInput) (*struct{}, error) {
	return nil, s.Delete(ctx, c.Store, in.Product)
}

type createProductInput struct {
	Store string `path:"store" doc:"Code of the store"`
	Body  struct {
		ProductPatch
		Options  []optionResource `json:"options,omitempty" maxItems:"3"`
		Variants []newVariant     `json:"variants,omitempty" maxItems:"1000"`
	}
}

// ProductPatch is what may be said of a product; what is missing stays as it is.
type ProductPatch struct {
	Title          *string   `json:"title,omitempty" maxLength:"255"`
	Slug           *string   `json:"slug,omitempty" maxLength:"255"`
	Body           *string   `json:"body,omitempty" doc:"HTML; the shop shows it sanitised"`
	Brand          *string   `json:"brand,omitempty" maxLength:"255"`
	Type           *string   `json:"type,omitempty" maxLength:"255"`
	Tags           *[]string `json:"tags,omitempty" maxItems:"250"`
	Status         *Status   `json:"status,omitempty" enum:"draft,active,archived"`
	SEOTitle       *string   `json:"seo_title,omitempty" maxLength:"255"`
	SEODescription *string   `json:"seo_description,omitempty" maxLength:"2000"`
	Categories     *[]string `json:"categories,omitempty" doc:"Ids"`
	GiftCard       *bool     `json:"gift_card,omitempty" doc:"Each piece that is paid becomes a gift card worth its price"`

	Fields      map[string]any  `json:"fields,omitempty" doc:"What it says in the fields of its type, by key: text, a number, true or false, a list of choices; null says nothing"`
	Safety      *safetyResource `json:"safety,omitempty" doc:"All of it: what is missing in it is nothing"`
	PublishedAt *string         `json:"published_at,omitempty" maxLength:"40" doc:"RFC 3339: from when it is in the shop while it is active; empty: not at all"`
	UnpublishAt *string         `json:"unpublish_at,omitempty" maxLength:"40" doc:"RFC 3339: when it leaves the shop by itself; empty: never"`
}

func put[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (in *ProductPatch) apply(p *Product, now database.Time) error {
	put(&p.Title, in.Title)
	put(&p.Slug, in.Slug)
	put(&p.BodySource, in.Body)
	put(&p.Brand, in.Brand)
	put(&p.Type, in.Type)
	put(&p.Tags, in.Tags)
	put(&p.SEOTitle, in.SEOTitle)
	put(&p.SEODescription, in.SEODescription)
	put(&p.Categories, in.Categories)
	put(&p.GiftCard, in.GiftCard)
	if in.Safety != nil {
		p.Safety = Safety(*in.Safety)
	}
	if in.Status != nil {
		if err := p.setStatus(*in.Status, now); err != nil {
			return err
		}
	}
	var f problem.Fields
	takeTime(&f, "published_at", &p.PublishedAt, in.PublishedAt)
	takeTime(&f, "unpublish_at", &p.UnpublishAt, in.UnpublishAt)
	return f.Err()
}

// newVariant is a variant to be made.
type newVariant struct {
	Options []string `json:"options,omitempty" maxItems:"3" doc:"A value for each of the product's options"`
	VariantPatch
}

// VariantPatch is what may be said of a variant; what is missing stays as it is.
type VariantPatch struct {
	SKU              *string       `json:"sku,omitempty" maxLength:"255"`
	Barcode          *string       `json:"barcode,omitempty" maxLength:"255"`
	Price            *money.Amount `json:"price,omitempty"`
	CompareAt        *money.Amount `json:"compare_at,omitempty" doc:"An amount of 0 takes it away"`
	Cost             *money.Amount `json:"cost,omitempty"`
	Grams            *int64        `json:"grams,omitempty" minimum:"0"`
	Content          *string       `json:"content,omitempty" maxLength:"40" doc:"How much one piece holds, such as 750 ml, for the price of a unit; empty is not known"`
	RequiresShipping *bool         `json:"requires_shipping,omitempty"`
	Taxable          *bool         `json:"taxable,omitempty"`
	TaxClass         *string       `json:"tax_class,omitempty" maxLength:"255" doc:"Code of a tax class; empty is the standard rate"`
	ImageID          *string       `json:"image_id,omitempty"`
}

func (in *VariantPatch) apply(v *Variant, currency string) error {
	var f problem.Fields
	put(&v.SKU, in.SKU)
	put(&v.Barcode, in.Barcode)
	put(&v.Grams, in.Grams)
	put(&v.RequiresShipping, in.RequiresShipping)
	put(&v.Taxable, in.Taxable)
	put(&v.TaxClass, in.TaxClass)
	put(&v.ImageID, in.ImageID)
	if in.Price != nil {
		v.Price = minorOf(&f, "price", *in.Price, currency)
	}
	if in.CompareAt != nil {
		minor := minorOf(&f, "compare_at", *in.CompareAt, currency)
		if v.CompareAt = &minor; minor == 0 {
			v.CompareAt = nil
		}
	}
	if in.Cost != nil {
		minor := minorOf(&f, "cost", *in.Cost, currency)
		v.Cost = &minor
	}
	if in.Content != nil {
		content, err := ParseContent(*in.Content)
		if err != nil {
			f.Add("content", "Enter an amount with its unit, such as 750 ml, 0.5 kg or 2 m.")
		}
		v.Content = content
	}
	return f.Err()
}

func (s *Service) apiCreateProduct(ctx context.Context, c *web.Context, in *createProductInput) (*productOutput, error) {
	types, err := s.typeSetOf(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	var p Product
	if err := in.Body.apply(&p, s.moment()); err != nil {
		return nil, err
	}
	if p.Status == "" {
		p.Status = Draft
	}
	if err := types.setFields(&p, in.Body.Fields); err != nil {
		return nil, err
	}
	for _, o := range in.Body.Options {
		p.Options = append(p.Options, Option{Name: o.Name, Values: o.Values})
	}
	for _, nv := range in.Body.Variants {
		v := NewVariant()
		copy(v.Values[:], nv.Options)
		if err := nv.apply(&v, c.Store.Currency()); err != nil {
			return nil, err
		}
		p.Variants = append(p.Variants, v)
	}
	if len(p.Options) > 0 && len(p.Variants) == 0 {
		if err := p.FillVariants(); err != nil {
			return nil, err
		}
	}
	made, err := s.Create(ctx, c.Store, p)
	if err != nil {
		return nil, err
	}
	return s.productOutput(ctx, c.Store, made)
}

type updateProductInput struct {
	ProductInput
	Body ProductPatch
}

func (s *Service) apiUpdateProduct(ctx context.Context, c *web.Context, in *updateProductInput) (*productOutput, error) {
	types, err := s.typeSetOf(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	p, err := s.Update(ctx, c.Store, in.Product, func(p *Product) error {
		if err := in.Body.apply(p, s.moment()); err != nil {
			return err
		}
		return types.setFields(p, in.Body.Fields)
	})
	if err != nil {
		return nil, err
	}
	return s.productOutput(ctx, c.Store, p)
}

type updateVariantInput struct {
	ProductInput
	Variant string `path:"variant" doc:"Id of the variant"`
	Body    VariantPatch
}

type variantOutput struct{ Body variantResource }

func (s *Service) apiUpdateVariant(ctx context.Context, c *web.Context, in *updateVariantInput) (*variantOutput, error) {
	p, err := s.Update(ctx, c.Store, in.Product, func(p *Product) error {
		v := p.Variant(in.Variant)
		if v == nil {
			return problem.New(problem.NotFound, "This variant does not exist.")
		}
		return in.Body.apply(v, c.Store.Currency())
	})
	if err != nil {
		return nil, err
	}
	levels, err := s.levels(ctx, c.Store, p)
	if err != nil {
		return nil, err
	}
	return &variantOutput{newVariantResource(p, p.Variant(in.Variant), levels, c.Store.Currency())}, nil
}
