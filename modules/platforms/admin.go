package platforms

import (
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

type platformRow struct {
	*tenant.PlatformInfo
	Stores int
	Off    []string // titles of modules that are off
}

func (s *Service) platforms(c *web.Context) error { return s.renderPlatforms(c, nil) }

func (s *Service) renderPlatforms(c *web.Context, form *web.Form) error {
	stores := map[string]int{}
	for _, info := range s.app.Platform.Stores() {
		stores[info.PlatformID]++
	}
	var rows []platformRow
	for _, p := range s.app.Platform.Platforms() {
		row := platformRow{PlatformInfo: p, Stores: stores[p.ID]}
		for _, name := range p.OffModules() {
			if m := s.app.Registry.Module(name); m != nil {
				row.Off = append(row.Off, c.T(m.Title))
			}
		}
		rows = append(rows, row)
	}
	return c.Render(web.Page{View: "platforms/admin/platforms", Title: c.T("Platforms"), Form: form, D: rows})
}

func (s *Service) createPlatform(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	p, err := s.CreatePlatform(c.Ctx(), tenant.PlatformChange{Name: form.Value("name"), BaseDomain: form.Value("base_domain")})
	if err != nil {
		if form.Take(err) {
			return s.renderPlatforms(c, form)
		}
		return err
	}
	c.Flash("success", "%s is created. Merchants that you add to it get stores under %s.", p.Name, p.BaseDomain)
	return c.Redirect("/platforms/" + p.ID)
}

func (s *Service) platform(c *web.Context) error { return s.renderPlatform(c, nil) }

func (s *Service) renderPlatform(c *web.Context, form *web.Form) error {
	p, err := s.Platform(c.Param("id"))
	if err != nil {
		return err
	}
	var stores []*tenant.Info
	for _, info := range s.app.Platform.Stores() {
		if info.PlatformID == p.ID {
			stores = append(stores, info)
		}
	}
	return c.Render(web.Page{View: "platforms/admin/platform", Title: p.Name, Form: form, D: map[string]any{"P": p, "Stores": stores},
		Crumbs: []web.Link{{Label: c.T("Platforms"), URL: c.URL("/platforms")}, {Label: p.Name}}})
}

func (s *Service) updatePlatform(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.UpdatePlatform(c.Ctx(), c.Param("id"), tenant.PlatformChange{Name: form.Value("name"), BaseDomain: form.Value("base_domain")}); err != nil {
		if form.Take(err) {
			return s.renderPlatform(c, form)
		}
		return err
	}
	c.Flash("success", "Platform saved.")
	return c.Redirect("/platforms/" + c.Param("id"))
}

// choice is the platforms to choose from; empty while there is but one.
func (s *Service) choice(chosen *tenant.PlatformInfo) []ui.Option {
	all := s.app.Platform.Platforms()
	if len(all) < 2 {
		return nil
	}
	var out []ui.Option
	for _, p := range all {
		out = append(out, ui.Option{Value: p.ID, Label: p.Name, Selected: p.ID == chosen.ID})
	}
	return out
}

type menuData struct {
	P        *tenant.PlatformInfo
	Choice   []ui.Option
	Surface  string
	Groups   [][]placed
	Arranged bool
	Unseen   []bool // by group: all of it is hidden
}

// placed is an entry on the page.
type placed struct {
	app.MenuEntry
	Anchor string
}

func anchor(path string) string {
	if path == "/" {
		return "home"
	}
	return strings.ReplaceAll(strings.Trim(path, "/"), "/", "-")
}

// unseen tells of each group whether all of it is hidden.
func unseen(groups [][]app.MenuEntry) []bool {
	out := make([]bool, len(groups))
	for i, g := range groups {
		out[i] = hidden(g)
	}
	return out
}

func anchored(groups [][]app.MenuEntry) [][]placed {
	out := make([][]placed, len(groups))
	for i, g := range groups {
		for _, e := range g {
			out[i] = append(out[i], placed{e, anchor(e.Path)})
		}
	}
	return out
}

func (s *Service) menus(c *web.Context) error {
	surface := c.Query("surface")
	if surface == "" {
		surface = string(web.Dashboard)
	}
	p, entries, err := s.Menu(c.Query("platform"), surface)
	if err != nil {
		return err
	}
	d := menuData{P: p, Surface: surface, Groups: anchored(grouped(entries)), Unseen: unseen(grouped(entries)), Arranged: p.Menu(surface) != nil}
	if surface != string(web.Admin) {
		d.Choice = s.choice(p)
	}
	return c.Render(web.Page{View: "platforms/admin/menus", Title: c.T("Menus"), D: d})
}

// arrangeMenu takes the whole form as it stands, with the button that was pressed: so it works without a script, and nothing that was
// ticked is lost by moving something.
func (s *Service) arrangeMenu(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	platform, surface := form.Value("platform"), form.Value("surface")
	p, entries, err := s.Menu(platform, surface)
	if err != nil {
		return err
	}
	back := "/menus?surface=" + surface + "&platform=" + p.ID
	if form.Value("reset") != "" {
		if err := s.ResetMenu(c.Ctx(), p.ID, surface); err != nil {
			return err
		}
		c.Flash("success", "The menu stands as the modules put it.")
		return c.Redirect(back)
	}
	order, shown := form.Values("entry"), form.Values("shown")
	for i := range entries {
		entries[i].Hidden = !entries[i].Keep && !slices.Contains(shown, entries[i].Path)
	}
	place := func(e app.MenuEntry) int {
		if i := slices.Index(order, e.Path); i >= 0 {
			return i
		}
		return len(order)
	}
	groups := map[string]int{} // by where their first entry stands
	for _, e := range entries {
		if at, ok := groups[e.Group]; !ok || place(e) < at {
			groups[e.Group] = place(e)
		}
	}
	slices.SortStableFunc(entries, func(a, b app.MenuEntry) int {
		if a.Group != b.Group {
			return groups[a.Group] - groups[b.Group]
		}
		return place(a) - place(b)
	})
	focus := ""
	if direction, path, ok := strings.Cut(form.Value("move"), " "); ok {
		moveEntry(entries, path, direction)
		focus = "#entry-" + anchor(path)
	}
	if direction, title, ok := strings.Cut(form.Value("move_group"), " "); ok {
		entries = moveGroup(entries, title, direction)
		if i := slices.IndexFunc(entries, func(e app.MenuEntry) bool { return e.Group == title }); i >= 0 {
			focus = "#group-" + anchor(entries[i].Path)
		}
	}
	var places []tenant.MenuPlace
	for _, e := range entries {
		places = append(places, tenant.MenuPlace{Entry: e.Path, Hidden: e.Hidden})
	}
	if err := s.Arrange(c.Ctx(), p.ID, surface, places); err != nil {
		return err
	}
	c.Flash("success", "Menu saved.")
	return c.Redirect(back + focus)
}
