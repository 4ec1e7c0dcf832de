package tenancy

import (
	"time"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

// The same pages serve a store's team in its dashboard, and the platform's own in the admin.

type memberLine struct {
	Member
	Role  Role
	Where string // the store, or "" for all
	Me    bool
}

type invitationLine struct {
	Invitation
	Role  Role
	Where string
	May   bool // send again, take back
}

type teamData struct {
	Members     []memberLine
	Invitations []invitationLine
	Roles       []ui.Option // that the reader may give
	Places      []ui.Option // where
	Strict      bool
	MayRule     bool // change what counts for all stores
	Secured     bool // the reader has a second factor
	Platform    bool
	StoreName   string
}

func (s *Service) teamPage(c *web.Context) error { return s.renderTeam(c, nil) }

func (s *Service) renderTeam(c *web.Context, form *web.Form) error {
	at, by := placeOf(c), c.User.ID
	if at != Platform {
		s.seen.note(by, at, time.Now()) // before the list is made, which shows it
	}
	team, err := s.Team(c.Ctx(), by, at)
	if err != nil {
		return err
	}
	open, err := s.Invitations(c.Ctx(), by, at)
	if err != nil {
		return err
	}
	d := teamData{
		Roles: s.givable(c, by, at), Places: s.places(c, by, at), Strict: s.Strict(at.MerchantID), Platform: at == Platform,
		MayRule: s.mayShape(by, at, teamWrite) == nil, Secured: s.Secured(by),
	}
	for _, m := range team {
		r, _ := s.Role(at.MerchantID, m.Role)
		d.Members = append(d.Members, memberLine{m, r.In(c.Printer.Sprintf), s.storeName(m.At.StoreID), m.UserID == by})
	}
	for _, i := range open {
		r, _ := s.Role(at.MerchantID, i.Role)
		d.Invitations = append(d.Invitations, invitationLine{i, r.In(c.Printer.Sprintf), s.storeName(i.At.StoreID), s.mayGive(by, i.At, r) == nil})
	}
	return c.Render(web.Page{View: "tenancy/any/team", Title: c.T("Team"), Form: form, D: d})
}

func (s *Service) storeName(id string) string {
	if info := s.app.Platform.ByID(id); info != nil {
		return info.Name
	}
	return ""
}

// givable are the roles that by may give somewhere in their reach.
func (s *Service) givable(c *web.Context, by string, at Place) []ui.Option {
	var out []ui.Option
	for _, r := range s.RolesOf(at.MerchantID) {
		if s.mayGive(by, at, r) == nil {
			r = r.In(c.Printer.Sprintf)
			out = append(out, ui.Option{Value: r.Name, Label: r.Title, Hint: r.Text})
		}
	}
	return out
}

// places are the stores that by may give roles in; "*" is all of the merchant's.
func (s *Service) places(c *web.Context, by string, at Place) []ui.Option {
	var out []ui.Option
	if at == Platform {
		return nil
	}
	if s.Power(by, at.Wide()).Allows(teamWrite) {
		out = append(out, ui.Option{Value: "*", Label: c.T("All stores")})
	}
	for _, info := range s.app.Platform.Stores() {
		if info.MerchantID == at.MerchantID && s.Power(by, Place{info.MerchantID, info.ID}).Allows(teamWrite) {
			out = append(out, ui.Option{Value: info.ID, Label: info.Name, Selected: info.ID == at.StoreID})
		}
	}
	return out
}

// chosenPlace is the place that a form names. Without one it is where the form stands.
func chosenPlace(at Place, value string) Place {
	switch {
	case at == Platform, value == "*":
		return at.Wide()
	case value == "":
		return at
	}
	return Place{at.MerchantID, value}
}

func (s *Service) postTeamInvitation(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	inv, err := s.Invite(c.Ctx(), c.User.ID, chosenPlace(placeOf(c), form.Value("place")), form.Value("email"), form.Value("role"), c.Lang)
	if err != nil {
		if problem.Is(err, problem.TooMany) {
			form.Fail("email", "%s", messageOf(err))
		} else if !form.Take(err) {
			return err
		}
		return s.renderTeam(c, form)
	}
	c.Flash("success", "%s has been invited. The link works for seven days.", inv.Email)
	return c.Redirect("/team")
}

func (s *Service) resendInvitation(c *web.Context) error {
	inv, err := s.Resend(c.Ctx(), c.User.ID, placeOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Flash("success", "A new link is on its way to %s. The one before no longer works.", inv.Email)
	return c.Redirect("/team")
}

func (s *Service) revokeInvitation(c *web.Context) error {
	if err := s.Revoke(c.Ctx(), c.User.ID, placeOf(c), c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The invitation is taken back. Its link no longer works.")
	return c.Redirect("/team")
}

type memberData struct {
	memberLine
	Roles  []ui.Option
	Places []ui.Option
	Place  string
	May    bool
	Grants []PermissionGroup
}

func (s *Service) memberPage(c *web.Context) error { return s.renderMember(c, nil) }

func (s *Service) renderMember(c *web.Context, form *web.Form) error {
	at, by := placeOf(c), c.User.ID
	m, err := s.Member(c.Ctx(), s.app.Platform.DB, by, at, c.Param("id"))
	if err != nil {
		return err
	}
	if seen := s.seen.at(m.UserID, m.At); at != Platform && seen.After(m.SeenAt.Time) {
		m.SeenAt = seen
	}
	r, _ := s.Role(at.MerchantID, m.Role)
	d := memberData{
		memberLine: memberLine{m, r.In(c.Printer.Sprintf), s.storeName(m.At.StoreID), m.UserID == by}, Roles: s.givable(c, by, m.At), Places: s.places(c, by, at),
		Place: m.At.StoreID, May: s.mayTake(by, m) == nil, Grants: s.granted(at.MerchantID, r),
	}
	if d.Place == "" {
		d.Place = "*"
	}
	return c.Render(web.Page{View: "tenancy/any/member", Title: m.Name, Form: form, D: d,
		Crumbs: []web.Link{{Label: c.T("Team"), URL: c.URL("/team")}, {Label: m.Name}}})
}

// granted are the permissions that a role has, by module.
func (s *Service) granted(merchantID string, r Role) []PermissionGroup {
	var out []PermissionGroup
	for _, g := range s.Matrix(merchantID) {
		kept := g
		kept.Permissions = nil
		for _, p := range g.Permissions {
			if r.Set.Allows(p.Name) {
				kept.Permissions = append(kept.Permissions, p)
			}
		}
		if len(kept.Permissions) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

func (s *Service) postMember(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	at := placeOf(c)
	to := chosenPlace(at, form.Value("place"))
	if err := s.ChangeMember(c.Ctx(), c.User.ID, at, c.Param("id"), form.Value("role"), to.StoreID); err != nil {
		if form.Take(err) {
			return s.renderMember(c, form)
		}
		return err
	}
	c.Flash("success", "Saved. It counts from their next click.")
	return c.Redirect("/team")
}

func (s *Service) removeMember(c *web.Context) error {
	at := placeOf(c)
	m, err := s.Member(c.Ctx(), s.app.Platform.DB, c.User.ID, at, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.RemoveMember(c.Ctx(), c.User.ID, at, m.ID); err != nil {
		return err
	}
	c.Flash("success", "%s no longer works here.", m.Name)
	if m.UserID == c.User.ID && s.Power(m.UserID, at) == nil {
		c.Surface, c.Prefix = web.Portal, ""
		return c.Redirect("/")
	}
	return c.Redirect("/team")
}

func (s *Service) postTeamRule(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SetTwoFactorRule(c.Ctx(), c.User.ID, placeOf(c), form.Bool("two_factor")); err != nil {
		if form.Take(err) {
			return s.renderTeam(c, form)
		}
		return err
	}
	c.Flash("success", "Saved. It counts from everybody's next click.")
	return c.Redirect("/team")
}
