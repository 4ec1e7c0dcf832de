package app

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// identify finds out who is asking, from the surface's cookies or, for the API, from the bearer token.
func (a *App) identify(c *web.Context) error {
	switch c.Surface {
	case web.Storefront:
		claims, err := a.claims(c, c.Store.DB, auth.CustomerAudience(c.Store.ID()), "customer")
		if err != nil || claims.Subject == "" {
			return err
		}
		user, err := a.Customers.Customer(c.Ctx(), c.Store, claims.Subject)
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if user != nil {
			user.Session = claims.Session
		}
		c.User = user
		return err
	case web.API:
		token, ok := bearer(c.R)
		if !ok {
			return nil
		}
		if IsToken(token) {
			return a.setProgram(c, token)
		}
		claims, err := a.Auth.Verify(token, auth.Staff)
		if err != nil {
			return &problem.Error{Code: problem.Unauthorized, Message: "The access token is not valid or has expired.", Cause: err}
		}
		a.setStaff(c, claims)
		return nil
	default:
		claims, err := a.claims(c, a.Platform.DB, auth.Staff, "staff")
		if err == nil && claims.Subject != "" {
			a.setStaff(c, claims)
		}
		return err
	}
}

func (a *App) setStaff(c *web.Context, claims auth.Claims) {
	user := a.Directory.Staff(claims.Subject)
	if user == nil {
		return
	}
	own := *user
	own.Session = claims.Session
	c.User = &own
	c.Lacks = func(permission string) bool { return a.lacks(c, permission) }
	switch {
	case c.Store != nil && (c.Surface == web.Dashboard || c.Surface == web.API):
		c.Grants = a.Directory.Grants(own.ID, c.Store.Info())
	case c.Store == nil && (c.Surface == web.Admin || c.Surface == web.API):
		c.Grants = a.Directory.Operator(own.ID)
	}
}

// ErrEnrol is the cause of a refusal to who must set up a second factor first. A page leads there.
var ErrEnrol = errors.New("a second factor is asked for")

// enrolPage is where a second factor is set up, on the platform's own hosts.
const enrolPage = "/account/two-factor"

// admit refuses those whose merchant, or platform, wants a second factor that they do not have.
func (a *App) admit(c *web.Context) error {
	switch {
	case c.Store != nil && (c.Surface == web.Dashboard || c.Surface == web.API):
		return a.Directory.Admits(c.User.ID, c.Store.Info())
	case c.Surface == web.Admin, c.Surface == web.API && c.Grants != nil && c.Route.Permission != permission.SignedIn:
		return a.Directory.Admits(c.User.ID, nil)
	}
	return nil
}

// claims reads the access cookie, and renews it with the refresh cookie when it is due.
func (a *App) claims(c *web.Context, db *database.DB, audience, cookie string) (auth.Claims, error) {
	if access := c.Cookie(cookie); access != "" {
		if claims, err := a.Auth.Verify(access, audience); err == nil {
			return claims, nil
		}
	}
	refresh := c.Cookie(cookie + "_refresh")
	if refresh == "" {
		return auth.Claims{}, nil
	}
	tokens, claims, err := a.Auth.Refresh(c.Ctx(), db, audience, refresh)
	switch {
	case errors.Is(err, auth.ErrRevoked), errors.Is(err, auth.ErrReused), errors.Is(err, auth.ErrExpired), errors.Is(err, auth.ErrUnknown), problem.Is(err, problem.Unauthorized):
		a.clearCookies(c, cookie)
		return auth.Claims{}, nil
	case err != nil:
		return auth.Claims{}, err
	}
	a.setCookies(c, cookie, tokens)
	return claims, nil
}

func (a *App) setCookies(c *web.Context, cookie string, t auth.Tokens) {
	c.SetCookie(cookie, t.Access, int(time.Until(t.AccessExpires).Seconds()))
	c.SetCookie(cookie+"_refresh", t.Refresh, int(time.Until(t.RefreshExpires).Seconds()))
}

