package tenancy

import (
	"errors"
	"slices"
	"strings"

	"wizamart/framework/auth"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

func asProblem(err error) (*problem.Error, bool) {
	var p *problem.Error
	ok := errors.As(err, &p)
	return p, ok
}

type merchantRow struct {
	tenant.Merchant
	Stores []*tenant.Info
}

func (s *Service) merchants(c *web.Context) error { return s.renderMerchants(c, nil) }

func (s *Service) renderMerchants(c *web.Context, form *web.Form) error {
	list, err := s.app.Platform.Merchants(c.Ctx(), c.Search())
	if err != nil {
		return err
	}
	stores := s.storesByMerchant()
	rows := make([]merchantRow, len(list))
	for i, m := range list {
		rows[i] = merchantRow{m, stores[m.ID]}
	}
	pages, shown := paginate(c, rows)
	return c.Render(web.Page{View: "tenancy/admin/merchants", Title: c.T("Merchants"), Form: form, D: merchantsData{listing[merchantRow]{shown, pages, c.Search()}, s.platforms()}})
}

type merchantsData struct {
	listing[merchantRow]
	Platforms []ui.Option // to choose from; empty while there is but one
}

func (s *Service) platforms() []ui.Option {
	var out []ui.Option
	for _, p := range s.app.Platform.Platforms() {
		out = append(out, ui.Option{Value: p.ID, Label: p.Name + " · " + p.BaseDomain})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

func (s *Service) createMerchant(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	m, err := s.CreateMerchant(c.Ctx(), tenant.NewMerchant{PlatformID: form.Value("platform"), Code: form.Value("code"), Name: form.Value("name"), Email: form.Value("email")})
	if err != nil {
		if form.Take(err) {
			return s.renderMerchants(c, form)
		}
		return err
	}
	c.Flash("success", "%s is created. Now create its first store.", m.Name)
	return c.Redirect("/merchants/" + m.ID)
}

type merchantData struct {
	Merchant   tenant.Merchant
	Stores     []*tenant.Info
	Currencies []ui.Option
	Locales    []ui.Option
}

func (s *Service) merchant(c *web.Context) error { return s.renderMerchant(c, nil) }

func (s *Service) renderMerchant(c *web.Context, form *web.Form) error {
	return s.renderMerchantOf(c, c.Param("id"), form)
}

func (s *Service) updateMerchant(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.UpdateMerchant(c.Ctx(), c.Param("id"), tenant.NewMerchant{Name: form.Value("name"), Email: form.Value("email")}); err != nil {
		if form.Take(err) {
			return s.renderMerchant(c, form)
		}
		return err
	}
	c.Flash("success", "Merchant saved.")
	return c.Redirect("/merchants/" + c.Param("id"))
}

type storeRow struct {
	*tenant.Info
	Shop, Dashboard string
}

func (s *Service) stores(c *web.Context) error { return s.renderStores(c) }

func (s *Service) renderStores(c *web.Context) error {
	var rows []storeRow
	q := strings.ToLower(c.Search())
	for _, info := range s.app.Platform.Stores() {
		if q != "" && !strings.Contains(strings.ToLower(info.Name+" "+info.Code+" "+info.MerchantName), q) {
			continue
		}
		rows = append(rows, storeRow{info, s.shopURL(info), s.dashboardURL(info)})
	}
	pages, shown := paginate(c, rows)
	return c.Render(web.Page{View: "tenancy/admin/stores", Title: c.T("Stores"), D: listing[storeRow]{shown, pages, c.Search()}})
}

func (s *Service) createStore(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	info, err := s.CreateStore(c.Ctx(), tenant.NewStore{
		MerchantID: form.Value("merchant"), Code: form.Value("store_code"), Name: form.Value("store_name"),
		Currency: form.Value("currency"), Locale: form.Value("locale"),
	})
	if err != nil {
		if p, ok := asProblem(err); ok {
			for i, f := range p.Fields { // the page has a merchant's name and code, too
				if f.Name == "code" || f.Name == "name" {
					p.Fields[i].Name = "store_" + f.Name
				}
			}
		}
		if form.Take(err) && form.Value("merchant") != "" {
			return s.renderMerchantOf(c, form.Value("merchant"), form)
		}
		return err
	}
	c.Flash("success", "%s is ready. Open its dashboard to add products.", info.Name)
	return c.Redirect("/stores/" + info.ID)
}

func (s *Service) renderMerchantOf(c *web.Context, id string, form *web.Form) error {
	m, err := s.app.Platform.Merchant(c.Ctx(), id)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "tenancy/admin/merchant", Title: m.Name, Form: form,
		D:      merchantData{m, s.storesByMerchant()[m.ID], currencies(), locales("")},
		Crumbs: []web.Link{{Label: c.T("Merchants"), URL: c.URL("/merchants")}, {Label: m.Name}},
	})
}

type storeData struct {
	storeRow
	Hosts   []string
	Locales []ui.Option
	Days    []StoreDay
	Confirm confirmData
	Barred  *tenant.Quarantine // it is closed because something is wrong with its file
}

func (s *Service) store(c *web.Context) error { return s.renderStore(c, nil) }

func (s *Service) renderStore(c *web.Context, form *web.Form) error {
	info := s.app.Platform.ByID(c.Param("id"))
	if info == nil {
		return problem.New(problem.NotFound, "This store does not exist.")
	}
	hosts, err := s.Domains(c.Ctx(), info.ID)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "tenancy/admin/store", Title: info.Name, Form: form,
		D:      storeData{storeRow: storeRow{info, s.shopURL(info), s.dashboardURL(info)}, Hosts: hosts, Locales: locales(info.Locale), Confirm: s.confirmData(c, info.ID), Barred: s.app.Platform.InQuarantine(info.ID)},
		Crumbs: []web.Link{{Label: c.T("Stores"), URL: c.URL("/stores")}, {Label: info.Name}},
	})
}

