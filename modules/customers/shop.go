package customers

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/country"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/orders/ordertype"
	"wizamart/ui"
)

func (s *Service) shopRoutes(r *app.Router) {
	r.Shop("GET", "/account", permission.SignedIn, s.accountPage)
	r.Shop("GET", "/account/sign-in", permission.Public, s.signInPage)
	r.Shop("POST", "/account/sign-in", permission.Public, s.postSignIn, app.Limit(limit.SignIn))
	r.Shop("GET", "/account/sign-up", permission.Public, s.signUpPage)
	r.Shop("POST", "/account/sign-up", permission.Public, s.postSignUp, app.Limit(limit.Letter))
	r.Shop("GET", "/account/confirmation", permission.Public, s.confirmationPage)
	r.Shop("POST", "/account/confirmation", permission.Public, s.postConfirmation, app.Limit(limit.SignIn))
	r.Shop("GET", "/account/password-reset", permission.Public, s.resetPage)
	r.Shop("POST", "/account/password-reset", permission.Public, s.postResetRequest, app.Limit(limit.Letter))
	r.Shop("GET", "/account/new-password", permission.Public, s.newPasswordPage)
	r.Shop("POST", "/account/new-password", permission.Public, s.postNewPassword, app.Limit(limit.SignIn))
	r.Shop("POST", "/account/sign-out", permission.Public, s.postSignOut)
	r.Shop("GET", "/account/profile", permission.SignedIn, s.profilePage)
	r.Shop("POST", "/account/profile", permission.SignedIn, s.postProfile)
	r.Shop("GET", "/account/password", permission.SignedIn, s.passwordPage)
	r.Shop("POST", "/account/password", permission.SignedIn, s.postPassword, app.Limit(limit.SignIn))
}

// accountView is the data of an account's first page.
type accountView struct {
	Account *Account
	Country string
	Orders  []ordertype.Brief // the newest few
	More    int
}

const shownOrders = 5

func (s *Service) accountPage(c *web.Context) error {
	account, err := s.Account(c.Ctx(), c.Store, c.User.ID)
	if err != nil {
		return err
	}
	orders, err := s.orders.ForAccount(c.Ctx(), c.Store, c.User.ID)
	if err != nil {
		return err
	}
	v := accountView{Account: account, Country: country.Name(c.Lang, account.Address.Country), Orders: orders[:min(len(orders), shownOrders)]}
	v.More = len(orders) - len(v.Orders)
	return c.Render(web.Page{View: "customers/shop/account", Title: c.T("Your account"), D: v, NoIndex: true})
}

// next is where to go after signing in: a page of this shop.
func next(c *web.Context, wish string) string {
	if !web.LocalPath(wish) || !strings.HasPrefix(wish, c.Prefix+"/") {
		return ""
	}
	if u, err := url.Parse(wish); err != nil || strings.Contains(u.Path, "..") || strings.HasPrefix(u.Path, c.Prefix+"/account/sign-") {
		return ""
	}
	return wish
}

func (s *Service) goOn(c *web.Context, form *web.Form) error {
	if to := next(c, form.Value("next")); to != "" {
		http.Redirect(c.W, c.R, to, http.StatusSeeOther)
		return nil
	}
	return c.Redirect("/account")
}

func (s *Service) signInPage(c *web.Context) error {
	if c.User != nil {
		return c.Redirect("/account")
	}
	form := web.NewForm(url.Values{"next": {next(c, c.Query("next"))}})
	return c.Render(web.Page{View: "customers/shop/sign-in", Title: c.T("Sign in"), Form: form, NoIndex: true})
}

func (s *Service) postSignIn(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	email, password := form.Text("email", 254), form.Value("password")
	if email == "" {
		form.Fail("email", "Enter your e-mail address.")
	}
	if password == "" {
		form.Fail("password", "Enter your password.")
	}
	if err = form.Err(); err == nil {
		var id string
		if id, err = s.SignIn(c.Ctx(), c.Store, email, password, c.Address); err == nil {
			if err := s.app.SignInCustomer(c, id); err != nil {
				return err
			}
			return s.goOn(c, form)
		}
	}
	form.Set("next", next(c, form.Value("next")))
	return refuse(c, web.Page{View: "customers/shop/sign-in", Title: c.T("Sign in"), Form: form, NoIndex: true}, err)
}

