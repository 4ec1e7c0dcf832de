// Package web is the ground under all pages: surfaces, the mux that records its patterns, the request
// context, forms that keep what was typed, templates, flash messages, and the one place where an
// error becomes a page or problem+json.
package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/julienschmidt/httprouter"
	"golang.org/x/text/message"

	"wizamart/framework/permission"
	"wizamart/tenant"
)

// Surface is one of the interfaces, each with its own router.
type Surface string

const (
	Storefront Surface = "storefront" // what shoppers see
	Dashboard  Surface = "dashboard"  // where merchants work, /store/<code>/…
	Admin      Surface = "admin"      // where the operator works, /admin/…
	Portal     Surface = "portal"     // sign-in and the choice of a store, on the platform's own host
	API        Surface = "api"        // /api/v1/…
)

// Surfaces in the order in which they are documented.
var Surfaces = []Surface{Storefront, Dashboard, Admin, Portal, API}

// Handler answers one request. What it returns as an error is turned into an answer in one place.
type Handler func(c *Context) error

// User is who is signed in: staff on the platform's hosts, a customer on a shop's.
type User struct {
	ID      string
	Name    string
	Email   string
	Session string
	Admin   bool // operator of the platform
}

// Initials of the user's name, at most two letters.
func (u *User) Initials() string {
	var out []rune
	for _, word := range strings.Fields(u.Name) {
		out = append(out, []rune(word)[0])
	}
	if len(out) == 0 && u.Email != "" {
		out = []rune(u.Email[:1])
	}
	if len(out) > 2 {
		out = []rune{out[0], out[len(out)-1]}
	}
	return strings.ToUpper(string(out))
}

// Program is the API token of a store.
type Program struct {
	ID, Name string
	StoreID  string // the one store where it is worth something
	UserID   string // who answers for it
	Set      permission.Set
}

// Context is one request on its way through a surface.
type Context struct {
	W       http.ResponseWriter
	R       *http.Request
	Params  httprouter.Params
	Surface Surface
	Route   *Route
	Prefix  string        // what the surface's paths begin with here: "", "/admin", "/store/<code>", …
	Store   *tenant.Store // nil outside a store
	User    *User         // nil for a guest
	Grants  permission.Set
	Program *Program                     // the API token with which a program asks in User's place; nil for a person
	Lacks   func(permission string) bool // nil, or tells of permissions that nobody has here: those of modules that are off
	Lang    string                       // BCP 47
	Printer *message.Printer
	Site    *Site
	Secure  bool   // the browser speaks HTTPS
	Address string // the client's IP address; "" for a page that is made for many
	Counted bool   // the rate limits have counted it
	Refused error  // what they said to it

	form  *Form
	until time.Time
	flash []Flash // what waits for the next page, with what this request adds
}

// ValidUntil says that the page changes by itself at a moment, such as the end of a price: it is not kept beyond it. The first
// of several moments counts; zero is none.
func (c *Context) ValidUntil(t time.Time) {
	if !t.IsZero() && (c.until.IsZero() || t.Before(c.until)) {
		c.until = t
	}
}

// Until is the first moment that ValidUntil was given, or zero.
func (c *Context) Until() time.Time { return c.until }

// Ctx is the request's context.
func (c *Context) Ctx() context.Context { return c.R.Context() }

// Param is a path parameter.
func (c *Context) Param(name string) string { return c.Params.ByName(name) }

// Query is a parameter of the URL's query, trimmed.
func (c *Context) Query(name string) string { return strings.TrimSpace(c.R.URL.Query().Get(name)) }

// maxSearch is how many characters of a search count. Databases take minutes for what a URL can hold.
const maxSearch = 200

// Search is what was typed into a search field: the query's q, trimmed, at most 200 characters of it.
func (c *Context) Search() string {
	q := strings.ReplaceAll(strings.ToValidUTF8(c.Query("q"), "\ufffd"), "\x00", "")
	if r := []rune(q); len(r) > maxSearch {
		q = strings.TrimSpace(string(r[:maxSearch]))
	}
	return q
}

