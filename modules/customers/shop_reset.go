package customers

import (
	"net/url"

	"wizamart/framework/web"
)

func (s *Service) resetPage(c *web.Context) error {
	return c.Render(web.Page{View: "customers/shop/password-reset", Title: c.T("Forgotten your password?"), D: false, NoIndex: true})
}

func (s *Service) postResetRequest(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.RequestReset(c.Ctx(), c.Store, form.Value("email"))
	page := web.Page{View: "customers/shop/password-reset", Title: c.T("Forgotten your password?"), D: err == nil, Form: form, NoIndex: true}
	if err != nil {
		return refuse(c, page, err)
	}
	return c.Render(page)
}

func (s *Service) newPasswordPage(c *web.Context) error {
	if err := s.PeekReset(c.Ctx(), c.Store, c.Query("token")); err != nil {
		return err
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	form := web.NewForm(url.Values{"token": {c.Query("token")}})
	return c.Render(web.Page{View: "customers/shop/new-password", Title: c.T("Choose a new password"), Form: form, NoIndex: true})
}

func (s *Service) postNewPassword(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if err := s.Reset(c.Ctx(), c.Store, form.Value("token"), form.Value("password")); err != nil {
		c.W.Header().Set("Referrer-Policy", "no-referrer")
		return refuse(c, web.Page{View: "customers/shop/new-password", Title: c.T("Choose a new password"), Form: form, NoIndex: true}, err)
	}
	c.Flash("success", "Your password was changed, and you are signed out everywhere. Sign in with the new one.")
	return c.Redirect("/account/sign-in")
}
