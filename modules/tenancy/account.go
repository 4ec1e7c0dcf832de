package tenancy

import (
	"context"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

type accountData struct {
	Sessions []device
	State    auth.TwoFactor
	NewEmail string // asked for, and not confirmed yet
}

func (s *Service) accountPage(c *web.Context) error { return s.renderAccount(c, nil) }

func (s *Service) renderAccount(c *web.Context, form *web.Form) error {
	sessions, err := s.app.Auth.Sessions(c.Ctx(), s.app.Platform.DB, c.User.ID)
	if err != nil {
		return err
	}
	d := accountData{Sessions: devices(sessions)}
	if d.State, err = s.app.Auth.TwoFactorOf(c.Ctx(), s.app.Platform.DB, c.User.ID); err != nil {
		return err
	}
	if d.NewEmail, err = pendingEmail(c.Ctx(), s.app.Platform.DB, c.User.ID); err != nil {
		return err
	}
	return c.Render(web.Page{View: "tenancy/portal/account", Title: c.T("Your account"), Form: form, D: d, NoIndex: true})
}

// Rename changes the user's own name. Invalid: name.
func (s *Service) Rename(ctx context.Context, userID, name string) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		before, err := s.app.Auth.UserByID(ctx, tx, userID)
		if err != nil {
			return err
		}
		after, err := s.app.Auth.UpdateUser(ctx, tx, userID, auth.UserChange{Email: before.Email, Name: name, Admin: before.Admin})
		if err != nil {
			return err
		}
		return s.recordUser(ctx, tx, after, "tenancy.user.updated", before, after)
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

func (s *Service) postDetails(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Rename(c.Ctx(), c.User.ID, form.Value("name")); err != nil {
		if form.Take(err) {
			return s.renderAccount(c, form)
		}
		return err
	}
	c.Flash("success", "Your name is saved.")
	return c.Redirect("/account")
}

// ChangePassword sets the user's own password. All other sessions end, and they are told by mail. Invalid: current, password.
func (s *Service) ChangePassword(ctx context.Context, user *web.User, current, password, lang, address string) error {
	if err := s.CheckPassword(ctx, user, "current", current, address); err != nil {
		return err
	}
	var f problem.Fields
	auth.ValidatePassword(&f, "password", user.Email, password)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.app.Auth.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if err := s.app.Auth.SetPasswordHash(ctx, tx, u.ID, hash, user.Session); err != nil {
			return err
		}
		if err := s.passwordChanged(ctx, tx, u, lang); err != nil {
			return err
		}
		return s.recordUser(ctx, tx, u, "tenancy.user.password_changed", nil, nil)
	})
}

func (s *Service) changePassword(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if form.Value("password") != form.Value("repeat") {
		form.Fail("repeat", "The two passwords differ.")
	}
	if err = form.Err(); err == nil {
		err = s.ChangePassword(c.Ctx(), c.User, form.Value("current"), form.Value("password"), c.Lang, c.Address)
	}
	if err != nil {
		if form.Take(err) {
			return s.renderAccount(c, form)
		}
		return err
	}
	c.Flash("success", "Your password is changed. All your other sessions are signed out.")
	return c.Redirect("/account")
}

// RevokeSession ends one of the user's own sessions. NotFound for one that is another's or has ended.
func (s *Service) RevokeSession(ctx context.Context, user *web.User, id string) error {
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if err := s.app.Auth.RevokeOwn(ctx, tx, user.ID, id, "revoked by the user"); err != nil {
			return err
		}
		return s.recordUser(ctx, tx, auth.User{ID: user.ID, Name: user.Name, Email: user.Email}, "tenancy.user.session_ended", nil, nil)
	})
}

// RevokeOthers ends all of the user's sessions but the one that they ask with.
func (s *Service) RevokeOthers(ctx context.Context, user *web.User) error {
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		if err := s.app.Auth.RevokeAll(ctx, tx, user.ID, "revoked by the user", user.Session); err != nil {
			return err
		}
		return s.recordUser(ctx, tx, auth.User{ID: user.ID, Name: user.Name, Email: user.Email}, "tenancy.user.sessions_ended", nil, nil)
	})
}

func (s *Service) revokeSession(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RevokeSession(c.Ctx(), c.User, form.Value("session")); err != nil {
		return err
	}
	c.Flash("success", "That session is signed out.")
	return c.Redirect("/account")
}

func (s *Service) revokeOthers(c *web.Context) error {
	if err := s.RevokeOthers(c.Ctx(), c.User); err != nil {
		return err
	}
	c.Flash("success", "All your other sessions are signed out.")
	return c.Redirect("/account")
}
