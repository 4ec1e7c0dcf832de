package catalog

import (
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// brandRoutes are the pages on which merchants say something of the brands that their products have.
func (s *Service) brandRoutes(r *app.Router) {
	r.Dashboard("GET", "/brands", Read, s.brandsPage)
	r.Dashboard("GET", "/brands/:slug", Read, s.brandPage)
	r.Dashboard("POST", "/brands/:slug", Write, s.saveBrand, app.MaxBody(uploadBody), app.Limit(limit.Upload))
}

type brandView struct {
	*Brand
	Shop       string
	PictureMax int // MB
}

func (s *Service) brandsPage(c *web.Context) error {
	list, err := s.BrandList(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "catalog/dashboard/brands", Title: c.T("Brands"), D: list})
}

func (s *Service) brandPage(c *web.Context) error { return s.renderBrand(c, nil) }

func (s *Service) renderBrand(c *web.Context, form *web.Form) error {
	b, err := s.Brand(c.Ctx(), c.Store, c.Param("slug"))
	if err != nil {
		return err
	}
	d := brandView{Brand: b, Shop: s.shopAddress(c, "/brands/"+b.Slug), PictureMax: MaxUpload >> 20}
	return c.Render(web.Page{
		View: "catalog/dashboard/brand", Title: b.Name, D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Brands"), URL: c.URL("/brands")}, {Label: b.Name}},
	})
}

func (s *Service) saveBrand(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	b, err := s.Brand(c.Ctx(), c.Store, c.Param("slug"))
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(form.Value("text"), "\r\n", "\n")
	in := BrandChange{Text: &text}
	if form.Bool("remove_logo") {
		in.Logo = new(string)
	}
	if c.R.MultipartForm != nil && len(c.R.MultipartForm.File["logo"]) > 0 {
		logo, err := s.takeLogo(c, b.Name)
		if err != nil {
			if e, ok := err.(*problem.Error); ok && form.Take(problem.On("logo", "%s", e.Message)) {
				return s.renderBrand(c, form)
			}
			return err
		}
		in.Logo = &logo
	}
	if _, err := s.DescribeBrand(c.Ctx(), c.Store, b.Slug, in); err != nil {
		if form.Take(err) {
			return s.renderBrand(c, form)
		}
		return err
	}
	c.Flash("success", "The brand was saved.")
	return c.Redirect("/brands/" + b.Slug)
}

func (s *Service) takeLogo(c *web.Context, name string) (hash string, err error) {
	f, err := c.R.MultipartForm.File["logo"][0].Open()
	if err != nil {
		return "", wrap("open an upload", err)
	}
	defer f.Close()
	p, err := s.StorePicture(c.Ctx(), c.Store, f, name)
	if err != nil {
		return "", err
	}
	return p.Hash, nil
}
