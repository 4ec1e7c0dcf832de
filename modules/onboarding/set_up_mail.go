package onboarding

import (
	"context"
	stdmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/mail"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/ui"
)

type mailData struct {
	Fixed, None, HasPassword, Development bool
	Securities                            []ui.Option
	Tried                                 *mail.Row // the newest mail that was sent to try
}

func (s *Service) mailStep(c *web.Context) error {
	t, err := s.app.Mail.Transport(c.Ctx())
	if err != nil {
		return err
	}
	return s.renderMailStep(c, web.NewForm(url.Values{
		"host": {t.Host}, "port": {strconv.Itoa(max(t.Port, 0))}, "security": {t.Security}, "username": {t.Username}, "sender": {t.Sender},
	}))
}

func (s *Service) renderMailStep(c *web.Context, form *web.Form) error {
	t, err := s.app.Mail.Transport(c.Ctx())
	if err != nil {
		return err
	}
	d := mailData{Fixed: s.app.Mail.Fixed(), None: t.Host == "", HasPassword: t.Password != "", Development: s.app.Config.Development, Securities: []ui.Option{
		{Value: mail.StartTLS, Label: c.T("STARTTLS")}, {Value: mail.TLS, Label: c.T("TLS")}, {Value: mail.NoTLS, Label: c.T("None, for a relay on this machine")},
	}}
	rows, _, err := mail.List(c.Ctx(), s.app.Platform.DB, mail.Filter{Limit: 50})
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Kind == "onboarding.test" {
			d.Tried = &rows[i]
			break
		}
	}
	return s.renderStep(c, "mail", form, d)
}

func (s *Service) postMailStep(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if form.Value("later") != "" || s.app.Mail.Fixed() {
		return s.leaveOr(c, "mail", form, func() error { return nil })
	}
	t, err := s.app.Mail.Transport(c.Ctx()) // what the step does not ask for stays
	if err != nil {
		return err
	}
	t.Host, t.Port, t.Security = form.Required("host", 253), form.Int("port", 1, 65535), form.Value("security")
	t.Username, t.Password, t.Sender = strings.TrimSpace(form.Value("username")), form.Value("password"), strings.TrimSpace(form.Value("sender"))
	if err = form.Err(); err == nil {
		err = s.app.Mail.Save(c.Ctx(), t)
	}
	if err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		form.Set("password", "")
		return s.renderMailStep(c, form)
	}
	if form.Value("try") == "" {
		return c.Redirect("/getting-started" + after("mail"))
	}
	if err := s.sendTest(c.Ctx(), c.User.Email); err != nil {
		return err
	}
	c.Flash("success", "Saved, and a mail to %s is on its way.", c.User.Email)
	return c.Redirect("/getting-started/mail")
}

func (s *Service) postMailTest(c *web.Context) error {
	if err := s.sendTest(c.Ctx(), c.User.Email); err != nil {
		return err
	}
	c.Flash("success", "A mail to %s is on its way.", c.User.Email)
	return c.Redirect("/getting-started/mail")
}

func (s *Service) sendTest(ctx context.Context, to string) error {
	email, ok := auth.CleanEmail(to)
	if !ok {
		return problem.On("to", "Enter an e-mail address such as name@example.com.")
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		n := mail.Note{Title: "Mails arrive", Text: []string{"This mail was sent to try the mail server of " + s.app.Platform.BaseDomain() + ". It works."}}
		if err := s.mail(ctx, tx, stdmail.Address{Address: email}, "onboarding.test", "", false, n); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "onboarding.mail.tried", SubjectKind: "platform", SubjectID: s.app.Platform.ID})
	})
}
