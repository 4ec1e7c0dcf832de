package tenancy

import (
	"crypto/rand"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

func (s *Service) users(c *web.Context) error { return s.renderUsers(c, nil) }

func (s *Service) renderUsers(c *web.Context, form *web.Form) error {
	page := c.PageNumber()
	list, total, err := s.app.Auth.ListUsers(c.Ctx(), s.app.Platform.DB, auth.UserFilter{Search: c.Search(), Page: page, PerPage: perPage})
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "tenancy/admin/users", Title: c.T("Users"), Form: form,
		D: listing[auth.User]{list, c.Paging(page, perPage, total), c.Search()}})
}

func (s *Service) createUser(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if form.Bool("admin") && !s.mayMakeAdmin(c.User.ID) {
		return problem.New(problem.Forbidden, "Only an administrator can make another one.")
	}
	u, err := s.CreateUser(c.Ctx(), auth.NewUser{
		Email: form.Value("email"), Name: form.Value("name"), Password: form.Value("password"), Admin: form.Bool("admin"),
	})
	if err != nil {
		if form.Take(err) {
			return s.renderUsers(c, form)
		}
		return err
	}
	c.Flash("success", "%s can sign in now. Choose where they work.", u.Name)
	return c.Redirect("/users/" + u.ID)
}

type userData struct {
	User        auth.User
	Memberships []memberRow
	Places      []ui.Option // "merchant" or "merchant/store"
	Roles       []ui.Option
	Password    string // a new one, shown once
	State       auth.TwoFactor
	May         bool // the reader may do all that the user may, and so act on them
	MayAdmin    bool // make somebody an administrator
}

type memberRow struct{ ID, Place, Role, Text string }

func (s *Service) user(c *web.Context) error { return s.renderUser(c, nil, "") }

func (s *Service) renderUser(c *web.Context, form *web.Form, password string) error {
	u, err := s.app.Auth.UserByID(c.Ctx(), s.app.Platform.DB, c.Param("id"))
	if err != nil {
		return err
	}
	d := userData{User: u, Password: password, May: c.Can("tenancy.write") && s.mayActOn(c.User.ID, u.ID) == nil, MayAdmin: s.mayMakeAdmin(c.User.ID)}
	if d.State, err = s.app.Auth.TwoFactorOf(c.Ctx(), s.app.Platform.DB, u.ID); err != nil {
		return err
	}
	merchants, err := s.app.Platform.Merchants(c.Ctx(), "")
	if err != nil {
		return err
	}
	names := map[string]string{}
	stores := s.storesByMerchant()
	for _, m := range merchants {
		names[m.ID] = m.Name
		d.Places = append(d.Places, ui.Option{Value: m.ID, Label: c.T("%s: all stores", m.Name)})
		for _, st := range stores[m.ID] {
			d.Places = append(d.Places, ui.Option{Value: m.ID + "/" + st.ID, Label: m.Name + ": " + st.Name})
		}
	}
	for _, r := range Roles {
		r = r.In(c.Printer.Sprintf)
		d.Roles = append(d.Roles, ui.Option{Value: r.Name, Label: r.Title})
	}
	for _, m := range s.Memberships(u.ID) {
		place := c.T("%s: all stores", names[m.MerchantID])
		if st := s.app.Platform.ByID(m.StoreID); st != nil {
			place = names[m.MerchantID] + ": " + st.Name
		}
		if m.MerchantID == "" {
			place = c.T("The platform")
		}
		r, _ := s.Role(m.MerchantID, m.Role)
		r = r.In(c.Printer.Sprintf)
		d.Memberships = append(d.Memberships, memberRow{m.ID, place, r.Title, r.Text})
	}
	return c.Render(web.Page{View: "tenancy/admin/user", Title: u.Name, Form: form, D: d,
		Crumbs: []web.Link{{Label: c.T("Users"), URL: c.URL("/users")}, {Label: u.Name}}})
}

func (s *Service) updateUser(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	if err := s.mayChangeAdmin(c, c.Param("id"), form.Bool("admin")); err != nil {
		return err
	}
	err = s.UpdateUser(c.Ctx(), c.Param("id"), auth.UserChange{Email: form.Value("email"), Name: form.Value("name"), Admin: form.Bool("admin")})
	if err != nil {
		if form.Take(err) {
			return s.renderUser(c, form, "")
		}
		return err
	}
	c.Flash("success", "User saved.")
	return c.Redirect("/users/" + c.Param("id"))
}

