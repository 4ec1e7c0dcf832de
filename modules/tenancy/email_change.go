package tenancy

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	framework "wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

const (
	purposeEmail = "email-change" // its subject is the user
	emailFor     = 24 * time.Hour
)

// RequestEmail mails a link to a new address of the user's own, which takes it into use. Whether another user has it does not show: then
// nothing is mailed. Invalid: email, current; TooMany for an address that is asked for often.
func (s *Service) RequestEmail(ctx context.Context, user *web.User, email, password, lang, address string) error {
	clean, ok := auth.CleanEmail(email)
	if !ok {
		return problem.On("email", "Enter an e-mail address such as name@example.com.")
	}
	if clean == user.Email {
		return problem.On("email", "This is your address already.")
	}
	if err := s.CheckPassword(ctx, user, "email_password", password, address); err != nil {
		return err
	}
	if err := s.resetsTo.Take(clean); err != nil {
		return err
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByID(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if err := s.app.Auth.Void(ctx, tx, purposeEmail, u.ID); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO tenancy_email_change (user_id, email, created_at) VALUES ({:u}, {:e}, {:now}) ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, created_at = excluded.created_at",
			dbx.Params{"u": u.ID, "e": clean, "now": database.Now()})
		if err != nil {
			return err
		}
		if _, err := s.app.Auth.UserByEmail(ctx, tx, clean); !problem.Is(err, problem.NotFound) {
			return err // nil: it is somebody's
		}
		token, err := s.app.Auth.OneTime(ctx, tx, purposeEmail, u.ID, emailFor)
		if err != nil {
			return err
		}
		t, to := s.printer(lang), u
		to.Email = clean
		return s.mail(ctx, tx, to, "tenancy.email_change", framework.Note{
			Title: t("Confirm your new address"), Button: t("Use this address"), URL: s.app.Config.URL(s.app.Platform.BaseDomain(), "/account/email?token="+token),
			Text: []string{t("From then on you sign in to %s with %s. The link works once, within a day.", s.app.Platform.BaseDomain(), clean), t("If it was not you, there is nothing to do.")},
		})
	})
}

// pendingEmail is the address that waits for its confirmation, or "".
func pendingEmail(ctx context.Context, db *database.DB, userID string) (string, error) {
	var email string
	err := db.NewQuery("SELECT email FROM tenancy_email_change WHERE user_id = {:u} AND created_at > {:since}").
		Bind(dbx.Params{"u": userID, "since": database.At(time.Now().Add(-emailFor))}).WithContext(ctx).Row(&email)
	if err != nil && !database.NotFound(err) {
		return "", fmt.Errorf("find a new address: %w", err)
	}
	return email, nil
}

// ConfirmEmail takes the new address into use, and tells the old one. Gone for a link that was used or is too old. Invalid: email, when another
// user has it meanwhile.
func (s *Service) ConfirmEmail(ctx context.Context, token, lang string) error {
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		id, err := s.app.Auth.Redeem(ctx, tx, purposeEmail, token)
		if err != nil {
			return err
		}
		email, err := pendingEmail(ctx, tx, id)
		if err != nil {
			return err
		}
		before, err := s.app.Auth.UserByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if email == "" || before.Disabled() {
			return problem.New(problem.Gone, "This link has expired or has been used.")
		}
		if _, err := tx.Exec("DELETE FROM tenancy_email_change WHERE user_id = {:u}", dbx.Params{"u": id}); err != nil {
			return err
		}
		after, err := s.app.Auth.UpdateUser(ctx, tx, id, auth.UserChange{Email: email, Name: before.Name, Admin: before.Admin})
		if err != nil {
			return err
		}
		t := s.printer(lang)
		err = s.mail(ctx, tx, before, "tenancy.email_changed", framework.Note{
			Title: t("Your address was changed"),
			Text: []string{t("From now on, your account at %s is %s.", s.app.Platform.BaseDomain(), email),
				t("If it was not you, write to the operator of %s at once.", s.app.Platform.BaseDomain())},
		})
		if err != nil {
			return err
		}
		return s.recordUser(ctx, tx, after, "tenancy.user.email_changed", before, after)
	})
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

func (s *Service) postEmailChange(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.RequestEmail(c.Ctx(), c.User, form.Value("email"), form.Value("email_password"), c.Lang, c.Address)
	if err != nil {
		if problem.Is(err, problem.TooMany) {
			form.Fail("email", "%s", messageOf(err))
		} else if !form.Take(err) {
			return err
		}
		return s.renderAccount(c, form)
	}
	c.Flash("success", "We have sent a link to %s. Follow it to use the address.", form.Value("email"))
	return c.Redirect("/account")
}

func (s *Service) emailPage(c *web.Context) error {
	if _, err := s.app.Auth.Peek(c.Ctx(), s.app.Platform.DB, purposeEmail, c.Query("token")); err != nil {
		return err
	}
	return s.renderEmail(c, web.NewForm(url.Values{"token": {c.Query("token")}}))
}

func (s *Service) renderEmail(c *web.Context, form *web.Form) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.Render(web.Page{View: "tenancy/portal/email", Title: c.T("Confirm your new address"), Form: form, NoIndex: true})
}

func (s *Service) postEmail(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.ConfirmEmail(c.Ctx(), form.Value("token"), c.Lang); err != nil {
		if form.Take(err) {
			return s.renderEmail(c, form)
		}
		return err
	}
	c.Flash("success", "Your address is changed. From now on you sign in with it.")
	return c.Redirect("/account")
}
