package app

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/limit"
	"wizamart/framework/observe"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// target is where a host and a path lead.
type target struct {
	surface web.Surface
	prefix  string
	path    string
	store   *tenant.Info
}

// Handler serves every host.
func (a *App) Handler() http.Handler {
	proxies := a.Config.Proxies()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address, secure := client(r, proxies)
		secureHeaders(w.Header(), secure)
		if strings.HasPrefix(r.URL.Path, "/assets/") {
			a.serveAsset(w, r)
			return
		}
		started, id := time.Now(), observe.NewRequestID()
		rec := &recorder{ResponseWriter: w}
		c := &web.Context{W: rec, R: r, Site: a.Site, Surface: web.Portal, Address: address, Secure: secure}
		rec.Header()["X-Request-Id"] = []string{id}
		store, ok := a.fromCache(c, id)
		if !ok {
			ctx := observe.WithRequestID(r.Context(), id)
			c.R = r.WithContext(database.WithTally(ctx, &rec.tally))
			if a.Config.Development {
				rec.began = started
			}
			compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				rec.ResponseWriter = w
				a.serve(c, id)
			})).ServeHTTP(w, r)
			if c.Store != nil {
				store = c.Store.Info()
			}
		}
		a.note(c, rec, store, id, time.Since(started))
		a.viewed(c, rec.code(), w.Header(), store)
	})
}

func (a *App) serve(c *web.Context, requestID string) {
	var release func() // of the store: an error's page reads it too
	defer func() {
		if release != nil {
			release()
		}
	}()
	defer removeUploads(c)
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err := observe.Recovered(v)
			if c.W.(*recorder).status == 0 {
				a.Site.Fail(c, err, requestID)
			} else {
				a.Log.Error("panic after the answer began", "error", err.Error(), "request_id", requestID)
				a.failed(c, err, http.StatusInternalServerError, requestID)
			}
		}
	}()
	if a.Certificates.Challenge(c.W, c.R) {
		return
	}
	t, err := a.resolve(c.R)
	a.speak(c, t)
	if to, status := a.elsewhere(c, t); to != "" && err == nil {
		http.Redirect(c.W, c.R, to, status)
		return
	}
	strictTransport(c, t)
	if err == nil {
		if t.store == nil && t.surface == web.Portal {
			c.Route = a.plainRoutes[t.path]
		}
		if c.Route != nil {
			err = c.Route.Serve(c)
		} else {
			err = a.dispatch(c, t, &release)
		}
	}
	if err == nil {
		return
	}
	var no *limit.Refused
	if errors.As(err, &no) {
		a.refuse(c, no, requestID)
		return
	}
	if c.Store != nil {
		a.Platform.Report(c.Store.ID(), err)
	}
	if to := a.insteadOf(c, err); to != "" {
		http.Redirect(c.W, c.R, to, http.StatusSeeOther)
		return
	}
	if c.Surface == web.Dashboard && c.Grants == nil { // a stranger reads what stands at a code that no store has
		c.Surface, c.Prefix, c.Store = web.Portal, "", nil
	}
	a.Site.Fail(c, err, requestID)
}

// resolve finds the surface for a host and a path. It looks into memory only; an unknown host is an error.
func (a *App) resolve(r *http.Request) (target, error) {
	host, path, base := tenant.NormalizeHost(r.Host), r.URL.Path, a.Platform.BaseDomain()
	if store := a.Platform.ByNormalHost(host); store != nil {
		return target{web.Storefront, "", path, store}, nil
	}
	if host == "admin."+base {
		if onEveryHost(path) {
			return target{surface: web.Portal, path: path}, nil
		}
		return target{surface: web.Admin, path: path}, nil
	}
	other := host != base && a.Platform.PlatformByBase(host) != nil
	if host != base && !other && !a.ownAddress(host) {
		return target{}, problem.New(problem.NotFound, "There is no shop at this address.")
	}
	if rest, ok := cut(path, "/admin"); ok && !other { // the installation has one admin
		return target{surface: web.Admin, prefix: "/admin", path: rest}, nil
	}
	if rest, ok := cut(path, "/api/v1"); ok {
		t := target{surface: web.API, prefix: "/api/v1", path: rest}
		if after, ok := strings.CutPrefix(rest, "/stores/"); ok {
			code, _, _ := strings.Cut(after, "/")
			t.store = a.Platform.ByCode(code)
		}
		return t, nil
	}
	if path == "/store/" || path == "/store" {
		path = "/" // the choice of a store
	}
	if rest, ok := strings.CutPrefix(path, "/store/"); ok {
		code, _, _ := strings.Cut(rest, "/")
		t := target{surface: web.Dashboard, prefix: "/store/" + code, path: rest[len(code):], store: a.Platform.ByCode(code)}
		if t.store == nil {
			return t, problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
		}
		return t, nil
	}
	if rest, ok := strings.CutPrefix(path, "/stores/"); ok && a.Config.Development {
		code, after, _ := strings.Cut(rest, "/")
		if store := a.Platform.ByCode(code); store != nil {
			if tail, ok := cut("/"+after, "/shop"); ok {
				return target{web.Storefront, "/stores/" + code + "/shop", tail, store}, nil
			}
		}
	}
	return target{surface: web.Portal, path: path}, nil
}

