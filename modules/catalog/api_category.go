package catalog

import (
	"context"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

func (s *Service) apiCategories(r *app.Router, op func(method, path, perm, id, summary string) app.Operation) {
	const categories = "/stores/{store}/categories"
	app.API(r, op("GET", categories, Read, "list-categories", "List categories, parents before children"), s.apiListCategories)
	create := op("POST", categories, Write, "create-category", "Create a category")
	create.Status = http.StatusCreated
	app.API(r, create, s.apiCreateCategory)
	app.API(r, op("PATCH", categories+"/{category}", Write, "update-category", "Change a category"), s.apiUpdateCategory)
	remove := op("DELETE", categories+"/{category}", Remove, "delete-category", "Delete a category")
	remove.Status, remove.Description = http.StatusNoContent, "Categories below it move one level up; products stay."
	app.API(r, remove, s.apiDeleteCategory)
}

type categoryPatch struct {
	Name     *string   `json:"name,omitempty" maxLength:"100"`
	Slug     *string   `json:"slug,omitempty" maxLength:"255"`
	ParentID *string   `json:"parent_id,omitempty" doc:"Empty: at the top"`
	Text     *string   `json:"text,omitempty" doc:"HTML; the shop shows it sanitised"`
	Types    *[]string `json:"types,omitempty" maxItems:"50"`
	Tags     *[]string `json:"tags,omitempty" maxItems:"50"`

	Conditions *[]Condition `json:"conditions,omitempty" maxItems:"20"`
	Match      *string      `json:"match,omitempty" enum:"all,any" doc:"How many of the conditions have to hold; any where nothing is said"`
	Sort       *string      `json:"sort,omitempty" enum:",best-selling,newest,price,-price,title" doc:"Order of the products; empty is by hand. best-selling is by pieces sold in the last 90 days, then the newest"`

	PublishAt   *string `json:"publish_at,omitempty" maxLength:"40" doc:"RFC 3339: from when shoppers see it; empty: always"`
	UnpublishAt *string `json:"unpublish_at,omitempty" maxLength:"40" doc:"RFC 3339: from when they do not see it any more; empty: never"`

	Order *[]string `json:"order,omitempty" maxItems:"500" doc:"Ids of products in the order by hand; others follow"`
}

func (in *categoryPatch) apply(c *Category) error {
	put(&c.Name, in.Name)
	put(&c.Slug, in.Slug)
	put(&c.ParentID, in.ParentID)
	put(&c.TextSource, in.Text)
	put(&c.Rule.Types, in.Types)
	put(&c.Rule.Tags, in.Tags)
	put(&c.Rule.Conditions, in.Conditions)
	put(&c.Sort, in.Sort)
	if in.Match != nil {
		c.Rule.All = *in.Match == "all"
	}
	var f problem.Fields
	takeTime(&f, "publish_at", &c.PublishAt, in.PublishAt)
	takeTime(&f, "unpublish_at", &c.UnpublishAt, in.UnpublishAt)
	return f.Err()
}

type categoryOutput struct{ Body categoryResource }

type listCategoriesOutput struct {
	Body struct {
		Items []categoryResource `json:"items"`
	}
}

func (s *Service) apiListCategories(ctx context.Context, c *web.Context, _ *struct {
	Store string `path:"store" doc:"Code of the store"`
},
) (*listCategoriesOutput, error) {
	all, err := s.CategoryRows(ctx, c.Store)
	if err != nil {
		return nil, err
	}
	count, err := categoryCounts(ctx, c.Store, s.moment())
	if err != nil {
		return nil, err
	}
	out := &listCategoriesOutput{}
	out.Body.Items = []categoryResource{}
	for _, n := range tree(all) {
		out.Body.Items = append(out.Body.Items, newCategoryResource(n.Category, count[n.ID]))
	}
	return out, nil
}

func (s *Service) apiCreateCategory(ctx context.Context, c *web.Context, in *struct {
	Store string `path:"store" doc:"Code of the store"`
	Body  categoryPatch
},
) (*categoryOutput, error) {
	var fresh Category
	if err := in.Body.apply(&fresh); err != nil {
		return nil, err
	}
	made, err := s.CreateCategory(ctx, c.Store, fresh)
	if err != nil {
		return nil, err
	}
	return s.categoryOutput(ctx, c, made)
}

func (s *Service) apiUpdateCategory(ctx context.Context, c *web.Context, in *struct {
	Store    string `path:"store" doc:"Code of the store"`
	Category string `path:"category" doc:"Id of the category"`
	Body     categoryPatch
},
) (*categoryOutput, error) {
	var saved *Category
	err := c.Store.Write(ctx, func(tx *tenant.Store) (err error) {
		if saved, err = s.UpdateCategory(ctx, tx, in.Category, in.Body.apply); err == nil && in.Body.Order != nil {
			err = s.ArrangeCategory(ctx, tx, in.Category, *in.Body.Order)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.categoryOutput(ctx, c, saved)
}

func (s *Service) categoryOutput(ctx context.Context, c *web.Context, cat *Category) (*categoryOutput, error) {
	count, err := categoryCounts(ctx, c.Store, s.moment())
	if err != nil {
		return nil, err
	}
	return &categoryOutput{newCategoryResource(cat, count[cat.ID])}, nil
}

func (s *Service) apiDeleteCategory(ctx context.Context, c *web.Context, in *struct {
	Store    string `path:"store" doc:"Code of the store"`
	Category string `path:"category" doc:"Id of the category"`
},
) (*struct{}, error) {
	_, err := s.DeleteCategory(ctx, c.Store, in.Category, false)
	return nil, err
}
