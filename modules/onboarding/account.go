package onboarding

import (
	"context"
	"net/http"
	"net/url"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// open finds what a link is about: Gone for one that was used, taken back, or is too old.
func (s *Service) open(ctx context.Context, db *database.DB, token string) (Invitation, error) {
	id, err := s.app.Auth.Peek(ctx, db, purpose, token)
	if err != nil {
		return Invitation{}, err
	}
	in, err := invitationByID(ctx, db, id)
	if problem.Is(err, problem.NotFound) || err == nil && in.State(s.app.Now()) != "waiting" {
		return in, problem.New(problem.Gone, "This link has expired or has been used.")
	}
	return in, err
}

// accept spends the link for a user.
func (s *Service) accept(ctx context.Context, tx *database.DB, token string, u auth.User) error {
	in, err := s.open(ctx, tx, token)
	if err != nil {
		return err
	}
	if in.Email != u.Email {
		return problem.New(problem.Forbidden, "This invitation is for another address. Sign in with that one.")
	}
	if _, err := s.app.Auth.Redeem(ctx, tx, purpose, token); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE onboarding_invitation SET accepted_at = ?, user_id = ? WHERE id = ?", database.Now(), u.ID, in.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, audit.Entry{Action: "onboarding.invitation.accepted", SubjectKind: "user", SubjectID: u.ID, SubjectName: u.Email})
}

// Account makes the account of somebody who followed a mailed link; that they read the mail proves the address.
func (s *Service) Account(ctx context.Context, token, name, password string) (u auth.User, err error) {
	in, err := s.open(ctx, s.app.Platform.DB, token)
	if err != nil {
		return u, err
	}
	n := auth.NewUser{Email: in.Email, Name: name, Password: password}
	if err := n.Validate(); err != nil {
		return u, err
	}
	if n.Hash, err = s.app.Auth.HashPassword(ctx, password); err != nil {
		return u, err
	}
	n.Password = ""
	err = s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if u, err = s.app.Auth.CreateUser(ctx, tx, n); err != nil {
			return err
		}
		return s.accept(ctx, tx, token, u)
	})
	if err != nil {
		return u, err
	}
	return u, s.app.Directory.Load(ctx)
}

// Accept is for somebody who has an account already.
func (s *Service) Accept(ctx context.Context, token, userID string) error {
	u, err := s.app.Auth.UserByID(ctx, s.app.Platform.DB, userID)
	if err != nil {
		return err
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error { return s.accept(ctx, tx, token, u) })
}

type invitationData struct {
	Token  string
	Email  string
	Known  bool   // the address has an account
	Mine   bool   // and it is the one that is signed in
	SignIn string // where to sign in, and to come back from
}

func (s *Service) invitationPage(c *web.Context) error {
	return s.renderInvitation(c, c.Query("token"), nil)
}

func (s *Service) renderInvitation(c *web.Context, token string, form *web.Form) error {
	in, err := s.open(c.Ctx(), s.app.Platform.DB, token)
	if err != nil {
		return err
	}
	d := invitationData{Token: token, Email: in.Email, SignIn: "/sign-in?next=" + url.QueryEscape("/invitation?token="+url.QueryEscape(token))}
	_, err = s.app.Auth.UserByEmail(c.Ctx(), s.app.Platform.DB, in.Email)
	switch {
	case err == nil:
		d.Known, d.Mine = true, c.User != nil && c.User.Email == in.Email
	case !problem.Is(err, problem.NotFound):
		return err
	}
	c.W.Header().Set("Referrer-Policy", "same-origin") // the token goes to no other host; the form keeps its Origin
	return c.Render(web.Page{View: "onboarding/portal/invitation", Title: c.T("Open your shop"), D: d, Form: form, NoIndex: true})
}

func (s *Service) postAccount(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	u, err := s.Account(c.Ctx(), form.Value("token"), form.Value("name"), form.Value("password"))
	if err != nil {
		if form.Take(err) {
			return s.renderInvitation(c, form.Value("token"), form)
		}
		return err
	}
	if err := s.app.SignInStaff(c, u.ID); err != nil {
		return err
	}
	http.Redirect(c.W, c.R, "/new-store", http.StatusSeeOther)
	return nil
}

func (s *Service) postAcceptance(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Accept(c.Ctx(), form.Value("token"), c.User.ID); err != nil {
		return err
	}
	return c.Redirect("/new-store")
}
