package tenancy

import (
	"net/http"

	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

type signInData struct {
	Next   string
	SignUp bool // anybody may
}

func (s *Service) signInPage(c *web.Context) error {
	if c.User != nil {
		return s.goOn(c, c.Query("next"))
	}
	return c.Render(web.Page{View: "tenancy/portal/sign-in", Title: c.T("Sign in"), D: signInData{c.Query("next"), s.SelfService()}, NoIndex: true})
}

func (s *Service) signIn(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	user, err := s.SignIn(c.Ctx(), form.Value("email"), form.Value("password"), c.Address)
	if problem.Is(err, problem.Unauthorized) || problem.Is(err, problem.Invalid) || problem.Is(err, problem.Forbidden) || problem.Is(err, problem.TooMany) {
		status := problem.CodeOf(err).Status()
		if status == http.StatusUnauthorized {
			status = http.StatusUnprocessableEntity
		}
		form.Fail("email", "%s", messageOf(err))
		return c.Render(web.Page{View: "tenancy/portal/sign-in", Title: c.T("Sign in"), Status: status, Form: form, D: signInData{form.Value("next"), s.SelfService()}, NoIndex: true})
	}
	if err != nil {
		return err
	}
	return s.passwordProved(c, user, form.Value("next"))
}

// goOn leads on to where the person wanted to go, or to the one place there is for them.
func (s *Service) goOn(c *web.Context, next string) error {
	if next != "" && web.LocalPath(next) {
		http.Redirect(c.W, c.R, next, http.StatusSeeOther)
		return nil
	}
	to := "/"
	if c.User != nil && s.Operator(c.User.ID) == nil {
		if stores := s.StoresOf(c.User.ID); len(stores) == 1 && !s.onAdminHost(c) {
			to = "/store/" + stores[0].Code + "/"
		}
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

func (s *Service) onAdminHost(c *web.Context) bool {
	return tenant.NormalizeHost(c.R.Host) == "admin."+s.app.Platform.BaseDomain()
}

func (s *Service) signOut(c *web.Context) error {
	if err := s.app.SignOut(c); err != nil {
		return err
	}
	c.Flash("success", "You are signed out.")
	http.Redirect(c.W, c.R, "/sign-in", http.StatusSeeOther)
	return nil
}

func (s *Service) setUpPage(c *web.Context) error {
	token := c.Query("token")
	if _, err := s.app.Auth.Peek(c.Ctx(), s.app.Platform.DB, auth.PurposeSetup, token); err != nil {
		return err
	}
	return c.Render(web.Page{View: "tenancy/portal/set-up", Title: c.T("Set up your platform"), D: token, NoIndex: true})
}

func (s *Service) setUp(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	in := auth.NewUser{Name: form.Required("name", 100), Email: form.Required("email", 254), Password: form.Value("password")}
	if form.Value("password") != form.Value("repeat") {
		form.Fail("repeat", "The two passwords differ.")
	}
	err = form.Err()
	var user auth.User
	if err == nil {
		user, err = s.SetUpOperator(c.Ctx(), form.Value("token"), in)
	}
	if err != nil {
		if form.Take(err) {
			return c.Render(web.Page{View: "tenancy/portal/set-up", Title: c.T("Set up your platform"), Form: form, D: form.Value("token"), NoIndex: true})
		}
		return err
	}
	if err := s.app.SignInStaff(c, user.ID); err != nil {
		return err
	}
	c.Flash("success", "Welcome, %s. A few steps, and your platform is ready.", user.Name)
	http.Redirect(c.W, c.R, "/admin/getting-started", http.StatusSeeOther)
	return nil
}

type choice struct {
	Stores []storeLink
	Admin  string
	Open   bool // they may open a shop
}

type storeLink struct{ Name, Code, Merchant, URL, Shop string }

func (s *Service) chooseStore(c *web.Context) error {
	d := choice{}
	for _, info := range s.StoresOf(c.User.ID) {
		d.Stores = append(d.Stores, storeLink{info.Name, info.Code, info.MerchantName, "/store/" + info.Code + "/", s.shopURL(info)})
	}
	if s.Operator(c.User.ID) != nil {
		d.Admin = "/admin/"
	}
	d.Open = s.MayOpen(c.Ctx(), c.User.ID)
	return c.Render(web.Page{View: "tenancy/portal/stores", Title: c.T("Your stores"), D: d})
}

// shopURL is where a shop's customers find it.
func (s *Service) shopURL(info *tenant.Info) string {
	return s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), "/")
}

func (s *Service) dashboardURL(info *tenant.Info) string {
	return s.app.Config.URL(info.Base, "/store/"+info.Code+"/")
}

// messageOf is what an error says to a person.
func messageOf(err error) string {
	if p, ok := asProblem(err); ok {
		if len(p.Fields) > 0 {
			return p.Fields[0].Message
		}
		return p.Message
	}
	return err.Error()
}
