package tenancy

import (
	"context"
	"net/mail"
	"net/url"
	"slices"
	"time"

	"golang.org/x/text/message"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// resetFor is how long a link for a new password works.
const resetFor = time.Hour

const resetJob = "tenancy.reset"

type resetPayload struct{ Email, Lang string }

// RequestReset has a link for a new password mailed, if the address is a user's. What is done here is the same in both cases: a job looks
// the address up. An address gets at most a few links an hour.
func (s *Service) RequestReset(ctx context.Context, email, lang string) error {
	email, ok := auth.CleanEmail(email)
	if !ok {
		return problem.On("email", "Enter an e-mail address such as name@example.com.")
	}
	if s.resetsTo.Take(email) != nil {
		return nil
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := job.Enqueue(tx, job.New{Kind: resetJob, Payload: resetPayload{email, lang}})
		return err
	})
}

func (s *Service) runReset(ctx context.Context, run *job.Run) error {
	var p resetPayload
	if err := run.Decode(&p); err != nil {
		return err
	}
	return run.DB().Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByEmail(ctx, tx, p.Email)
		if problem.Is(err, problem.NotFound) || err == nil && u.Disabled() {
			return nil
		}
		if err != nil {
			return err
		}
		token, err := s.app.Auth.OneTime(ctx, tx, auth.PurposePasswordReset, u.ID, resetFor)
		if err != nil {
			return err
		}
		t := s.printer(p.Lang)
		return s.mail(ctx, tx, u, "tenancy.reset", framework.Note{
			Title: t("Choose a new password"), Button: t("Choose a new password"), URL: s.app.Config.URL(s.app.Platform.BaseDomain(), "/new-password?token="+token),
			Text: []string{t("Somebody, probably you, asked for a new password for your account at %s. The link works once, within an hour.", s.app.Platform.BaseDomain()), t("If it was not you, there is nothing to do: your password stays as it is.")},
		})
	})
}

// Reset sets the password of the user that a link was mailed to, ends all their sessions, and tells them. Gone for a link that was used or is
// too old.
func (s *Service) Reset(ctx context.Context, token, lang, password string) error {
	db := s.app.Platform.DB
	id, err := s.app.Auth.Peek(ctx, db, auth.PurposePasswordReset, token)
	if err != nil {
		return err
	}
	u, err := s.app.Auth.UserByID(ctx, db, id)
	if err != nil {
		return err
	}
	var f problem.Fields
	auth.ValidatePassword(&f, "password", u.Email, password)
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.app.Auth.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *database.DB) error {
		if _, err := s.app.Auth.Redeem(ctx, tx, auth.PurposePasswordReset, token); err != nil {
			return err
		}
		if err := s.app.Auth.SetPasswordHash(ctx, tx, id, hash); err != nil {
			return err
		}
		if err := s.passwordChanged(ctx, tx, u, lang); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "tenancy.user.password_reset", SubjectKind: "staff", SubjectID: u.ID, SubjectName: u.Name})
	})
}

func (s *Service) passwordChanged(ctx context.Context, tx *database.DB, u auth.User, lang string) error {
	t := s.printer(lang)
	return s.mail(ctx, tx, u, "tenancy.password_changed", framework.Note{
		Title: t("Your password was changed"), Button: t("Choose a new password"), URL: s.app.Config.URL(s.app.Platform.BaseDomain(), "/password-reset"),
		Text: []string{t("The password of your account at %s was changed a moment ago.", s.app.Platform.BaseDomain()), t("If it was not you, choose a new one at once.")},
	})
}

// secretMails let their reader in.
var secretMails = []string{"tenancy.reset", "tenancy.invitation", "tenancy.email_change"}

func (s *Service) mail(ctx context.Context, tx *database.DB, u auth.User, kind string, n framework.Note) error {
	n.Brand = s.app.Platform.BaseDomain()
	m := framework.Message{Kind: kind, Ref: u.ID, To: mail.Address{Name: u.Name, Address: u.Email}, From: n.Brand, Subject: n.Title, Secret: slices.Contains(secretMails, kind)}
	if err := n.Fill(&m); err != nil {
		return err
	}
	_, err := framework.Queue(ctx, tx, m)
	return err
}

// printer translates into a language, or into the nearest that there is.
func (s *Service) printer(lang string) func(key message.Reference, args ...any) string {
	return s.app.Site.Texts.Printer(s.app.Site.Texts.Match(lang)).Sprintf
}

func (s *Service) resetPage(c *web.Context) error {
	return c.Render(web.Page{View: "tenancy/portal/password-reset", Title: c.T("Forgotten your password?"), D: false, NoIndex: true})
}

func (s *Service) postResetRequest(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.RequestReset(c.Ctx(), form.Value("email"), c.Lang)
	if err != nil && !form.Take(err) {
		return err
	}
	return c.Render(web.Page{View: "tenancy/portal/password-reset", Title: c.T("Forgotten your password?"), D: err == nil, Form: form, NoIndex: true})
}

func (s *Service) newPasswordPage(c *web.Context) error {
	if _, err := s.app.Auth.Peek(c.Ctx(), s.app.Platform.DB, auth.PurposePasswordReset, c.Query("token")); err != nil {
		return err
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.Render(web.Page{View: "tenancy/portal/new-password", Title: c.T("Choose a new password"), Form: web.NewForm(url.Values{"token": {c.Query("token")}}), NoIndex: true})
}

func (s *Service) postNewPassword(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Reset(c.Ctx(), form.Value("token"), c.Lang, form.Value("password")); err != nil {
		if !form.Take(err) {
			return err
		}
		c.W.Header().Set("Referrer-Policy", "no-referrer")
		return c.Render(web.Page{View: "tenancy/portal/new-password", Title: c.T("Choose a new password"), Form: form, NoIndex: true})
	}
	c.Flash("success", "Your password was changed, and you are signed out everywhere. Sign in with the new one.")
	return c.Redirect("/sign-in")
}
