package tenancy

import (
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// roleColumn is a role in the matrix.
type roleColumn struct {
	Role
	Holders int
}

// matrixLine is a permission in the matrix, with a tick for each role that has it.
type matrixLine struct {
	permission.Permission
	Ticks []bool
}

type matrixGroup struct {
	Title string
	Lines []matrixLine
}

type rolesData struct {
	Roles    []roleColumn
	Groups   []matrixGroup
	Bases    []ui.Option // to begin a role from
	May      bool
	Why      string // they may not
	Platform bool
}

func (s *Service) rolesPage(c *web.Context) error { return s.renderRoles(c, nil) }

func (s *Service) renderRoles(c *web.Context, form *web.Form) error {
	at := placeOf(c)
	d := rolesData{Platform: at == Platform}
	if err := s.mayShape(c.User.ID, at, roleWrite); err == nil {
		d.May = true
	} else if c.Can(roleWrite) {
		d.Why = c.T(messageOf(err))
	}
	roles := s.RolesOf(at.MerchantID)
	power := s.Power(c.User.ID, at.Wide())
	for i, r := range roles {
		n, err := s.holders(c, at, r)
		if err != nil {
			return err
		}
		roles[i] = r.In(c.Printer.Sprintf)
		d.Roles = append(d.Roles, roleColumn{roles[i], n})
		if !r.Set.Allows("*") && power.Covers(r.Set) {
			d.Bases = append(d.Bases, ui.Option{Value: r.Name, Label: roles[i].Title})
		}
	}
	for _, g := range s.Matrix(at.MerchantID) {
		group := matrixGroup{Title: c.T(g.Title)}
		for _, p := range g.Permissions {
			line := matrixLine{Permission: p}
			for _, r := range roles {
				line.Ticks = append(line.Ticks, r.Set.Allows(p.Name))
			}
			group.Lines = append(group.Lines, line)
		}
		d.Groups = append(d.Groups, group)
	}
	return c.Render(web.Page{View: "tenancy/any/roles", Title: c.T("Roles and permissions"), Form: form, D: d, Wide: len(d.Roles) > 8})
}

func (s *Service) holders(c *web.Context, at Place, r Role) (int, error) {
	n, err := holdersOf(s.app.Platform.DB, at.MerchantID, r.Name)
	if err != nil || at != Platform || r.Name != Operator {
		return n, err
	}
	list, err := s.Team(c.Ctx(), c.User.ID, at)
	for _, m := range list {
		if m.Role == Operator {
			n++
		}
	}
	return n, err
}

func (s *Service) createRole(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	at := placeOf(c)
	base, _ := s.Role(at.MerchantID, form.Value("base"))
	in := RoleInput{Title: form.Value("title"), Text: base.In(c.Printer.Sprintf).Text, Permissions: base.Set}
	r, err := s.CreateRole(c.Ctx(), c.User.ID, at, in)
	if err != nil {
		if p, ok := asProblem(err); ok {
			for i := range p.Fields {
				if p.Fields[i].Name == "permissions" {
					p.Fields[i] = problem.Field{Name: "base", Message: c.T("Choose a role to begin from.")}
				}
			}
		}
		if form.Take(err) {
			return s.renderRoles(c, form)
		}
		return err
	}
	c.Flash("success", "“%s” is made. Choose what it may do.", r.Title)
	return c.Redirect("/roles/" + r.Name)
}

type permissionBox struct {
	Value, Label string
	On           bool
	Off          bool // the reader does not have it, and cannot give it
}

type boxGroup struct {
	ID, Title string
	All       permissionBox
	Boxes     []permissionBox
}

type roleData struct {
	Role    Role
	Groups  []boxGroup
	Holders int
	May     bool
	Why     string
	Instead []ui.Option
}

func (s *Service) rolePage(c *web.Context) error { return s.renderRole(c, nil) }

func (s *Service) renderRole(c *web.Context, form *web.Form) error {
	at := placeOf(c)
	r, ok := s.Role(at.MerchantID, c.Param("id"))
	if !ok {
		return problem.New(problem.NotFound, "There is no such role.")
	}
	power := s.Power(c.User.ID, at.Wide())
	d := roleData{May: r.Custom && s.mayShape(c.User.ID, at, roleWrite) == nil && power.Covers(r.Set)}
	switch {
	case !r.Custom:
		d.Why = c.T("This role comes with the platform and stays as it is. Make a role from it to change what it may do.")
	case !d.May && c.Can(roleWrite):
		d.Why = c.T("Only somebody who works in all stores, and may do all that the role may, can change it.")
	}
	var err error
	if d.Holders, err = s.holders(c, at, r); err != nil {
		return err
	}
	set := r.Set
	if form.Any() {
		set = form.Values("permissions")
	}
	d.Role = r.In(c.Printer.Sprintf)
	for _, g := range s.Matrix(at.MerchantID) {
		all := permission.Set{g.All}
		group := boxGroup{ID: g.Module, Title: c.T(g.Title), All: permissionBox{Value: g.All, On: set.Covers(all), Off: !power.Covers(all)}}
		for _, p := range g.Permissions {
			group.Boxes = append(group.Boxes, permissionBox{Value: p.Name, Label: c.T(p.Title), On: set.Allows(p.Name), Off: !power.Allows(p.Name)})
		}
		d.Groups = append(d.Groups, group)
	}
	for _, other := range s.RolesOf(at.MerchantID) {
		if other.Name != r.Name && s.mayGive(c.User.ID, at.Wide(), other) == nil && (at != Platform || other.Name != Operator) {
			other = other.In(c.Printer.Sprintf)
			d.Instead = append(d.Instead, ui.Option{Value: other.Name, Label: other.Title})
		}
	}
	return c.Render(web.Page{View: "tenancy/any/role", Title: d.Role.Title, Form: form, D: d,
		Crumbs: []web.Link{{Label: c.T("Roles and permissions"), URL: c.URL("/roles")}, {Label: d.Role.Title}}})
}

func (s *Service) postRole(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := RoleInput{Title: form.Value("title"), Text: form.Value("text"), Permissions: form.Values("permissions")}
	if _, err := s.UpdateRole(c.Ctx(), c.User.ID, placeOf(c), c.Param("id"), in); err != nil {
		if form.Take(err) {
			return s.renderRole(c, form)
		}
		return err
	}
	c.Flash("success", "Saved. It counts from the next click of everybody who has the role.")
	return c.Redirect("/roles")
}

func (s *Service) removeRole(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.DeleteRole(c.Ctx(), c.User.ID, placeOf(c), c.Param("id"), form.Value("role")); err != nil {
		if form.Take(err) {
			return s.renderRole(c, form)
		}
		return err
	}
	c.Flash("success", "The role is deleted.")
	return c.Redirect("/roles")
}
