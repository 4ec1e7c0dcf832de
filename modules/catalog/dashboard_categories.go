package catalog

import (
	"net/url"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type categoriesView struct {
	Nodes   []Node
	Count   map[string]int // products of the shop, with those of the categories below
	Parents []ui.Option
	Open    bool // the form for a new one is shown
}

func (s *Service) categoriesPage(c *web.Context) error { return s.renderCategories(c, nil) }

func (s *Service) renderCategories(c *web.Context, form *web.Form) error {
	all, err := s.CategoryRows(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	d := categoriesView{Nodes: tree(all), Open: form.Any()}
	if d.Count, err = categoryCounts(c.Ctx(), c.Store, s.moment()); err != nil {
		return err
	}
	d.Parents = categoryOptions(d.Nodes)
	return c.Render(web.Page{View: "catalog/dashboard/categories", Title: c.T("Categories"), D: d, Form: form})
}

func (s *Service) createCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	made, err := s.CreateCategory(c.Ctx(), c.Store, Category{Name: form.Text("name", 100), ParentID: form.Value("parent")})
	if err != nil {
		if form.Take(err) {
			return s.renderCategories(c, form)
		}
		return err
	}
	c.Flash("success", "“%s” was added.", made.Name)
	return c.Redirect("/categories/" + made.ID)
}

// categoryView is the data of a category's page.
type categoryView struct {
	C        *Category
	Node     Node
	Parents  []ui.Option
	Types    string
	Tags     string
	InUse    []string // types in use
	TagsUsed []string
	Products int // in the shop
	Shop     string
}

func (s *Service) categoryPage(c *web.Context) error { return s.renderCategory(c, nil) }

func (s *Service) renderCategory(c *web.Context, form *web.Form) error {
	ctx, st, id := c.Ctx(), c.Store, c.Param("id")
	cat, err := s.Category(ctx, st, id)
	if err != nil {
		return err
	}
	all, err := s.CategoryRows(ctx, st)
	if err != nil {
		return err
	}
	d := categoryView{C: cat, Types: joinTags(cat.Rule.Types), Tags: joinTags(cat.Rule.Tags), Shop: s.shopAddress(c, "/categories/"+cat.Slug)}
	nodes := tree(all)
	for i := 0; i < len(nodes); i++ {
		if nodes[i].ID == id { // neither it nor what is below can stand above it
			d.Node = nodes[i]
			i += nodes[i].Below
			continue
		}
		d.Parents = append(d.Parents, categoryOptions(nodes[i:i+1])...)
	}
	count, err := categoryCounts(ctx, st, s.moment())
	if err != nil {
		return err
	}
	d.Products = count[id]
	if d.InUse, err = s.Types(ctx, st, 12); err != nil {
		return err
	}
	if d.TagsUsed, err = s.Tags(ctx, st, 20); err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/category", Title: cat.Name, D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Categories"), URL: c.URL("/categories")}, {Label: cat.Name}},
	})
}

func (s *Service) saveCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	_, err = s.UpdateCategory(c.Ctx(), c.Store, id, func(cat *Category) error {
		cat.Name, cat.Slug, cat.ParentID = form.Value("name"), strings.ToLower(form.Value("slug")), form.Value("parent")
		cat.TextSource = strings.ReplaceAll(form.Value("text"), "\r\n", "\n")
		cat.Rule = Rule{Types: splitTags(form.Value("rule_types"), cat.Rule.Types), Tags: splitTags(form.Value("rule_tags"), cat.Rule.Tags)}
		return nil
	})
	if err != nil {
		if form.Take(err) {
			return s.renderCategory(c, form)
		}
		return err
	}
	c.Flash("success", "The category was saved.")
	return c.Redirect("/categories/" + id)
}

func (s *Service) moveCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	by := map[string]int{"up": -1, "down": 1}[form.Value("direction")]
	if by == 0 {
		return problem.New(problem.BadRequest, "A category moves up or down.")
	}
	if err := s.MoveCategory(c.Ctx(), c.Store, c.Param("id"), by); err != nil {
		return err
	}
	return c.Redirect("/categories#category-" + c.Param("id"))
}

func (s *Service) deleteCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	cat, err := s.Category(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	ids, err := s.DeleteCategory(c.Ctx(), c.Store, cat.ID, form.Value("below") == "delete")
	if err != nil {
		return err
	}
	flash := web.Flash{Kind: "success", Text: c.T("“%s” was deleted. Its products stay.", clip(cat.Name))}
	if len(ids) <= 40 { // what a cookie can hold
		flash.Action, flash.ActionURL = c.T("Undo"), c.URL("/categories/"+cat.ID+"/restorations?"+url.Values{"also": ids[1:]}.Encode())
	}
	c.FlashAction(flash)
	return c.Redirect("/categories")
}

func (s *Service) restoreCategory(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RestoreCategories(c.Ctx(), c.Store, append([]string{c.Param("id")}, form.Values("also")...)); err != nil {
		return err
	}
	c.Flash("success", "It is back.")
	return c.Redirect("/categories")
}
