package app

import (
	"net/http"
	"strings"

	"wizamart/framework/web"
	"wizamart/tenant"
)

// View is a page of a shop that was answered, by a handler or from the page cache.
type View struct {
	Store   *tenant.Info
	Route   *web.Route // nil for what stands at no route: content pages
	Path    string     // without the surface's prefix
	Address string     // the client's
	Request *http.Request
}

// viewed tells the modules of a page that somebody got. A page that the browser has already (304) counts, what is no page and what
// failed does not.
func (a *App) viewed(c *web.Context, status int, answer http.Header, store *tenant.Info) {
	if store == nil || c.Surface != web.Storefront || c.R.Method != http.MethodGet {
		return
	}
	switch status {
	case http.StatusOK:
		if kind := answer["Content-Type"]; len(kind) == 0 || !strings.HasPrefix(kind[0], "text/html") {
			return
		}
	case http.StatusNotModified: // it has no type: of what is kept, pages alone have no ending
		if c.Route != nil && (!c.Route.Cached || strings.Contains(c.R.URL.Path, ".")) {
			return
		}
	default:
		return
	}
	v := View{Store: store, Route: c.Route, Path: strings.TrimPrefix(c.R.URL.Path, c.Prefix), Address: c.Address, Request: c.R}
	for i := range a.Registry.modules {
		if m := &a.Registry.modules[i]; m.Viewed != nil && a.EnabledIn(store.PlatformID, m.Name) {
			m.Viewed(v)
		}
	}
}
