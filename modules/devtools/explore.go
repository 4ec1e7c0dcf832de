package devtools

import (
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// perPage is how many rows an explorer shows at once.
const perPage = 100

type filter struct {
	Name, Label, Value string
	Options            []ui.Option
}

func options(values []string) []ui.Option {
	var out []ui.Option
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Label: v})
	}
	return out
}

func (s *Service) moduleNames() []string {
	var out []string
	for _, m := range s.app.Registry.Modules() {
		out = append(out, m.Name)
	}
	return out
}

// icons shows the icons that are built, with a search.
func (s *Service) icons(c *web.Context) error {
	q := strings.ToLower(c.Search())
	var found []string
	all := s.app.Site.Assets.IconNames()
	for _, name := range all {
		if strings.Contains(name, q) {
			found = append(found, name)
		}
	}
	reset := ""
	if q != "" {
		reset = c.URL("/devtools/icons")
	}
	return c.Render(web.Page{View: "devtools/admin/icons", Title: c.T("Icons"), D: map[string]any{"Icons": found, "Total": len(all), "Q": q, "Reset": reset}})
}

type routesData struct {
	Rows    []*web.Route
	Pages   web.Paging
	Q       string
	Filters []filter
	Reset   string
}

// routes shows every route of every surface.
func (s *Service) routes(c *web.Context) error {
	q, surface, module, method, perm := strings.ToLower(c.Search()), c.Query("surface"), c.Query("module"), c.Query("method"), c.Query("permission")
	var found []*web.Route
	for _, r := range s.app.Routes() {
		if surface != "" && string(r.Surface) != surface || module != "" && r.Module != module || method != "" && r.Method != method ||
			perm != "" && r.Permission != perm || !strings.Contains(strings.ToLower(r.Name()+" "+r.Permission), q) {
			continue
		}
		found = append(found, r)
	}
	slices.SortStableFunc(found, func(a, b *web.Route) int {
		return strings.Compare(string(a.Surface)+" "+a.Pattern+" "+a.Method, string(b.Surface)+" "+b.Pattern+" "+b.Method)
	})
	page := min(c.PageNumber(), max(1, (len(found)+perPage-1)/perPage))
	var surfaces []string
	for _, one := range web.Surfaces {
		surfaces = append(surfaces, string(one))
	}
	d := routesData{Rows: found[(page-1)*perPage : min(page*perPage, len(found))], Pages: c.Paging(page, perPage, len(found)), Q: c.Search(), Filters: []filter{
		{"surface", c.T("Surface"), surface, options(surfaces)},
		{"method", c.T("Method"), method, options([]string{"GET", "POST", "PUT", "PATCH", "DELETE"})},
		{"module", c.T("Module"), module, options(s.moduleNames())},
	}}
	if d.Q != "" || surface != "" || module != "" || method != "" || perm != "" {
		d.Reset = c.URL("/devtools/routes")
	}
	return c.Render(web.Page{View: "devtools/admin/routes", Title: c.T("Routes"), D: d})
}

type permissionRow struct {
	permission.Permission
	Module string
	Roles  []string // titles of those that have it
	Routes int
	Menu   int
	URL    string
}

type permissionsData struct {
	Rows    []permissionRow
	Q       string
	Filters []filter
	Reset   string
}

// permissions shows who may what.
func (s *Service) permissions(c *web.Context) error {
	q, module, role := strings.ToLower(c.Search()), c.Query("module"), c.Query("role")
	routes := map[string]int{}
	for _, r := range s.app.Routes() {
		routes[r.Permission]++
	}
	roles := s.Roles()
	var d permissionsData
	var roleOptions []ui.Option
	for _, r := range roles {
		roleOptions = append(roleOptions, ui.Option{Value: r.Name, Label: r.Title})
	}
	for _, m := range s.app.Registry.Modules() {
		for _, p := range m.Permissions {
			row := permissionRow{Permission: p, Module: m.Name, Routes: routes[p.Name], URL: c.URL("/devtools/routes?permission=" + p.Name)}
			has := role == ""
			for _, r := range roles {
				if r.Set.Allows(p.Name) {
					row.Roles = append(row.Roles, r.Title)
					has = has || r.Name == role
				}
			}
			for _, other := range s.app.Registry.Modules() {
				for _, item := range other.Menu {
					if item.Permission == p.Name {
						row.Menu++
					}
				}
			}
			if has && (module == "" || module == m.Name) && strings.Contains(strings.ToLower(p.Name+" "+p.Title), q) {
				d.Rows = append(d.Rows, row)
			}
		}
	}
	d.Q = c.Search()
	d.Filters = []filter{{"module", c.T("Module"), module, options(s.moduleNames())}, {"role", c.T("Role"), role, roleOptions}}
	if d.Q != "" || module != "" || role != "" {
		d.Reset = c.URL("/devtools/permissions")
	}
	return c.Render(web.Page{View: "devtools/admin/permissions", Title: c.T("Permissions"), D: d})
}

type moduleRow struct {
	app.Module
	On         bool
	NeededBy   []string
	RouteCount int
	URL        string
}

func (s *Service) row(c *web.Context, m app.Module) moduleRow {
	row := moduleRow{Module: m, On: s.app.Enabled(m.Name), NeededBy: s.app.Registry.DependsOn(m.Name), URL: c.URL("/devtools/modules/" + m.Name)}
	for _, r := range s.app.Routes() {
		if r.Module == m.Name {
			row.RouteCount++
		}
	}
	return row
}

func (s *Service) modules(c *web.Context) error {
	var rows []moduleRow
	for _, m := range s.app.Registry.Modules() {
		rows = append(rows, s.row(c, m))
	}
	return c.Render(web.Page{View: "devtools/admin/modules", Title: c.T("Module explorer"), D: rows})
}

type moduleData struct {
	moduleRow
	Own      []*web.Route
	Commands []app.Command
	Parts    []string // what else it adds
}

// modulePage shows a module's manifest.
func (s *Service) modulePage(c *web.Context) error {
	m := s.app.Registry.Module(c.Param("name"))
	if m == nil {
		return problem.New(problem.NotFound, "There is no such module.")
	}
	d := moduleData{moduleRow: s.row(c, *m), Commands: m.Commands}
	for _, r := range s.app.Routes() {
		if r.Module == m.Name {
			d.Own = append(d.Own, r)
		}
	}
	for _, p := range []struct {
		is   bool
		text string
	}{
		{m.Seed != nil, c.T("fills new stores")}, {m.Decorate != nil, c.T("adds to every page")}, {m.NextChange != nil, c.T("changes pages at certain times")},
		{m.Duty != nil, c.T("works beside the server")}, {m.Doctor != nil, c.T("adds to “wizamart doctor”")}, {m.Health != nil, c.T("adds to the health")},
	} {
		if p.is {
			d.Parts = append(d.Parts, p.text)
		}
	}
	return c.Render(web.Page{View: "devtools/admin/module", Title: m.Title, D: d, Crumbs: []web.Link{{Label: c.T("Module explorer"), URL: c.URL("/devtools/modules")}, {Label: m.Title}}})
}
