package checkout

import (
	"net/url"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

func (s *Service) zoneRoutes(r *app.Router) {
	r.Dashboard("POST", "/delivery-zones", "checkout.write", s.createZone)
	r.Dashboard("GET", "/delivery-zones/:id", "checkout.read", s.showZone)
	r.Dashboard("POST", "/delivery-zones/:id", "checkout.write", s.saveZone)
	r.Dashboard("POST", "/delivery-zones/:id/deletions", "checkout.write", s.deleteZone)
	r.Dashboard("POST", "/delivery-zones/:id/restorations", "checkout.write", s.restoreZone)
}

type zoneRow struct {
	Zone
	Where   string
	Methods int
}

// zoneTest answers which zone an address belongs to, and what is offered there.
type zoneTest struct {
	Asked     bool
	Zone      string
	By        string
	Offers    []string
	Countries []ui.Option
	Form      *web.Form
}

var closenessNames = map[Closeness]string{RestOfWorld: "the rest of the world", ByCountry: "the country", ByRegion: "the region", ByPostalCode: "the postal code"}

func zoneRows(zones []Zone, methods []ShippingMethod) []zoneRow {
	out := make([]zoneRow, len(zones))
	for i, z := range zones {
		out[i].Zone = z
		for j, p := range z.Places {
			if j == 4 {
				out[i].Where += " …"
				break
			}
			out[i].Where = joined(", ", out[i].Where, p.String())
		}
		for _, m := range methods {
			if m.ZoneID == z.ID {
				out[i].Methods++
			}
		}
	}
	return out
}

func testZone(c *web.Context, zones []Zone, methods []ShippingMethod) zoneTest {
	t := zoneTest{Countries: countryOptions(Countries), Form: web.NewForm(url.Values{"country": {c.Query("country")}, "postal_code": {c.Query("postal_code")}, "region": {c.Query("region")}})}
	country := strings.ToUpper(c.Query("country"))
	if !KnownCountry(country) {
		if home := homeOf(c.Store); home != "" {
			t.Form.Set("country", home)
		}
		return t
	}
	t.Asked = true
	z, by := zoneOf(zones, ordertype.Address{Country: country, PostalCode: normalPostalCode(country, c.Query("postal_code")), Region: c.Query("region")})
	in := ""
	if z != nil {
		in, t.Zone, t.By = z.ID, z.Name, c.T(closenessNames[by])
	}
	for _, m := range methods {
		if m.Active && m.goesTo(country, in) {
			t.Offers = append(t.Offers, m.Name)
		}
	}
	return t
}

func (s *Service) createZone(c *web.Context) error {
	z, err := s.CreateZone(c.Ctx(), c.Store, c.T("New zone"))
	if problem.Is(err, problem.Conflict) {
		c.Flash("error", "A store has at most %d zones.", MaxZones)
		return c.Redirect("/delivery")
	}
	if err != nil {
		return err
	}
	return c.Redirect("/delivery-zones/" + z.ID)
}

func (s *Service) showZone(c *web.Context) error {
	z, err := s.Zone(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	lines := make([]string, len(z.Places))
	for i, p := range z.Places {
		lines[i] = p.String()
	}
	return s.renderZone(c, z, web.NewForm(url.Values{"name": {z.Name}, "places": {strings.Join(lines, "\n")}}))
}

func (s *Service) renderZone(c *web.Context, z Zone, form *web.Form) error {
	return c.Render(web.Page{View: "checkout/dashboard/zone", Title: z.Name, D: z, Form: form, Crumbs: []web.Link{{Label: c.T("Delivery"), URL: c.URL("/delivery")}}})
}

func (s *Service) saveZone(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	z, err := s.Zone(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	in := z
	in.Name, in.Places = form.Value("name"), []Place{}
	for _, line := range strings.FieldsFunc(form.Value("places"), func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		if line = tidy(line); line == "" {
			continue
		}
		p, err := ParsePlace(line)
		if err != nil {
			form.Fail("places", "“%s” is no place. Write DE, US-CA, DE 80000..81999, GB SW* or *, each on a line of its own.", line)
			break
		}
		in.Places = append(in.Places, p)
	}
	if !form.Any() {
		if _, err = s.SaveZone(c.Ctx(), c.Store, in); err == nil {
			c.Flash("success", "Saved “%s”.", in.Name)
			return c.Redirect("/delivery")
		}
		if !form.Take(err) {
			return err
		}
	}
	return s.renderZone(c, z, form)
}

func (s *Service) deleteZone(c *web.Context) error {
	z, err := s.DeleteZone(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("Deleted “%s”.", z.Name), Action: c.T("Undo"), ActionURL: c.URL("/delivery-zones/" + z.ID + "/restorations")})
	return c.Redirect("/delivery")
}

func (s *Service) restoreZone(c *web.Context) error {
	z, err := s.RestoreZone(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is back.", z.Name)
	return c.Redirect("/delivery")
}

// measure writes where a tier begins: kilograms, or an amount.
func (m ShippingMethod) measure(t Tier, currency string) string {
	if m.Basis == ByWeight {
		return money.New(t.From, "KWD").Decimal() // a kilogram has as many grams as that currency's unit has parts
	}
	return money.New(t.From, currency).Decimal()
}

// tiersOf reads the rows of prices of a method's form. Rows without anything are left out.
func tiersOf(form *web.Form, basis Basis, currency string) (out []Tier) {
	from, price := form.Values("tier_from"), form.Values("tier_price")
	unit := currency
	if basis == ByWeight {
		unit = "KWD"
	}
	for i := range min(len(from), len(price), maxTiers) {
		if strings.TrimSpace(from[i]+price[i]) == "" {
			continue
		}
		f, err1 := money.Parse(unit, strings.TrimSpace(from[i]))
		p, err2 := money.Parse(currency, strings.TrimSpace(price[i]))
		if err1 != nil || err2 != nil {
			form.Fail("tiers", "Each price needs where it begins and what it is, as 2.50.")
			return out
		}
		out = append(out, Tier{f.Minor, p.Minor})
	}
	return out
}
