package tenancy

import (
	"net/http"
	"net/url"

	"wizamart/framework/problem"
	"wizamart/framework/web"
)

type invitedData struct {
	Invited
	Token  string
	Mine   bool // the one who is signed in was invited
	SignIn string
}

func (s *Service) invitationPage(c *web.Context) error {
	inv, err := s.LookAt(c.Ctx(), c.Query("token"))
	if err != nil {
		return err
	}
	return s.renderInvitation(c, inv, c.Query("token"), nil)
}

func (s *Service) renderInvitation(c *web.Context, inv Invited, token string, form *web.Form) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	inv.Role = inv.Role.In(c.Printer.Sprintf)
	d := invitedData{Invited: inv, Token: token, Mine: c.User != nil && c.User.Email == inv.Email}
	d.SignIn = "/sign-in?next=" + url.QueryEscape("/invitation?token="+url.QueryEscape(token))
	return c.Render(web.Page{View: "tenancy/portal/invitation", Title: c.T("Invitation to %s", inv.Where), Form: form, D: d, NoIndex: true})
}

func (s *Service) postInvitation(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	token := form.Value("token")
	look, err := s.LookAt(c.Ctx(), token)
	if err != nil {
		return err
	}
	if c.User != nil {
		inv, err := s.Accept(c.Ctx(), token, c.User)
		if err != nil {
			if problem.Is(err, problem.Quota) && form.Take(err) {
				return s.renderInvitation(c, look, token, form)
			}
			return err
		}
		return s.welcome(c, inv)
	}
	if look.Known {
		return s.renderInvitation(c, look, token, form)
	}
	inv, user, err := s.AcceptNew(c.Ctx(), token, form.Value("name"), form.Value("password"))
	if err != nil {
		if form.Take(err) {
			return s.renderInvitation(c, look, token, form)
		}
		return err
	}
	if err := s.app.SignInStaff(c, user.ID); err != nil {
		return err
	}
	return s.welcome(c, inv)
}

// welcome leads to where the new member works.
func (s *Service) welcome(c *web.Context, inv Invited) error {
	c.Flash("success", "Welcome to %s.", inv.Where)
	to := "/"
	if info := s.app.Platform.ByID(inv.At.StoreID); info != nil {
		to = "/store/" + info.Code + "/"
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}
