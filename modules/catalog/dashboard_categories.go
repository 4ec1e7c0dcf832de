package catalog

import (
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type categoriesView struct {
	Nodes   []Node
	Count   map[string]int    // products of the shop, with those of the categories below
	Badges  map[string]string // of those that come into the shop by themselves, or have left it
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
	d.Badges = map[string]string{}
	for i := range all {
		d.Badges[all[i].ID] = categoryBadge(c, &all[i], s.moment())
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
	before, err := s.CategoryRows(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	if _, err := s.DeleteCategory(c.Ctx(), c.Store, cat.ID, form.Value("below") == "delete"); err != nil {
		return err
	}
	undo, err := s.undoCategories(c.Ctx(), c.Store, before)
	if err != nil {
		return err
	}
	if err := s.flashUndo(c, c.T("“%s” was deleted. Its products stay.", clip(cat.Name)), undo); err != nil {
		return err
	}
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