// ownAddress tells whether the host is an IP address that the server itself listens on: probes come there.
func (a *App) ownAddress(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// cut takes a whole first segment off a path.
func cut(path, segment string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(path, segment)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}

// dispatch takes a request through its surface: store, session, module, permission, handler. The caller releases the store.
func (a *App) dispatch(c *web.Context, t target, release *func()) error {
	c.Surface, c.Prefix = t.surface, t.prefix
	if t.path == "" {
		t.path = "/"
	}
	route, params, allowed := a.muxes[t.surface].Find(c.R.Method, t.path)
	c.Route, c.Params = route, params
	if err := a.count(c, t, route); err != nil {
		return err
	}
	if err := a.roomFor(route); err != nil {
		return err
	}
	leave, err := a.enter(c, t, route)
	if err != nil {
		return err
	}
	defer leave()
	if t.store != nil {
		st, done, err := a.Platform.Acquire(c.Ctx(), t.store.ID)
		if err != nil {
			return a.closed(c, t.store, err)
		}
		c.Store, *release = st, done
	}
	if t.surface == web.API && route != nil && strings.HasPrefix(route.Pattern, "/stores/:store") && c.Store == nil {
		if err := a.identify(c); err != nil {
			return err
		}
		if c.User == nil {
			return problem.New(problem.Unauthorized, "Send an access token: Authorization: Bearer …")
		}
		return problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
	}
	if t.surface == web.Storefront {
		if answered, err := a.atTheDoor(c, route); answered {
			return err
		}
	}
	if err := a.identify(c); err != nil {
		return err
	}
	a.actor(c)
	if route != nil && !route.Always && !a.onHere(c, route.Module) {
		route, allowed = nil, nil
	}
	if route == nil {
		return a.noRoute(c, allowed)
	}
	if unsafe(c.R.Method) && c.Surface != web.API {
		if err := a.crossOrigin.Check(c.R); err != nil {
			return &problem.Error{Code: problem.Forbidden, Message: "This form was sent from another site. Open the page here and try again.", Cause: err}
		}
	}
	if err := a.permit(c); err != nil {
		return err
	}
	if err := a.frozen(c); err != nil {
		return err
	}
	whole := c.R.Body
	c.R.Body = http.MaxBytesReader(c.W, whole, route.MaxBody)
	err = route.Serve(c)
	if problem.Is(err, problem.TooLarge) {
		// A browser that is still sending when the connection closes shows an error of its own instead of the answer.
		io.CopyN(io.Discard, whole, maxDrained) //nolint:errcheck // the client may have gone
	}
	return err
}

// closed answers for a store that cannot be opened. In the dashboard and the API its members hear why, and others what they
// would hear if it were open.
func (a *App) closed(c *web.Context, store *tenant.Info, why error) error {
	if c.Surface != web.Dashboard && c.Surface != web.API {
		return why
	}
	if err := a.identify(c); err != nil {
		return err
	}
	switch {
	case c.User == nil:
		return problem.New(problem.Unauthorized, "Please sign in to continue.")
	case a.Directory.Grants(c.User.ID, store) == nil, c.Program != nil && c.Program.StoreID != store.ID:
		return problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
	}
	return why
}

// maxDrained is how much of a body that is too large is read and thrown away, in bytes.
const maxDrained = 64 << 20

// noRoute answers for a path without a route. Nobody learns more of a surface than its pages would tell them.
func (a *App) noRoute(c *web.Context, allowed []string) error {
	c.Route = nil
	switch {
	case c.Surface == web.Dashboard && c.User == nil, c.Surface == web.Admin && c.User == nil:
		return problem.New(problem.Unauthorized, "Please sign in to continue.")
	case c.Surface == web.Dashboard && c.Grants == nil:
		return problem.New(problem.NotFound, "There is no such store, or you are not a member of it.")
	case len(allowed) > 0:
		a.Site.MethodNotAllowed(c, allowed)
		return nil
	case c.Surface == web.Storefront && a.shopFallback != nil && !unsafe(c.R.Method):
		return a.shopFallback(c)
	}
	return problem.New(problem.NotFound, "There is nothing at this address. It may have moved, or the link may be mistyped.")
}

// speak chooses the language: the store's for its shop, the browser's elsewhere.
func (a *App) speak(c *web.Context, t target) {
	locale := c.R.Header.Get("Accept-Language")
	if t.store != nil && t.surface == web.Storefront {
		locale = t.store.Locale
	}
	c.Lang = a.Site.Texts.Match(locale)
	c.Printer = a.Site.Texts.Printer(c.Lang)
}

// actor tells the audit log who acts in this request.
func (a *App) actor(c *web.Context) {
	who := audit.Actor{Kind: "guest", Address: c.Address}
	if c.User != nil {
		who.Kind, who.ID, who.Name = "staff", c.User.ID, c.User.Name
		if c.Surface == web.Storefront {
			who.Kind = "customer"
		}
		if c.Program != nil {
			who.Kind, who.ID, who.Name = audit.Token, c.Program.ID, c.Program.Name
		}
	}
	c.R = c.R.WithContext(audit.WithActor(c.Ctx(), who))
}

func unsafe(method string) bool {
	return !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, method)
}

// decorate fills in what the layouts show: the store, the menu, and what modules add.
func (a *App) decorate(c *web.Context, v *web.View) error {
	if c.Store != nil {
		info := c.Store.Info()
		v.Store = &web.StoreView{Code: info.Code, Name: info.Name, Currency: info.Currency, Locale: info.Locale}
	}
	if c.Route != nil || c.User != nil {
		v.Menu = a.menu(c)
	}
	for _, m := range a.Registry.modules {
		if m.Decorate == nil || !a.onHere(c, m.Name) {
			continue
		}
		if err := m.Decorate(c, v); err != nil {
			return err
		}
	}
	return nil
}