// refuse renders the page again with what was typed and why it was refused, or hands the error on.
func refuse(c *web.Context, page web.Page, err error) error {
	var p *problem.Error
	if errors.As(err, &p) && (p.Code == problem.Unauthorized || p.Code == problem.TooMany) {
		page.Form.Fail("", "%s", c.T(p.Message))
		if page.Status = p.Code.Status(); p.Code == problem.Unauthorized {
			page.Status = http.StatusUnprocessableEntity // 401 would want a WWW-Authenticate header (RFC 9110)
		}
		return c.Render(page)
	}
	if !page.Form.Take(err) {
		return err
	}
	return c.Render(page)
}

func (s *Service) signUpPage(c *web.Context) error {
	if c.User != nil {
		return c.Redirect("/account")
	}
	form := web.NewForm(url.Values{"next": {next(c, c.Query("next"))}})
	return c.Render(web.Page{View: "customers/shop/sign-up", Title: c.T("Create an account"), Form: form, NoIndex: true})
}

func (s *Service) postSignOut(c *web.Context) error {
	if err := s.app.SignOut(c); err != nil {
		return err
	}
	c.Flash("success", "You are signed out.")
	return c.Redirect("/")
}

func (s *Service) profilePage(c *web.Context) error {
	a, err := s.Account(c.Ctx(), c.Store, c.User.ID)
	if err != nil {
		return err
	}
	form := web.NewForm(url.Values{
		"name": {a.Name}, "phone": {a.Phone}, "business": {a.Address.Business}, "line1": {a.Address.Line1}, "line2": {a.Address.Line2}, "postal_code": {a.Address.PostalCode},
		"city": {a.Address.City}, "region": {a.Address.Region}, "country": {a.Address.Country}, "accepts_marketing": {onOff(a.AcceptsMarketing)},
	})
	return s.renderProfile(c, form, nil)
}

func (s *Service) renderProfile(c *web.Context, form *web.Form, err error) error {
	var options []ui.Option
	for _, k := range country.List(c.Lang) {
		options = append(options, ui.Option{Value: k.Code, Label: k.Name})
	}
	page := web.Page{View: "customers/shop/profile", Title: c.T("Your details"), D: options, Form: form, NoIndex: true, Crumbs: crumbs(c, c.T("Your details"))}
	if err != nil {
		return refuse(c, page, err)
	}
	return c.Render(page)
}

func crumbs(c *web.Context, here string) []web.Link {
	return []web.Link{{Label: c.T("Your account"), URL: c.URL("/account")}, {Label: here}}
}

func (s *Service) postProfile(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.SetProfile(c.Ctx(), c.Store, c.User.ID, Profile{
		Name: form.Value("name"), Phone: form.Value("phone"), AcceptsMarketing: form.Bool("accepts_marketing"),
		Address: ordertype.Address{
			Business: form.Value("business"), Line1: form.Value("line1"), Line2: form.Value("line2"), PostalCode: form.Value("postal_code"), City: form.Value("city"), Region: form.Value("region"), Country: form.Value("country"),
		},
	})
	if err != nil {
		return s.renderProfile(c, form, err)
	}
	c.Flash("success", "Your details were saved.")
	return c.Redirect("/account")
}

func (s *Service) passwordPage(c *web.Context) error {
	return c.Render(web.Page{View: "customers/shop/password", Title: c.T("Change your password"), NoIndex: true, Crumbs: crumbs(c, c.T("Change your password"))})
}

func (s *Service) postPassword(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	err = s.SetPassword(c.Ctx(), c.Store, c.User.ID, ChangePassword{Current: form.Value("current"), New: form.Value("password"), Address: c.Address, Session: c.User.Session})
	if err != nil {
		return refuse(c, web.Page{View: "customers/shop/password", Title: c.T("Change your password"), Form: form, NoIndex: true, Crumbs: crumbs(c, c.T("Change your password"))}, err)
	}
	c.Flash("success", "Your password was changed. Other devices are signed out.")
	return c.Redirect("/account")
}
