package core

import (
	"context"
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

// The operator's mail server, and what became of the platform's own mails.

func (s *Service) mailPage(c *web.Context) error {
	t, err := s.app.Mail.Transport(c.Ctx())
	if err != nil {
		return err
	}
	return s.renderMail(c, web.NewForm(url.Values{
		"host": {t.Host}, "port": {strconv.Itoa(t.Port)}, "security": {t.Security}, "username": {t.Username}, "sender": {t.Sender}, "hourly": {strconv.Itoa(t.Hourly)}, "keep_days": {strconv.Itoa(t.KeepDays)},
	}))
}

func (s *Service) renderMail(c *web.Context, form *web.Form) error {
	rows, _, err := mail.List(c.Ctx(), s.app.Platform.DB, mail.Filter{Limit: 20})
	if err != nil {
		return err
	}
	t, err := s.app.Mail.Transport(c.Ctx())
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "core/admin/mail", Title: c.T("Mail"), Form: form, D: map[string]any{
		"Rows": rows, "Fixed": s.app.Mail.Fixed(), "None": t.Host == "", "HasPassword": t.Password != "", "Development": s.app.Config.Development,
		"Securities": []ui.Option{{Value: mail.StartTLS, Label: c.T("STARTTLS")}, {Value: mail.TLS, Label: c.T("TLS")}, {Value: mail.NoTLS, Label: c.T("None, for a relay on this machine")}},
	}})
}

func (s *Service) saveMail(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	t := mail.Transport{
		Host: strings.TrimSpace(form.Value("host")), Port: form.Int("port", 1, 65535), Security: form.Value("security"), Username: strings.TrimSpace(form.Value("username")), Password: form.Value("password"),
		Sender: strings.TrimSpace(form.Value("sender")), Hourly: form.Int("hourly", 0, 1_000_000), KeepDays: form.Int("keep_days", 1, 3650),
	}
	if err = form.Err(); err == nil {
		if s.app.Mail.Fixed() {
			return problem.New(problem.Conflict, "The mail server is given on the command line (--smtp), so it is not changed here.")
		}
		err = s.app.Mail.Save(c.Ctx(), t)
	}
	if err != nil && !form.Take(err) {
		return err
	}
	if form.Any() {
		form.Set("password", "")
		return s.renderMail(c, form)
	}
	c.Flash("success", "The mail server was saved. Send yourself a mail to try it.")
	return c.Redirect("/mail")
}

func (s *Service) postTestMail(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.SendTestMail(c.Ctx(), form.Value("to")); err != nil {
		if !form.Take(err) {
			return err
		}
		c.Flash("error", "Enter an e-mail address such as name@example.com.")
		return c.Redirect("/mail")
	}
	c.Flash("success", "The mail is on its way. What becomes of it stands below.")
	return c.Redirect("/mail")
}

// SendTestMail queues a mail to an address, to try the mail server. Invalid for what is no address.
func (s *Service) SendTestMail(ctx context.Context, to string) error {
	email, ok := auth.CleanEmail(to)
	if !ok {
		return problem.On("to", "Enter an e-mail address such as name@example.com.")
	}
	m := mail.Message{Kind: "core.test", From: s.app.Platform.BaseDomain()}
	m.To.Address = email
	n := mail.Note{Brand: m.From, Title: "Mails arrive", Text: []string{"This mail was sent to try the mail server of " + m.From + ". It works."}}
	if err := n.Fill(&m); err != nil {
		return err
	}
	return s.app.Platform.DB.Write(ctx, func(tx *database.DB) error {
		id, err := mail.Queue(ctx, tx, m)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: "core.mail.tried", SubjectKind: "mail", SubjectID: id})
	})
}
