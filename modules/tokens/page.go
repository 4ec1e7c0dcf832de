package tokens

import (
	"strconv"

	"wizamart/framework/web"
	"wizamart/ui"
)

type tokenCard struct {
	Line
	Titles []string // of what it may, in the reader's language
	May    bool     // the reader may make a new secret for it
	Ended  string   // who revoked it
}

type box struct {
	Name, Title string
	On, Off     bool // Off: the reader does not have it, and cannot give it
}

type boxGroup struct {
	Module, Title string
	Boxes         []box
}

type pageData struct {
	Tokens  []tokenCard
	Ended   []tokenCard // revoked
	Groups  []boxGroup
	Days    []ui.Option
	Made    *Made // just now: its secret is shown this once
	Renewed bool
	Address string // of the store in the API
	May     bool
}

// lifetimes are offered on the page; the API takes any number of days.
var lifetimes = []struct {
	days  int
	label string
}{{30, "30 days"}, {90, "90 days"}, {365, "A year"}, {0, "Without an end"}}

const usualDays = 90

func (s *Service) page(c *web.Context) error { return s.render(c, nil, nil, false) }

func (s *Service) render(c *web.Context, form *web.Form, made *Made, renewed bool) error {
	info := c.Store.Info()
	list, err := s.List(c.Ctx(), info)
	if err != nil {
		return err
	}
	d := pageData{Made: made, Renewed: renewed, May: c.Can(write), Address: s.app.Config.URL(info.Base, "/api/v1/stores/"+info.Code)}
	titles := map[string]string{}
	for _, g := range s.Groups(info) {
		group := boxGroup{Module: g.Module, Title: c.T(g.Title)}
		for _, p := range g.Permissions {
			titles[p.Name] = c.T(p.Title)
			group.Boxes = append(group.Boxes, box{p.Name, titles[p.Name], form.Any() && form.Checked("permissions", p.Name), !c.Can(p.Name)})
		}
		d.Groups = append(d.Groups, group)
	}
	for _, l := range list {
		card := tokenCard{Line: l, May: d.May && c.Grants.Covers(l.Permissions)}
		for _, name := range l.Permissions {
			title := titles[name]
			if title == "" { // of a module that is off
				title = name
			}
			card.Titles = append(card.Titles, title)
		}
		if l.State != Revoked {
			d.Tokens = append(d.Tokens, card)
			continue
		}
		if u := s.app.Directory.Staff(l.RevokedBy); u != nil {
			card.Ended = u.Name
		}
		d.Ended = append(d.Ended, card)
	}
	for _, l := range lifetimes {
		d.Days = append(d.Days, ui.Option{Value: strconv.Itoa(l.days), Label: c.T(l.label)})
	}
	if made != nil {
		c.W.Header().Set("Cache-Control", "no-store")
	}
	return c.Render(web.Page{View: "tokens/dashboard/tokens", Title: c.T("API tokens"), D: d, Form: form})
}

func (s *Service) create(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := NewToken{Name: form.Value("name"), Permissions: form.Values("permissions")}
	if in.Days, err = strconv.Atoi(form.Value("days")); err != nil {
		form.Fail("days", "Choose for how long it works: at most %d days.", maxDays)
		return s.render(c, form, nil, false)
	}
	made, err := s.Create(c.Ctx(), c.User.ID, c.Store.Info(), in)
	if err != nil {
		if form.Take(err) {
			return s.render(c, form, nil, false)
		}
		return err
	}
	return s.render(c, nil, &made, false)
}

func (s *Service) newSecret(c *web.Context) error {
	made, err := s.Renew(c.Ctx(), c.User.ID, c.Store.Info(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.render(c, nil, &made, true)
}

func (s *Service) revoke(c *web.Context) error {
	t, err := s.Revoke(c.Ctx(), c.User.ID, c.Store.Info(), c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "“%s” is revoked. It no longer opens anything.", t.Name)
	return c.Redirect("/tokens")
}
