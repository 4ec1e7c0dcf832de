package platforms

import (
	"context"
	"slices"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

type moduleRow struct {
	app.Module
	On      bool
	Since   time.Time    // its own switch is off since then
	Waits   []app.Module // needed modules that are off
	Needs   []app.Module
	Needed  []app.Module // modules that need it
	Failure string       // what its health check says
}

func (s *Service) row(ctx context.Context, p *tenant.PlatformInfo, m app.Module) moduleRow {
	r := moduleRow{Module: m, On: s.app.EnabledIn(p.ID, m.Name), Needs: s.needs(m.Name)}
	r.Since, _ = p.Off(m.Name)
	for _, need := range r.Needs {
		if _, off := p.Off(need.Name); off {
			r.Waits = append(r.Waits, need)
		}
	}
	for _, other := range s.app.Registry.Modules() {
		if slices.ContainsFunc(s.needs(other.Name), func(n app.Module) bool { return n.Name == m.Name }) {
			r.Needed = append(r.Needed, other)
		}
	}
	if r.On && m.Health != nil {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		if err := m.Health(ctx); err != nil {
			r.Failure = err.Error()
		}
	}
	return r
}

type modulesData struct {
	P      *tenant.PlatformInfo
	Choice []ui.Option
	Kinds  []kindRows
}

type kindRows struct {
	Title, Hint string
	Rows        []moduleRow
}

func (s *Service) modules(c *web.Context) error {
	p, err := s.Platform(c.Query("platform"))
	if err != nil {
		return err
	}
	d := modulesData{P: p, Choice: s.choice(p), Kinds: []kindRows{
		{Title: c.T("Optional"), Hint: c.T("On or off for each platform. What they keep stays while they are off.")},
		{Title: c.T("Always on"), Hint: c.T("What every store is made of.")},
		{Title: c.T("For operators"), Hint: c.T("Nobody else sees them.")},
	}}
	for _, m := range s.app.Registry.Modules() {
		i := map[app.Kind]int{app.Optional: 0, app.Core: 1, app.Internal: 2}[m.Kind]
		d.Kinds[i].Rows = append(d.Kinds[i].Rows, s.row(c.Ctx(), p, m))
	}
	return c.Render(web.Page{View: "platforms/admin/modules", Title: c.T("Modules"), D: d})
}

type moduleData struct {
	P      *tenant.PlatformInfo
	Choice []ui.Option
	moduleRow
	Effect  Effect
	Content Content
	Along   []alongRow
}

// alongRow is another module that changes too, with what that means.
type alongRow struct {
	app.Module
	Content Content
}

func (s *Service) module(c *web.Context) error { return s.renderModule(c, c.Query("platform"), nil) }

func (s *Service) renderModule(c *web.Context, platform string, form *web.Form) error {
	p, err := s.Platform(platform)
	if err != nil {
		return err
	}
	e, err := s.Effect(p, c.Param("name"))
	if err != nil {
		return err
	}
	d := moduleData{P: p, Choice: s.choice(p), moduleRow: s.row(c.Ctx(), p, e.Module), Effect: e, Content: s.Content(e.Module)}
	for _, m := range append(slices.Clone(e.Missing), e.Along...) {
		d.Along = append(d.Along, alongRow{m, s.Content(m)})
	}
	return c.Render(web.Page{View: "platforms/admin/module", Title: c.T(e.Module.Title), Form: form, D: d,
		Crumbs: []web.Link{{Label: c.T("Modules"), URL: c.URL("/modules?platform=" + p.ID)}, {Label: c.T(e.Module.Title)}}})
}

func (s *Service) switchModule(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	p, err := s.Platform(form.Value("platform"))
	if err != nil {
		return err
	}
	on := form.Value("on") == "1"
	e, err := s.Switch(c.Ctx(), p.ID, c.Param("name"), on, form.Value("agreed"))
	if problem.Is(err, problem.Conflict) {
		c.Flash("error", "This changes other modules than you were shown. Look at the list again.")
		return c.Redirect("/modules/" + c.Param("name") + "?platform=" + p.ID)
	}
	if err != nil {
		return err
	}
	switch {
	case e.On == on:
		c.Flash("info", "Nothing had to be changed.")
	case !on:
		c.Flash("success", "%s is off, at once and everywhere.", c.T(e.Module.Title))
	default:
		c.Flash("success", "%s is on again.", c.T(e.Module.Title))
		for _, m := range append(append(slices.Clone(e.Missing), e.Along...), e.Module) {
			if m.OnReturn != "" {
				c.Flash("warning", m.OnReturn)
			}
		}
	}
	return c.Redirect("/modules?platform=" + p.ID)
}
