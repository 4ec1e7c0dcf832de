package app

import (
	"net/http"
	"net/url"
	"strings"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Door stands before shops that are not open to everybody.
type Door interface {
	// Admitted tells whether the visitor has shown the password of a shop that is not launched.
	Admitted(c *web.Context) bool
	// Closed is the page of a shop that is suspended or about to be deleted.
	Closed(c *web.Context) error
}

// doorPath is where a shop that is not launched asks for its password. Its route has the option AtTheDoor.
const doorPath = "/password"

// errClosed refuses what would change a store that is suspended or about to be deleted.
func errClosed(info *tenant.Info) error {
	if info.Closing() {
		return problem.New(problem.Conflict, "This store is about to be deleted, so nothing in it can be changed. The deletion can still be undone.")
	}
	return problem.New(problem.Conflict, "This store is suspended: it can be looked at, but not changed. Reason: %s", info.Reason)
}

// atTheDoor answers for a shop that the visitor may not see (now), and tells whether it did.
func (a *App) atTheDoor(c *web.Context, route *web.Route) (answered bool, err error) {
	info := c.Store.Info()
	if info.Public() {
		return false, nil
	}
	c.W.(*recorder).hidden = true
	c.W.Header().Set("X-Robots-Tag", "noindex, nofollow")
	if !info.Open() {
		if route != nil && route.WhileClosed {
			return false, nil
		}
		if a.Door == nil || c.WantsJSON() || unsafe(c.R.Method) {
			return true, problem.New(problem.Unavailable, "This shop is closed for now.")
		}
		c.Route = nil
		return true, a.Door.Closed(c)
	}
	if route != nil && (route.AtTheDoor || route.WhileClosed) || a.Door != nil && a.Door.Admitted(c) {
		return false, nil
	}
	c.Route = nil
	if c.WantsJSON() {
		return true, problem.New(problem.Unauthorized, "This shop is not open yet: it asks for a password.")
	}
	to := c.URL(doorPath)
	if next := strings.TrimPrefix(c.R.URL.RequestURI(), c.Prefix); !unsafe(c.R.Method) && next != "/" && next != "" && web.LocalPath(next) {
		to += "?next=" + url.QueryEscape(next)
	}
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return true, nil
}

// frozen refuses to change a store that is suspended or about to be deleted. It comes after the permission, so that strangers do
// not hear of it.
func (a *App) frozen(c *web.Context) error {
	if c.Store == nil || !unsafe(c.R.Method) || c.Route.WhileClosed || c.Surface != web.Dashboard && c.Surface != web.API {
		return nil
	}
	if info := c.Store.Info(); !info.Open() {
		return errClosed(info)
	}
	return nil
}
