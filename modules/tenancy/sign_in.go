package tenancy

import (
	"context"
	"net/http"
	"net/url"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// awaitCookie holds the token of who has proved the password and owes a code.
const awaitCookie = "sign_in"

// passwordProved begins a session, or asks for the code first.
func (s *Service) passwordProved(c *web.Context, user auth.User, next string) error {
	state, err := s.app.Auth.TwoFactorOf(c.Ctx(), s.app.Platform.DB, user.ID)
	if err != nil {
		return err
	}
	if !state.On {
		return s.begin(c, user.ID, next)
	}
	token, err := s.app.Auth.AwaitCode(c.Ctx(), user.ID)
	if err != nil {
		return err
	}
	c.SetCookie(awaitCookie, token, 600)
	to := "/sign-in/code"
	if next != "" {
		to += "?next=" + url.QueryEscape(next)
	}
	return c.Redirect(to)
}

// begin starts the session and leads on.
func (s *Service) begin(c *web.Context, userID, next string) error {
	if err := s.app.SignInStaff(c, userID); err != nil {
		return err
	}
	c.User = s.Staff(userID)
	return s.goOn(c, next)
}

func (s *Service) codePage(c *web.Context) error {
	if _, err := s.app.Auth.Peek(c.Ctx(), s.app.Platform.DB, auth.PurposeSecondFactor, c.Cookie(awaitCookie)); err != nil {
		return s.askPasswordAgain(c, err, c.Query("next"))
	}
	return s.renderCode(c, nil, c.Query("next"), http.StatusOK)
}

func (s *Service) renderCode(c *web.Context, form *web.Form, next string, status int) error {
	return c.Render(web.Page{View: "tenancy/portal/code", Title: c.T("Your code"), Status: status, Form: form, D: signInData{Next: next}, NoIndex: true})
}

// askPasswordAgain begins anew when the code came too late.
func (s *Service) askPasswordAgain(c *web.Context, err error, next string) error {
	if !problem.Is(err, problem.Gone) {
		return err
	}
	c.SetCookie(awaitCookie, "", -1)
	c.Flash("info", "That took too long. Please sign in again.")
	to := "/sign-in"
	if next != "" {
		to += "?next=" + url.QueryEscape(next)
	}
	return c.Redirect(to)
}

func (s *Service) postCode(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	next := form.Value("next")
	userID, err := s.CompleteSignIn(c.Ctx(), c.Cookie(awaitCookie), form.Value("code"), c.Lang)
	switch {
	case problem.Is(err, problem.TooMany):
		form.Fail("code", "%s", messageOf(err))
		return s.renderCode(c, form, next, http.StatusTooManyRequests)
	case problem.Is(err, problem.Invalid):
		form.Take(err)
		return s.renderCode(c, form, next, http.StatusUnprocessableEntity)
	case err != nil:
		return s.askPasswordAgain(c, err, next)
	}
	c.SetCookie(awaitCookie, "", -1)
	return s.begin(c, userID, next)
}

// CompleteSignIn takes the code of who has proved their password; see auth.Service. A recovery code that was used is told to its owner.
func (s *Service) CompleteSignIn(ctx context.Context, token, code, lang string) (string, error) {
	return s.app.Auth.CompleteSignIn(ctx, token, code, func(tx *database.DB, userID string, recovery bool) error {
		return s.codeUsed(ctx, tx, userID, recovery, lang)
	})
}

// proveCode takes the code of a user who has proved their password in the same request. Unauthorized, with the field code, when it is missing.
func (s *Service) proveCode(ctx context.Context, u auth.User, code, lang string) error {
	state, err := s.app.Auth.TwoFactorOf(ctx, s.app.Platform.DB, u.ID)
	if err != nil || !state.On {
		return err
	}
	if code == "" {
		return &problem.Error{Code: problem.Unauthorized, Message: "Two-factor sign-in is on: send a code of the authenticator too.",
			Fields: []problem.Field{{Name: "code", Message: "Enter the code."}}}
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		recovery, err := s.app.Auth.CheckSecondFactor(ctx, tx, u.ID, code)
		if err != nil {
			return err
		}
		return s.codeUsed(ctx, tx, u.ID, recovery, lang)
	})
}

func (s *Service) codeUsed(ctx context.Context, tx *database.DB, userID string, recovery bool, lang string) error {
	if !recovery {
		return nil
	}
	u, err := s.app.Auth.UserByID(ctx, tx, userID)
	if err != nil {
		return err
	}
	state, err := s.app.Auth.TwoFactorOf(ctx, tx, userID)
	if err != nil {
		return err
	}
	t := s.printer(lang)
	err = s.notice(ctx, tx, u, "tenancy.recovery_code_used", framework.Note{
		Title: t("A recovery code was used"),
		Text:  []string{t("Somebody, probably you, signed in to %s with one of your recovery codes. %d are left.", s.app.Platform.BaseDomain(), state.RecoveryCodes)},
	}, lang)
	if err != nil {
		return err
	}
	return s.recordUser(ctx, tx, u, "tenancy.user.recovery_code_used", nil, nil)
}

// notice tells a user of a change to their account, and what to do if it was not them.
func (s *Service) notice(ctx context.Context, tx *database.DB, u auth.User, kind string, n framework.Note, lang string) error {
	t := s.printer(lang)
	n.Text = append(n.Text, t("If it was not you, choose a new password at once."))
	n.Button, n.URL = t("Choose a new password"), s.app.Config.URL(s.app.Platform.BaseDomain(), "/password-reset")
	return s.mail(ctx, tx, u, kind, n)
}

// recordUser notes a change of an account in the transaction that makes it. Who is only now signing in does it themselves.
func (s *Service) recordUser(ctx context.Context, tx *database.DB, u auth.User, action string, before, after any) error {
	if who := audit.ActorFrom(ctx); who.Kind == audit.Guest {
		ctx = audit.WithActor(ctx, audit.Actor{Kind: audit.Staff, ID: u.ID, Name: u.Name, Address: who.Address})
	}
	e := audit.Entry{Action: action, SubjectKind: "user", SubjectID: u.ID, SubjectName: u.Email}
	var err error
	if e.Before, e.After, err = audit.Diff(before, after); err != nil {
		return err
	}
	return audit.Record(ctx, tx, e)
}

// CheckPassword proves that it is the user who asks, for a change of their account. Invalid: field.
func (s *Service) CheckPassword(ctx context.Context, user *web.User, field, password, address string) error {
	_, err := s.SignIn(ctx, user.Email, password, address)
	if problem.Is(err, problem.Unauthorized) {
		return problem.On(field, "This is not your current password.")
	}
	return err
}
