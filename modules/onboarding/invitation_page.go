package onboarding

import (
	"wizamart/framework/web"
)

type invitationRow struct {
	Invitation
	State, Store, StoreID string
}

type invitationsData struct {
	Rows        []invitationRow
	SelfService bool
	SignUp      string
}

func (s *Service) invitationsPage(c *web.Context) error { return s.renderInvitations(c, nil) }

func (s *Service) renderInvitations(c *web.Context, form *web.Form) error {
	list, err := s.Invitations(c.Ctx(), 200)
	if err != nil {
		return err
	}
	d := invitationsData{SelfService: s.SelfService(), SignUp: s.app.Config.URL(s.app.Platform.BaseDomain(), "/sign-up")}
	for _, in := range list {
		row := invitationRow{Invitation: in, State: in.State(s.app.Now())}
		if info := s.app.Platform.ByID(in.StoreID); info != nil {
			row.Store, row.StoreID = info.Name, info.ID
		}
		d.Rows = append(d.Rows, row)
	}
	return c.Render(web.Page{View: "onboarding/admin/invitations", Title: c.T("Invitations"), D: d, Form: form})
}

func (s *Service) postInvitation(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in, err := s.Invite(c.Ctx(), form.Value("email"), form.Value("business"), c.Lang, c.User.ID)
	if err != nil {
		if form.Take(err) {
			return s.renderInvitations(c, form)
		}
		return err
	}
	c.Flash("success", "The invitation to %s is on its way.", in.Email)
	return c.Redirect("/merchant-invitations")
}

func (s *Service) postInvitationMail(c *web.Context) error {
	if err := s.SendAgain(c.Ctx(), c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The invitation is on its way again. Its link before has stopped working.")
	return c.Redirect("/merchant-invitations")
}

func (s *Service) postRevocation(c *web.Context) error {
	if err := s.Revoke(c.Ctx(), c.Param("id")); err != nil {
		return err
	}
	c.Flash("success", "The invitation is taken back.")
	return c.Redirect("/merchant-invitations")
}
