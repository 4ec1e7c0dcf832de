package cms

import "wizamart/framework/web"

type redirectsPage struct {
	Redirects []Redirect
	Query     string
	Paging    web.Paging
	Edit      bool
}

func (s *Service) dashboardRedirects(c *web.Context) error { return s.renderRedirects(c, nil) }

func (s *Service) renderRedirects(c *web.Context, form *web.Form) error {
	page := c.PageNumber()
	list, total, err := s.Redirects(c.Ctx(), c.Store, c.Search(), page)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "cms/dashboard/redirects", Title: c.T("Redirects"), Form: form,
		D: redirectsPage{Redirects: list, Query: c.Search(), Paging: c.Paging(page, redirectPage, total), Edit: c.Can(Write)},
	})
}

func (s *Service) dashboardAddRedirects(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	list, err := ParseRedirects(form.Value("lines"))
	if err == nil {
		list, err = s.AddRedirects(c.Ctx(), c.Store, list)
	}
	if err != nil {
		if form.Take(err) {
			return s.renderRedirects(c, form)
		}
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.TN("%d redirect works now.", "%d redirects work now.", len(list))})
	return c.Redirect("/redirects")
}

func (s *Service) dashboardDeleteRedirect(c *web.Context) error {
	r, err := s.DeleteRedirect(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("The redirect from %s was deleted.", r.From), Action: c.T("Undo"), ActionURL: c.URL("/redirects/" + r.ID + "/restorations")})
	return c.Redirect("/redirects")
}

func (s *Service) dashboardRestoreRedirect(c *web.Context) error {
	r, err := s.RestoreRedirect(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "%s leads to %s again.", r.From, r.To)
	return c.Redirect("/redirects")
}
