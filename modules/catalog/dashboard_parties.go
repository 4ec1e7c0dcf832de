package catalog

import (
	"wizamart/framework/app"
	"wizamart/framework/country"
	"wizamart/framework/web"
	"wizamart/ui"
)

func (s *Service) partyRoutes(r *app.Router) {
	r.Dashboard("GET", "/responsible-parties", Read, s.partiesPage)
	r.Dashboard("POST", "/responsible-parties", Write, s.createParty)
	r.Dashboard("GET", "/responsible-parties/:id", Read, s.partyPage)
	r.Dashboard("POST", "/responsible-parties/:id", Write, s.saveParty)
	r.Dashboard("POST", "/responsible-parties/:id/deletions", Remove, s.deleteParty)
	r.Dashboard("POST", "/responsible-parties/:id/restorations", Remove, s.restoreParty)
	s.partyAPI(r)
}

// partiesView is the data of the page Product safety, and of a party's page.
type partiesView struct {
	Rows      []partyRow
	P         *Party // nil on the list
	Countries []ui.Option
	Missing   int  // active products that lack what article 19 asks for
	Sells     bool // to the Union
	Uses      int
}

type partyRow struct {
	Party
	Place string
	Uses  int
}

func countryChoices(c *web.Context) (out []ui.Option) {
	for _, one := range country.List(c.Lang) {
		out = append(out, ui.Option{Value: one.Code, Label: one.Name})
	}
	return out
}

// sellsToUnion tells whether goods go to the European Union; where nobody knows, they may.
func (s *Service) sellsToUnion(c *web.Context) (bool, error) {
	if s.Reach == nil {
		return true, nil
	}
	codes, known, err := s.Reach(c.Ctx(), c.Store)
	if err != nil || !known {
		return !known, err
	}
	for _, code := range codes {
		if memberStates[code] {
			return true, nil
		}
	}
	return false, nil
}

func (s *Service) partiesPage(c *web.Context) error { return s.renderParties(c, nil) }

func (s *Service) renderParties(c *web.Context, form *web.Form) error {
	list, err := s.Parties(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	uses, err := partyUse(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	d := partiesView{Countries: countryChoices(c)}
	if d.Sells, err = s.sellsToUnion(c); err != nil {
		return err
	}
	if d.Missing, err = s.WithoutSafety(c.Ctx(), c.Store); err != nil {
		return err
	}
	for _, p := range list {
		d.Rows = append(d.Rows, partyRow{p, country.Name(c.Lang, p.Country), uses[p.ID]})
	}
	return c.Render(web.Page{View: "catalog/dashboard/parties", Title: c.T("Product safety"), D: d, Form: form})
}

func typedParty(form *web.Form, p *Party) {
	p.Name, p.Address, p.Country, p.Contact = form.Value("name"), form.Value("address"), form.Value("country"), form.Value("contact")
	p.DefaultManufacturer, p.DefaultResponsible = form.Bool("default_manufacturer"), form.Bool("default_responsible")
}

func (s *Service) createParty(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	var in Party
	typedParty(form, &in)
	p, err := s.CreateParty(c.Ctx(), c.Store, in)
	if err != nil {
		if form.Take(err) {
			return s.renderParties(c, form)
		}
		return err
	}
	c.Flash("success", "“%s” was added.", p.Name)
	return c.Redirect("/responsible-parties")
}

func (s *Service) partyPage(c *web.Context) error { return s.renderParty(c, nil) }

func (s *Service) renderParty(c *web.Context, form *web.Form) error {
	p, err := s.Party(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	uses, err := partyUse(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "catalog/dashboard/parties", Title: p.Name, D: partiesView{P: p, Countries: countryChoices(c), Uses: uses[p.ID]}, Form: form,
		Crumbs: []web.Link{{Label: c.T("Product safety"), URL: c.URL("/responsible-parties")}, {Label: p.Name}},
	})
}

func (s *Service) saveParty(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	_, err = s.UpdateParty(c.Ctx(), c.Store, c.Param("id"), func(p *Party) error { typedParty(form, p); return nil })
	if err != nil {
		if form.Take(err) {
			return s.renderParty(c, form)
		}
		return err
	}
	c.Flash("success", "It was saved, for all products that name it.")
	return c.Redirect("/responsible-parties")
}

func (s *Service) deleteParty(c *web.Context) error {
	p, err := s.DeleteParty(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{
		Kind: "success", Text: c.T("“%s” was deleted.", clip(p.Name)), Action: c.T("Undo"), ActionURL: c.URL("/responsible-parties/" + p.ID + "/restorations"),
	})
	return c.Redirect("/responsible-parties")
}

func (s *Service) restoreParty(c *web.Context) error {
	if err := s.RestoreParty(c.Ctx(), c.Store, c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "It is back.")
	return c.Redirect("/responsible-parties/" + c.Param("id"))
}