func (a *App) clearCookies(c *web.Context, cookie string) {
	c.SetCookie(cookie, "", -1)
	c.SetCookie(cookie+"_refresh", "", -1)
}

// SignInStaff starts a session for a user and gives the browser its cookies.
func (a *App) SignInStaff(c *web.Context, userID string) error {
	return a.signIn(c, a.Platform.DB, auth.Staff, "staff", userID)
}

// SignInCustomer starts a session for a customer of c.Store.
func (a *App) SignInCustomer(c *web.Context, customerID string) error {
	return a.signIn(c, c.Store.DB, auth.CustomerAudience(c.Store.ID()), "customer", customerID)
}

func (a *App) signIn(c *web.Context, db *database.DB, audience, cookie, subject string) error {
	tokens, err := a.Auth.Start(c.Ctx(), db, auth.Grant{Subject: subject, Audience: audience, Address: c.Address, UserAgent: c.R.UserAgent()})
	if err != nil {
		return err
	}
	a.setCookies(c, cookie, tokens)
	return nil
}

// SignOut ends the session of the surface that c is on.
func (a *App) SignOut(c *web.Context) error {
	db, cookie := a.Platform.DB, "staff"
	if c.Surface == web.Storefront {
		db, cookie = c.Store.DB, "customer"
	}
	a.clearCookies(c, cookie)
	if c.User == nil {
		return nil
	}
	return a.Auth.Revoke(c.Ctx(), db, c.User.Session, "signed out")
}

// permit decides whether the user may use the route. A guest of a page is sent to sign in.
func (a *App) permit(c *web.Context) error {
	perm := c.Route.Permission
	if perm == permission.Public {
		return nil
	}
	if c.User == nil {
		return problem.New(problem.Unauthorized, "Please sign in to continue.")
	}
	switch c.Surface {
	case web.Storefront, web.Portal:
		if perm == permission.SignedIn {
			return nil
		}
	case web.Dashboard:
		if c.Grants == nil {
			return problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
		}
		if c.Route.Pattern == "/sign-out" {
			return nil
		}
	case web.Admin:
		if c.Grants == nil {
			return problem.New(problem.Forbidden, "This part is for the operators of the platform.")
		}
		if c.Route.Pattern == "/sign-out" {
			return nil
		}
	case web.API:
		if c.Store != nil && c.Grants == nil {
			return problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
		}
	}
	if err := a.admit(c); err != nil {
		return err
	}
	if perm == permission.SignedIn {
		return nil
	}
	if !c.Grants.Allows(perm) { // a route that is there although its module is off is there for those who had it
		return problem.New(problem.Forbidden, "Your role does not include this. Ask the owner of the store if you need it.")
	}
	return nil
}

// insteadOf is where the reader of a page is led whose request was refused for want of a session or of a second factor; "" for nowhere.
func (a *App) insteadOf(c *web.Context, err error) string {
	switch {
	case c.WantsJSON() || c.R.Method != http.MethodGet:
		return ""
	case errors.Is(err, ErrEnrol):
		return enrolPage + "?next=" + url.QueryEscape(c.R.URL.RequestURI())
	case problem.Is(err, problem.Unauthorized) && c.User == nil:
		return a.signInPage(c)
	}
	return ""
}

// signInPage is where a guest goes, with the way back.
func (a *App) signInPage(c *web.Context) string {
	next := ""
	if c.R.Method == http.MethodGet {
		next = "?next=" + url.QueryEscape(c.Prefix+c.R.URL.RequestURI()[len(c.Prefix):])
	}
	if c.Surface == web.Storefront {
		return c.Prefix + "/account/sign-in" + next
	}
	return "/sign-in" + next
}

func bearer(r *http.Request) (string, bool) {
	const scheme = "Bearer "
	h := r.Header.Get("Authorization")
	if len(h) > len(scheme) && h[:len(scheme)] == scheme {
		return h[len(scheme):], true
	}
	return "", false
}
