package onboarding

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"wizamart/framework/country"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type newStoreData struct {
	Base       string
	Countries  []ui.Option
	Currencies []ui.Option
	Languages  []ui.Option
	Again      bool // not their first shop
}

func (s *Service) newStorePage(c *web.Context) error {
	in, err := s.mayOpen(c.Ctx(), c.User.ID)
	if err != nil {
		return err
	}
	form := web.NewForm(url.Values{"name": {in.Business}, "country": {guessCountry(c.R.Header.Get("Accept-Language"))}})
	return s.renderNewStore(c, form)
}

func (s *Service) renderNewStore(c *web.Context, form *web.Form) error {
	d := newStoreData{
		Base: s.app.Platform.BaseDomain(), Currencies: []ui.Option{{Label: c.T("As usual in the country")}}, Languages: []ui.Option{{Label: c.T("As usual in the country")}},
		Again: len(s.people.Owns(c.User.ID)) > 0,
	}
	for _, k := range country.List(c.Lang) {
		d.Countries = append(d.Countries, ui.Option{Value: k.Code, Label: k.Name})
	}
	for _, code := range money.Codes() {
		d.Currencies = append(d.Currencies, ui.Option{Value: code, Label: code + " · " + money.Symbol(code, c.Lang)})
	}
	for _, l := range languages {
		d.Languages = append(d.Languages, ui.Option{Value: l[0], Label: l[1]})
	}
	return c.Render(web.Page{View: "onboarding/portal/new-store", Title: c.T("Name your shop"), D: d, Form: form, NoIndex: true})
}

func (s *Service) postNewStore(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	o := Opening{Name: form.Value("name"), Code: form.Value("code"), Country: form.Value("country"), Currency: form.Value("currency"), Language: form.Value("language")}
	if o.Language != "" && !slices.ContainsFunc(languages, func(l [2]string) bool { return l[0] == o.Language }) {
		form.Fail("language", "Choose one of the values.")
	}
	if err = form.Err(); err == nil {
		info, err := s.OpenStore(c.Ctx(), c.User.ID, o)
		if err == nil {
			c.Flash("success", "Here it is. Nobody sees it yet: launch it when it is ready.")
			return c.Redirect("/store/" + info.Code + "/")
		}
		if !form.Take(err) {
			return err
		}
	}
	return s.renderNewStore(c, form)
}

// codePage answers, for the form's script: a code for a name, or whether a code is free. Codes are public: shops stand at them.
func (s *Service) codePage(c *web.Context) error {
	if err := s.lookups.Take(c.User.ID); err != nil {
		return err
	}
	if _, err := s.mayOpen(c.Ctx(), c.User.ID); err != nil {
		return err
	}
	var out struct {
		Code    string `json:"code"`
		Free    bool   `json:"free"`
		Message string `json:"message"`
	}
	out.Code = strings.ToLower(c.Query("code"))
	if out.Code == "" {
		var err error
		if out.Code, err = s.app.Platform.SuggestCode(c.Ctx(), c.Query("name")); err != nil {
			return err
		}
	}
	switch err := s.app.Platform.CheckCode(c.Ctx(), out.Code); {
	case out.Code == "":
	case err == nil:
		out.Free, out.Message = true, c.T("%s is free.", out.Code+"."+s.app.Platform.BaseDomain())
	default:
		var p *problem.Error
		if !errors.As(err, &p) || len(p.Fields) == 0 {
			return err
		}
		out.Message = c.T(p.Fields[0].Message)
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	return json.NewEncoder(c.W).Encode(out)
}

// languages that a shop can speak, as their speakers call them.
var languages = [][2]string{
	{"da", "Dansk"}, {"de", "Deutsch"}, {"en", "English"}, {"es", "Español"}, {"fi", "Suomi"}, {"fr", "Français"}, {"it", "Italiano"}, {"ja", "日本語"}, {"nb", "Norsk bokmål"},
	{"nl", "Nederlands"}, {"pl", "Polski"}, {"pt", "Português"}, {"sv", "Svenska"},
}

// guessCountry is the country of somebody's preferred language, where it says one.
func guessCountry(accept string) string {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return ""
	}
	if region, sure := tags[0].Region(); sure >= language.High && country.Valid(region.String()) {
		return region.String()
	}
	return ""
}
