package cms

import (
	"net/url"

	"wizamart/framework/web"
)

type pagesPage struct {
	Pages   []Page
	ShopURL string
	Edit    bool
}

func (s *Service) dashboardPages(c *web.Context) error {
	pages, err := s.Pages(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	return s.renderPages(c, pages, nil)
}

func (s *Service) renderPages(c *web.Context, pages []Page, form *web.Form) error {
	return c.Render(web.Page{View: "cms/dashboard/pages", Title: c.T("Pages"), D: pagesPage{pages, s.shopURL(c), c.Can(Write)}, Form: form})
}

// dashboardCreatePage makes a page of a title alone; the rest is done on its own page.
func (s *Service) dashboardCreatePage(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	p, err := s.CreatePage(c.Ctx(), c.Store, PageInput{Title: form.Value("title"), InFooter: true})
	if err != nil {
		if form.Take(err) {
			pages, err := s.Pages(c.Ctx(), c.Store)
			if err != nil {
				return err
			}
			return s.renderPages(c, pages, form)
		}
		return err
	}
	return c.Redirect("/pages/" + p.ID)
}

type pagePage struct {
	Page    Page
	ShopURL string
	Edit    bool
}

func (s *Service) dashboardPage(c *web.Context) error {
	p, err := s.Page(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	on := func(b bool) []string {
		if b {
			return []string{"on"}
		}
		return nil
	}
	return s.renderPage(c, p, web.NewForm(url.Values{
		"title": {p.Title}, "slug": {p.Slug}, "body": {p.Body}, "description": {p.Description}, "published": on(p.Published), "in_footer": on(p.InFooter),
	}))
}

func (s *Service) renderPage(c *web.Context, p Page, form *web.Form) error {
	return c.Render(web.Page{
		View: "cms/dashboard/page", Title: p.Title, D: pagePage{p, s.shopURL(c), c.Can(Write)}, Form: form,
		Crumbs: []web.Link{{Label: c.T("Pages"), URL: c.URL("/pages")}, {Label: p.Title}},
	})
}

func (s *Service) dashboardSavePage(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id := c.Param("id")
	p, err := s.SavePage(c.Ctx(), c.Store, id, PageInput{
		Title: form.Value("title"), Slug: form.Value("slug"), Body: form.Value("body"), Description: form.Value("description"),
		Published: form.Bool("published"), InFooter: form.Bool("in_footer"),
	})
	if err != nil {
		if form.Take(err) {
			old, err := s.Page(c.Ctx(), c.Store, id)
			if err != nil {
				return err
			}
			return s.renderPage(c, old, form)
		}
		return err
	}
	if p.Published {
		c.Flash("success", "Page saved. Your shop shows it now.")
	} else {
		c.Flash("success", "Page saved as a draft.")
	}
	return c.Redirect("/pages/" + id)
}

func (s *Service) dashboardDeletePage(c *web.Context) error {
	p, err := s.DeletePage(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("“%s” was deleted.", p.Title), Action: c.T("Undo"), ActionURL: c.URL("/pages/" + p.ID + "/restorations")})
	return c.Redirect("/pages")
}

func (s *Service) dashboardRestorePage(c *web.Context) error {
	p, err := s.RestorePage(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is back.", p.Title)
	return c.Redirect("/pages/" + p.ID)
}