func (s *Service) disableUser(c *web.Context) error {
	if c.Param("id") == c.User.ID {
		return problem.New(problem.Conflict, "You cannot lock yourself out. Ask another operator.")
	}
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	if err := s.SetUserDisabled(c.Ctx(), c.Param("id"), true); err != nil {
		return err
	}
	c.FlashAction(web.Flash{Kind: "success", Text: c.T("The user is locked out, at once."), Action: c.T("Undo"), ActionURL: c.URL("/users/" + c.Param("id") + "/enablements")})
	return c.Redirect("/users/" + c.Param("id"))
}

func (s *Service) enableUser(c *web.Context) error {
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	if err := s.SetUserDisabled(c.Ctx(), c.Param("id"), false); err != nil {
		return err
	}
	c.Flash("success", "The user can sign in again.")
	return c.Redirect("/users/" + c.Param("id"))
}

// resetPassword gives a user a new random password, shown to the operator once.
func (s *Service) resetPassword(c *web.Context) error {
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	password := rand.Text()[:16]
	if err := s.app.Auth.SetPassword(c.Ctx(), s.app.Platform.DB, c.Param("id"), password); err != nil {
		return err
	}
	if err := s.note(c.Ctx(), audit.Entry{Action: "tenancy.user.password_made", SubjectKind: "user", SubjectID: c.Param("id")}, nil, nil); err != nil {
		return err
	}
	return s.renderUser(c, nil, password)
}

// resetTwoFactor is for who has lost the authenticator and the recovery codes.
func (s *Service) resetTwoFactor(c *web.Context) error {
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	if err := s.ResetTwoFactor(c.Ctx(), c.Param("id"), c.Lang); err != nil {
		return err
	}
	c.Flash("success", "Two-factor sign-in is off for this user, and they have a mail about it.")
	return c.Redirect("/users/" + c.Param("id"))
}

// mayActOn refuses to let an operator take over, or lock out, a user who may do more than they.
func (s *Service) mayActOn(by, userID string) error {
	refusal := problem.New(problem.Forbidden, "This user may do more than you. Only an operator who may do all of it can do this.")
	if u := s.Staff(userID); u != nil && u.Admin && !s.mayMakeAdmin(by) {
		return refusal
	}
	for _, m := range s.Memberships(userID) {
		r, _ := s.Role(m.MerchantID, m.Role)
		if !s.Power(by, Place{m.MerchantID, m.StoreID}).Covers(r.Set) {
			return refusal
		}
	}
	return nil
}

// mayMakeAdmin tells whether a user may make somebody an administrator, or the opposite.
func (s *Service) mayMakeAdmin(by string) bool { return s.Operator(by).Covers(permission.Set{"*"}) }

func (s *Service) mayChangeAdmin(c *web.Context, userID string, admin bool) error {
	u, err := s.app.Auth.UserByID(c.Ctx(), s.app.Platform.DB, userID)
	if err == nil && u.Admin != admin && !s.mayMakeAdmin(c.User.ID) {
		return problem.New(problem.Forbidden, "Only an administrator can make another one.")
	}
	return err
}

func (s *Service) addMembership(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	m := Membership{UserID: c.Param("id"), Role: form.Value("role")}
	m.MerchantID, m.StoreID = splitPlace(form.Value("place"))
	if r, ok := s.Role(m.MerchantID, m.Role); ok && !s.Power(c.User.ID, Place{m.MerchantID, m.StoreID}).Covers(r.Set) {
		form.Fail("role", "“%s” may do more than you. Only somebody who may do all of it can give or take it.", r.In(c.Printer.Sprintf).Title)
		return s.renderUser(c, form, "")
	}
	if err := s.AddMembership(c.Ctx(), m); err != nil {
		if form.Take(err) {
			return s.renderUser(c, form, "")
		}
		return err
	}
	c.Flash("success", "Access given. It counts from the next click.")
	return c.Redirect("/users/" + c.Param("id"))
}

func (s *Service) removeMembership(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.mayActOn(c.User.ID, c.Param("id")); err != nil {
		return err
	}
	if err := s.RemoveMembership(c.Ctx(), c.Param("id"), form.Value("membership")); err != nil {
		return err
	}
	c.Flash("success", "Access taken away. It counts from the next click.")
	return c.Redirect("/users/" + c.Param("id"))
}

func splitPlace(v string) (merchant, store string) {
	for i := range len(v) {
		if v[i] == '/' {
			return v[:i], v[i+1:]
		}
	}
	return v, ""
}

// memberOf reports the merchants a user works for, and as what, for the command line.
func (s *Service) memberOf(u auth.User, merchants map[string]tenant.Merchant) []string {
	var out []string
	for _, m := range s.Memberships(u.ID) {
		r, _ := s.Role(m.MerchantID, m.Role)
		role := r.Name
		if r.Custom {
			role = r.Title
		}
		if m.MerchantID != "" {
			role = merchants[m.MerchantID].Code + ":" + role
		}
		out = append(out, role)
	}
	return out
}