// Can tells whether the user may. Nobody may what belongs to a module that is off.
func (c *Context) Can(name string) bool {
	return c.Grants.Allows(name) && (c.Lacks == nil || !c.Lacks(name))
}

// URL puts the surface's prefix before a path.
func (c *Context) URL(path string) string { return c.Prefix + path }

// T translates a message; the English text is its key.
func (c *Context) T(key string, args ...any) string { return c.Printer.Sprintf(key, args...) }

// TN translates a message about n things: one for a single thing, else many. Both are given n.
func (c *Context) TN(one, many string, n int) string {
	if n == 1 {
		return c.T(one, n)
	}
	return c.T(many, n)
}

// Redirect answers 303 See Other to a path of this surface.
func (c *Context) Redirect(path string) error {
	http.Redirect(c.W, c.R, c.URL(path), http.StatusSeeOther)
	return nil
}

// Moved answers 301 Moved Permanently to a path of this surface. Browsers ask again next time: the address may get a page of its own.
func (c *Context) Moved(path string) error {
	c.W.Header().Set("Cache-Control", "no-cache")
	http.Redirect(c.W, c.R, c.URL(path), http.StatusMovedPermanently)
	return nil
}

// MovedOut answers 301 to a whole address elsewhere.
func (c *Context) MovedOut(address string) error {
	c.W.Header().Set("Cache-Control", "no-cache")
	http.Redirect(c.W, c.R, address, http.StatusMovedPermanently)
	return nil
}

// Text answers with text of a media type.
func (c *Context) Text(contentType, body string) error {
	c.W.Header().Set("Content-Type", contentType)
	if c.R.Method == http.MethodHead {
		return nil
	}
	_, err := io.WriteString(c.W, body)
	return err
}

// Absolute is the whole address of a path of this surface, for search engines, mails and others who read it elsewhere.
func (c *Context) Absolute(path string) string {
	return c.origin() + c.URL(path)
}

// origin is scheme and host as they were asked for.
func (c *Context) origin() string {
	if c.Secure {
		return "https://" + c.R.Host
	}
	return "http://" + c.R.Host
}

// Back redirects to the page that the form says it came from, if that is a path of this site, else to path.
func (c *Context) Back(path string) error {
	if to := c.R.FormValue("back"); LocalPath(to) {
		http.Redirect(c.W, c.R, to, http.StatusSeeOther)
		return nil
	}
	return c.Redirect(path)
}

// LocalPath tells whether to is a path on the same host, safe to redirect to.
func LocalPath(to string) bool {
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(to, "/") &&
		!strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\r\n\t")
}

// WantsJSON tells whether the client asked for JSON rather than a page.
func (c *Context) WantsJSON() bool {
	accept := c.R.Header.Get("Accept")
	return c.Surface == API || strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}

// SetCookie sets a host-only cookie on the surface's prefix; under HTTPS it gets the __Host- prefix
// (RFC 6265bis). maxAge is in seconds; negative removes it.
func (c *Context) SetCookie(name, value string, maxAge int) { c.setCookie(name, value, maxAge, true) }

// SetShownCookie is SetCookie for what a script may read to show it, such as a number. It is the browser's word: nothing may depend on it.
func (c *Context) SetShownCookie(name, value string, maxAge int) {
	c.setCookie(name, value, maxAge, false)
}

func (c *Context) setCookie(name, value string, maxAge int, httpOnly bool) {
	http.SetCookie(c.W, &http.Cookie{
		Name: c.cookieName(name), Value: value, Path: c.cookiePath(), MaxAge: maxAge,
		HttpOnly: httpOnly, Secure: c.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// Cookie reads what SetCookie set, or "".
func (c *Context) Cookie(name string) string {
	if k, err := c.R.Cookie(c.cookieName(name)); err == nil {
		return k.Value
	}
	return ""
}

func (c *Context) cookieName(name string) string {
	if c.Secure {
		return "__Host-" + name
	}
	return name
}

// cookiePath keeps the cookies of shops apart where they share a host, in path mode. Staff cookies
// belong to the platform's whole host.
func (c *Context) cookiePath() string {
	if c.Surface == Storefront && c.Prefix != "" && !c.Secure {
		return c.Prefix
	}
	return "/"
}
