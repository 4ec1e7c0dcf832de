package onboarding

import (
	"context"
	stdmail "net/mail"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

const signUpJob = "onboarding.sign-up"

type signUpPayload struct{ Email, Lang string }

// SelfService tells whether anybody may open a shop.
func (s *Service) SelfService() bool { return s.app.PlatformSetting(selfKey) == "1" }

func (s *Service) selfService() error {
	if s.SelfService() {
		return nil
	}
	return problem.New(problem.NotFound, "Shops are opened here by invitation. Ask the operator of this platform for one.")
}

// RequestSignUp has a link mailed with which a shop is opened. What is done here does not depend on whether the address is known: a job
// looks. TooMany for a client that asks often; an address gets at most a few mails an hour.
func (s *Service) RequestSignUp(ctx context.Context, email, lang, address string) error {
	if err := s.selfService(); err != nil {
		return err
	}
	email, ok := auth.CleanEmail(email)
	if !ok {
		return problem.On("email", "Enter an e-mail address such as name@example.com.")
	}
	if err := s.signUps.Take(auth.AddressKey(address)); err != nil {
		return err
	}
	if s.signUpsTo.Take(email) != nil {
		return nil
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := job.Enqueue(tx, job.New{Kind: signUpJob, Payload: signUpPayload{email, lang}})
		return err
	})
}

func (s *Service) runSignUp(ctx context.Context, run *job.Run) error {
	var p signUpPayload
	if err := run.Decode(&p); err != nil {
		return err
	}
	lang := s.app.Site.Texts.Match(p.Lang)
	return run.DB().Write(ctx, func(tx *database.DB) error {
		u, err := s.app.Auth.UserByEmail(ctx, tx, p.Email)
		if problem.Is(err, problem.NotFound) {
			_, err = s.issue(ctx, tx, signUp, p.Email, "", lang, "", signUpFor)
			return err
		}
		if err != nil || u.Disabled() {
			return err
		}
		base := s.app.Platform.BaseDomain()
		t := s.app.Site.Texts.Printer(lang).Sprintf
		return s.mail(ctx, tx, stdmail.Address{Name: u.Name, Address: u.Email}, "onboarding.known", u.ID, false, mail.Note{
			Title: t("You have an account already"), Button: t("Sign in"), URL: s.app.Config.URL(base, "/sign-in?next=/new-store"),
			Text: []string{t("Somebody, probably you, wanted to sign up at %s with this address. It has an account there: sign in, and open the shop with it.", base), t("If it was not you, there is nothing to do.")},
		})
	})
}

func (s *Service) signUpPage(c *web.Context) error {
	if err := s.selfService(); err != nil {
		return err
	}
	if c.User != nil {
		return c.Redirect("/new-store")
	}
	return c.Render(web.Page{View: "onboarding/portal/sign-up", Title: c.T("Open your shop"), D: false, NoIndex: true})
}

func (s *Service) postSignUp(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.RequestSignUp(c.Ctx(), form.Value("email"), c.Lang, c.Address)
	if err != nil && !form.Take(err) {
		return err
	}
	return c.Render(web.Page{View: "onboarding/portal/sign-up", Title: c.T("Open your shop"), D: err == nil, Form: form, NoIndex: true})
}
