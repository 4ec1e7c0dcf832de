package checkout

import (
	"net/url"
	"strconv"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type methodRow struct {
	ShippingMethod
	Cost   money.Amount
	Free   *money.Amount
	Where  string
	First  bool
	Last   bool
	Number int
}

type methodPage struct {
	Method    ShippingMethod
	Countries []countryChoice
	Zones     []ui.Option
	Tiers     []tierRow
	Currency  string
}

type tierRow struct{ From, Price string }

type countryChoice struct {
	Country
	On bool
}

func (s *Service) listMethods(c *web.Context) error {
	all, err := s.ShippingMethods(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	zones, err := s.Zones(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, z := range zones {
		names[z.ID] = z.Name
	}
	list, active := make([]methodRow, len(all)), 0
	for i, m := range all {
		list[i] = methodRow{ShippingMethod: m, Cost: money.New(m.Price, c.Store.Currency()), Where: where(c, m.Countries), First: i == 0, Last: i == len(all)-1}
		if m.ZoneID != "" {
			if list[i].Where = names[m.ZoneID]; list[i].Where == "" {
				list[i].Where = c.T("Nowhere: its zone was deleted")
			}
		}
		if m.FreeAbove != nil {
			free := money.New(*m.FreeAbove, c.Store.Currency())
			list[i].Free = &free
		}
		if m.Active {
			active++
		}
	}
	return c.Render(web.Page{View: "checkout/dashboard/delivery", Title: c.T("Delivery"), D: map[string]any{"Methods": list, "Active": active, "Zones": zoneRows(zones, all), "Test": testZone(c, zones, all)}})
}

// where names the first countries and counts the others.
func where(c *web.Context, codes []string) string {
	switch n := len(codes); {
	case n == 0:
		return c.T("Everywhere")
	case n > 3:
		return c.T("%s, %s and %d more", CountryName(codes[0]), CountryName(codes[1]), n-2)
	}
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = CountryName(code)
	}
	return joined(", ", names...)
}

func (s *Service) createMethod(c *web.Context) error {
	m, err := s.CreateShippingMethod(c.Ctx(), c.Store, c.T("New delivery method"))
	if problem.Is(err, problem.Conflict) {
		c.Flash("error", "A store has at most %d delivery methods.", MaxShippingMethods)
		return c.Redirect("/delivery")
	}
	if err != nil {
		return err
	}
	return c.Redirect("/delivery/" + m.ID)
}

func (s *Service) showMethod(c *web.Context) error {
	m, err := s.ShippingMethod(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderMethod(c, m, web.NewForm(methodValues(m, c.Store.Currency())))
}

func methodValues(m ShippingMethod, currency string) url.Values {
	v := url.Values{"name": {m.Name}, "description": {m.Description}, "estimate": {m.Estimate}, "price": {money.New(m.Price, currency).Decimal()}, "countries": m.Countries, "where": {"everywhere"}}
	if m.FreeAbove != nil {
		v.Set("free_above", money.New(*m.FreeAbove, currency).Decimal())
	}
	if len(m.Countries) > 0 {
		v.Set("where", "some")
	}
	if m.ZoneID != "" {
		v.Set("where", "zone")
		v.Set("zone", m.ZoneID)
	}
	v.Set("basis", string(m.Basis))
	for _, t := range m.Tiers {
		v.Add("tier_from", m.measure(t, currency))
		v.Add("tier_price", money.New(t.Price, currency).Decimal())
	}
	for name, n := range map[string]int{"days_min": m.DaysMin, "days_max": m.DaysMax} {
		if m.DaysMax > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, on := range map[string]bool{"pickup": m.Pickup, "active": m.Active} {
		if on {
			v.Set(name, "on")
		}
	}
	return v
}

func (s *Service) renderMethod(c *web.Context, m ShippingMethod, form *web.Form) error {
	page := methodPage{Method: m, Currency: c.Store.Currency()}
	zones, err := s.Zones(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	for _, z := range zones {
		page.Zones = append(page.Zones, ui.Option{Value: z.ID, Label: z.Name})
	}
	from, price := form.Values("tier_from"), form.Values("tier_price")
	for i := range maxTiers {
		switch {
		case i < min(len(from), len(price)):
			page.Tiers = append(page.Tiers, tierRow{from[i], price[i]})
		case i < 5 || i < len(m.Tiers)+2:
			page.Tiers = append(page.Tiers, tierRow{})
		}
	}
	for _, on := range []bool{true, false} { // those that are ticked stand first
		for _, country := range Countries {
			if form.Checked("countries", country.Code) == on {
				page.Countries = append(page.Countries, countryChoice{country, on})
			}
		}
	}
	return c.Render(web.Page{View: "checkout/dashboard/method", Title: m.Name, D: page, Form: form, Crumbs: []web.Link{{Label: c.T("Delivery"), URL: c.URL("/delivery")}}})
}

func (s *Service) saveMethod(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	m, err := s.ShippingMethod(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	in := m
	in.Name, in.Description, in.Estimate = form.Value("name"), form.Value("description"), form.Value("estimate")
	in.Pickup, in.Active, in.Countries, in.FreeAbove, in.ZoneID = form.Bool("pickup"), form.Bool("active"), nil, nil, ""
	in.DaysMin, in.DaysMax, in.Basis = form.Int("days_min", 0, 90), form.Int("days_max", 0, 90), Basis(form.Value("basis"))
	in.Tiers = tiersOf(form, in.Basis, c.Store.Currency())
	in.Price, _ = form.Money("price", c.Store.Currency())
	if free, ok := form.Money("free_above", c.Store.Currency()); ok {
		in.FreeAbove = &free
	}
	if form.Value("where") == "zone" {
		if in.ZoneID = form.Value("zone"); in.ZoneID == "" {
			form.Fail("zone", "Choose a zone.")
		}
	}
	if form.Value("where") == "some" {
		in.Countries = form.Values("countries")
		if len(in.Countries) == 0 {
			form.Fail("countries", "Choose at least one country, or deliver everywhere.")
		}
	}
	if err := in.Validate(); err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		return s.renderMethod(c, m, form)
	}
	if _, err := s.SaveShippingMethod(c.Ctx(), c.Store, in); err != nil {
		if form.Take(err) {
			return s.renderMethod(c, m, form)
		}
		return err
	}
	c.Flash("success", "Saved “%s”.", in.Name)
	return c.Redirect("/delivery")
}

func (s *Service) moveMethod(c *web.Context) error {
	by := 1
	if c.R.FormValue("direction") == "up" {
		by = -1
	}
	if err := s.MoveShippingMethod(c.Ctx(), c.Store, c.Param("id"), by); err != nil {
		return err
	}
	return c.Redirect("/delivery")
}

func (s *Service) deleteMethod(c *web.Context) error {
	m, err := s.DeleteShippingMethod(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("Deleted “%s”.", m.Name), Action: c.T("Undo"), ActionURL: c.URL("/delivery/" + m.ID + "/restorations")})
	return c.Redirect("/delivery")
}

func (s *Service) restoreMethod(c *web.Context) error {
	m, err := s.RestoreShippingMethod(c.Ctx(), c.Store, c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is back.", m.Name)
	return c.Redirect("/delivery")
}