func (s *Service) updateStore(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := tenant.StoreChange{Name: form.Value("name"), Locale: form.Value("locale")}
	if err := s.UpdateStore(c.Ctx(), c.Param("id"), in); err != nil {
		if form.Take(err) {
			return s.renderStore(c, form)
		}
		return err
	}
	c.Flash("success", "Store saved.")
	return c.Redirect("/stores/" + c.Param("id"))
}

// currencies are the choices of a new store, the common ones first.
func currencies() []ui.Option {
	common := []string{"EUR", "USD", "GBP", "DKK", "SEK", "NOK", "CHF", "PLN", "CZK", "JPY"}
	seen := map[string]bool{}
	var out []ui.Option
	for _, code := range append(common, money.Codes()...) {
		if !seen[code] {
			seen[code] = true
			out = append(out, ui.Option{Value: code, Label: code + " · " + money.Symbol(code, "en")})
		}
	}
	return out
}

// locales are the languages and regions by which a shop's amounts and texts are formed; also is one that is in use.
func locales(also string) []ui.Option {
	var out []ui.Option
	for _, l := range [][2]string{
		{"en", "English"}, {"en-GB", "English (United Kingdom)"}, {"en-IE", "English (Ireland)"}, {"da", "Dansk"}, {"de", "Deutsch"}, {"de-AT", "Deutsch (Österreich)"},
		{"de-CH", "Deutsch (Schweiz)"}, {"es", "Español"}, {"fi", "Suomi"}, {"fr", "Français"}, {"it", "Italiano"}, {"ja", "日本語"}, {"nb", "Norsk bokmål"},
		{"nl", "Nederlands"}, {"pl", "Polski"}, {"pt", "Português"}, {"sv", "Svenska"},
	} {
		out = append(out, ui.Option{Value: l[0], Label: l[1]})
	}
	if also != "" && !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == also }) {
		out = append(out, ui.Option{Value: also, Label: also})
	}
	return out
}

// home is the operator's first page.
func (s *Service) home(c *web.Context) error {
	d, err := s.overview(c.Ctx())
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "tenancy/admin/home", Title: c.T("Overview"), D: d})
}

// search looks for merchants, stores and users at once.
func (s *Service) search(c *web.Context) error {
	q := c.Search()
	type found struct{ Kind, Icon, Label, Sub, URL string }
	var hits []found
	if q != "" {
		merchants, err := s.app.Platform.Merchants(c.Ctx(), q)
		if err != nil {
			return err
		}
		for _, m := range merchants[:min(10, len(merchants))] {
			hits = append(hits, found{c.T("Merchant"), "briefcase-business", m.Name, m.Email, c.URL("/merchants/" + m.ID)})
		}
		for _, info := range s.app.Platform.Stores() {
			if strings.Contains(strings.ToLower(info.Name+" "+info.Code), strings.ToLower(q)) && len(hits) < 20 {
				hits = append(hits, found{c.T("Store"), "store", info.Name, info.Code + " · " + info.MerchantName, c.URL("/stores/" + info.ID)})
			}
		}
		users, _, err := s.app.Auth.ListUsers(c.Ctx(), s.app.Platform.DB, auth.UserFilter{Search: q, PerPage: 10})
		if err != nil {
			return err
		}
		for _, u := range users {
			hits = append(hits, found{c.T("User"), "user", u.Name, u.Email, c.URL("/users/" + u.ID)})
		}
	}
	if q != "" && s.Places != nil {
		for _, p := range s.Places(c, q) {
			hits = append(hits, found{p.Kind, p.Icon, p.Label, p.Sub, c.URL(p.URL)})
		}
	}
	return c.Render(web.Page{View: "tenancy/admin/search", Title: c.T("Search"), D: map[string]any{"Q": q, "Hits": hits}})
}

// listing is a page of rows.
type listing[T any] struct {
	Rows  []T
	Pages web.Paging
	Q     string
}

const perPage = 50

// paginate is the page of rows that the address asks for.
func paginate[T any](c *web.Context, rows []T) (web.Paging, []T) {
	page := min(c.PageNumber(), max(1, (len(rows)+perPage-1)/perPage))
	return c.Paging(page, perPage, len(rows)), rows[(page-1)*perPage : min(page*perPage, len(rows))]
}
