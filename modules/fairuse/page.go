package fairuse

import (
	"strconv"
	"strings"

	"wizamart/framework/disk"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// pageData is what a store uses, in the dashboard and in the admin.
type pageData struct {
	Store  *tenant.Info
	Lines  []lineView
	Action string // where the operator's form goes; "" in the dashboard
}

type lineView struct {
	Line
	Title, Text string
	Field       string // the store's own quota, as typed; "" for the platform's
	Platform    int64  // the platform's
}

// Value and Max are the bar's.
func (l lineView) Max() int64 { return max(l.Most, 1) }

func (s *Service) dashboardPage(c *web.Context) error {
	d, err := s.data(c, c.Store)
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "fairuse/any/usage", Title: c.T("Usage"), D: d})
}

func (s *Service) data(c *web.Context, st *tenant.Store) (pageData, error) {
	lines, err := s.Usage(c.Ctx(), st)
	if err != nil {
		return pageData{}, err
	}
	d := pageData{Store: st.Info()}
	for _, l := range lines {
		v := lineView{Line: l, Title: c.T(l.Label), Text: c.T("%d of %d", l.Used, l.Most)}
		if l.Most == 0 {
			v.Text = c.T("%d, without a limit", l.Used)
		}
		if l.Own {
			v.Field = strconv.FormatInt(l.Most, 10)
		}
		info, _ := infoOf(l.Kind)
		v.Platform, _ = strconv.ParseInt(s.app.PlatformSetting(info.setting()), 10, 64)
		d.Lines = append(d.Lines, v)
	}
	return d, nil
}

func (s *Service) adminPage(c *web.Context) error { return s.renderAdmin(c, nil) }

func (s *Service) renderAdmin(c *web.Context, form *web.Form) error {
	st, release, err := s.app.Platform.Acquire(c.Ctx(), c.Param("id"))
	if err != nil {
		return err
	}
	defer release()
	d, err := s.data(c, st)
	if err != nil {
		return err
	}
	d.Action = c.URL("/stores/" + st.ID() + "/quotas")
	return c.Render(web.Page{
		View: "fairuse/any/usage", Title: c.T("Usage"), D: d, Form: form,
		Crumbs: []web.Link{{Label: c.T("Stores"), URL: c.URL("/stores")}, {Label: d.Store.Name, URL: c.URL("/stores/" + st.ID())}, {Label: c.T("Usage")}},
	})
}

func (s *Service) postQuotas(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	change := map[Kind]*int64{}
	for _, k := range kinds {
		typed := strings.TrimSpace(form.Value(string(k.Kind)))
		if typed == "" {
			change[k.Kind] = nil
			continue
		}
		n, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			form.Fail(string(k.Kind), "Enter a whole number from 0 to %d, or nothing.", 1_000_000_000)
			continue
		}
		change[k.Kind] = &n
	}
	if err = form.Err(); err == nil {
		err = s.SetQuotas(c.Ctx(), c.Param("id"), change)
	}
	if err != nil {
		if problem.Is(err, problem.Invalid) && (form.Any() || form.Take(err)) {
			return s.renderAdmin(c, form)
		}
		return err
	}
	c.Flash("success", "Quotas saved.")
	return c.Redirect("/stores/" + c.Param("id") + "/usage")
}

// decorate puts banners above the pages of those who can do something about it.
func (s *Service) decorate(c *web.Context, v *web.View) error {
	if c.User == nil || c.Surface != web.Dashboard && c.Surface != web.Admin {
		return nil
	}
	switch d := s.app.Disk.State(); d.Level {
	case disk.Full:
		v.Banners = append(v.Banners, web.Banner{Kind: "error", Title: c.T("The server's disk is full: no new orders are taken"),
			Text: c.T("%d MB are free. Orders that are under way are still finished. The operator of the platform has to make room.", d.Free/1_000_000)})
	case disk.Low:
		v.Banners = append(v.Banners, web.Banner{Kind: "warning", Title: c.T("The server's disk is nearly full: uploads and imports are refused"),
			Text: c.T("%d MB are free. The shops sell on. The operator of the platform has to make room.", d.Free/1_000_000)})
	}
	if c.Surface != web.Dashboard || c.Store == nil || !c.Can(read) || c.Store.InTransaction() {
		return nil
	}
	lines, err := s.Usage(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !l.Near() {
			continue
		}
		b := web.Banner{Kind: "warning", Title: c.T("%s: %d of %d are used", c.T(l.Label), l.Used, l.Most), Action: c.T("See what is used"), URL: c.URL("/usage")}
		if l.Full() {
			b.Kind, b.Title = "error", c.T("%s: all %d are used", c.T(l.Label), l.Most)
		}
		v.Banners = append(v.Banners, b)
	}
	return nil
}
