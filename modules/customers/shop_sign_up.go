package customers

import (
	"net/http"
	"net/url"

	"wizamart/framework/web"
)

func (s *Service) postSignUp(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	to := next(c, form.Value("next"))
	err = s.SignUp(c.Ctx(), c.Store, SignUp{
		Email: form.Value("email"), Name: form.Value("name"), Password: form.Value("password"), AcceptsMarketing: form.Bool("accepts_marketing"), Locale: c.Lang, Next: to,
	})
	if err != nil {
		form.Set("next", to)
		return refuse(c, web.Page{View: "customers/shop/sign-up", Title: c.T("Create an account"), Form: form, NoIndex: true}, err)
	}
	return c.Render(web.Page{View: "customers/shop/sign-up-sent", Title: c.T("Look into your mailbox"), Form: form, NoIndex: true})
}

// confirmationPage asks once more: mail scanners follow links too, and must not open accounts.
func (s *Service) confirmationPage(c *web.Context) error {
	email, err := s.PeekSignUp(c.Ctx(), c.Store, c.Query("token"))
	if err != nil {
		return err
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	return c.Render(web.Page{View: "customers/shop/confirmation", Title: c.T("Open your account"), D: email, Form: web.NewForm(url.Values{"token": {c.Query("token")}}), NoIndex: true})
}

func (s *Service) postConfirmation(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	id, wish, err := s.ConfirmSignUp(c.Ctx(), c.Store, form.Value("token"))
	if err != nil {
		return err
	}
	if err := s.app.SignInCustomer(c, id); err != nil {
		return err
	}
	c.Flash("success", "Welcome. Your account is open.")
	if to := next(c, wish); to != "" {
		http.Redirect(c.W, c.R, to, http.StatusSeeOther)
		return nil
	}
	return c.Redirect("/account")
}
