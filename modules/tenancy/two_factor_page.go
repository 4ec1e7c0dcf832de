package tenancy

import (
	"fmt"
	"net/http"
	"strings"

	qrcode "github.com/skip2/go-qrcode"

	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

type twoFactorData struct {
	State auth.TwoFactor
	Key   string   // shown while it waits for its first code, in groups of four
	Must  bool     // a team wants it
	Codes []string // the new recovery codes, once
	Next  string
	Host  string
}

func (s *Service) twoFactorPage(c *web.Context) error { return s.renderTwoFactor(c, nil, nil) }

func (s *Service) renderTwoFactor(c *web.Context, form *web.Form, codes []string) error {
	d := twoFactorData{Must: s.MustBeSecured(c.User.ID), Codes: codes, Next: c.Query("next"), Host: s.app.Platform.BaseDomain()}
	if form != nil {
		d.Next = form.Value("next")
	}
	if !web.LocalPath(d.Next) {
		d.Next = ""
	}
	var err error
	if d.State, err = s.app.Auth.TwoFactorOf(c.Ctx(), s.app.Platform.DB, c.User.ID); err != nil {
		return err
	}
	if !d.State.On {
		e, err := s.Enrolment(c.Ctx(), c.User)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		d.Key = grouped(e.Key)
	}
	c.W.Header().Set("Cache-Control", "no-store")
	return c.Render(web.Page{View: "tenancy/portal/two-factor", Title: c.T("Two-factor sign-in"), Form: form, D: d, NoIndex: true})
}

// grouped writes a key in groups of four, to be typed.
func grouped(key string) string {
	var out []string
	for len(key) > 4 {
		out, key = append(out, key[:4]), key[4:]
	}
	return strings.Join(append(out, key), " ")
}

// again shows the page with the complaint, or returns an error that no form can show.
func (s *Service) again(c *web.Context, form *web.Form, err error) error {
	if problem.Is(err, problem.TooMany) {
		form.Fail("code", "%s", messageOf(err))
	} else if !form.Take(err) {
		return err
	}
	return s.renderTwoFactor(c, form, nil)
}

func (s *Service) beginTwoFactor(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.BeginTwoFactor(c.Ctx(), c.User, form.Value("current"), c.Address); err != nil {
		return s.again(c, form, err)
	}
	return s.renderTwoFactor(c, form, nil)
}

// twoFactorImage is the key as a QR code.
func (s *Service) twoFactorImage(c *web.Context) error {
	e, err := s.Enrolment(c.Ctx(), c.User)
	if err != nil {
		return err
	}
	png, err := qrcode.Encode(e.URL, qrcode.Medium, 360)
	if err != nil {
		return fmt.Errorf("draw a QR code: %w", err)
	}
	c.W.Header().Set("Content-Type", "image/png")
	c.W.Header().Set("Cache-Control", "no-store")
	_, err = c.W.Write(png)
	return err
}

func (s *Service) confirmTwoFactor(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	codes, err := s.ConfirmTwoFactor(c.Ctx(), c.User, form.Value("code"), c.Lang)
	if err != nil {
		return s.again(c, form, err)
	}
	return s.renderTwoFactor(c, form, codes)
}

func (s *Service) removeTwoFactor(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.RemoveTwoFactor(c.Ctx(), c.User, form.Value("current"), form.Value("code"), c.Lang, c.Address); err != nil {
		return s.again(c, form, err)
	}
	c.Flash("success", "Two-factor sign-in is off.")
	return c.Redirect("/account")
}

func (s *Service) newRecoveryCodes(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	codes, err := s.NewRecoveryCodes(c.Ctx(), c.User, form.Value("current"), form.Value("code"), c.Address)
	if err != nil {
		return s.again(c, form, err)
	}
	return s.renderTwoFactor(c, form, codes)
}

// recoveryFile gives the codes that the page shows back as a file. It takes nothing but codes that the user has.
func (s *Service) recoveryFile(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	codes := form.Values("recovery")
	if len(codes) > 20 {
		codes = nil
	}
	ok, err := s.app.Auth.HasRecoveryCodes(c.Ctx(), s.app.Platform.DB, c.User.ID, codes)
	if err != nil {
		return err
	}
	if !ok {
		return problem.New(problem.Conflict, "These codes are not yours any more. Make new ones.")
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="recovery-codes.txt"`)
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	_, err = fmt.Fprintf(c.W, "%s · %s\n%s\n\n%s\n", s.app.Platform.BaseDomain(), c.User.Email, c.T("Each code works once, in the place of the code from your authenticator."), strings.Join(codes, "\n"))
	return err
}
