package web

import (
	"fmt"
	"net/http"

	"github.com/julienschmidt/httprouter"

	"wizamart/framework/limit"
)

// Route is one registered route, as documentation, metrics and the isolation test see it.
type Route struct {
	Surface    Surface
	Method     string
	Pattern    string
	Permission string
	Module     string
	MaxBody    int64       // bytes
	Cached     bool        // pages are kept for visitors without a session
	Parameters []string    // of the query, that such a page depends on
	Always     bool        // also while the module is off: an obligation that has to be met
	Class      limit.Class // how requests are counted; "" is what the surface and the method say
	Space      bool        // it begins something that has to be kept, and is refused when hardly any disk is left
	// WhileClosed: also while the store is suspended or about to be deleted, because it meets an obligation or is the way out.
	WhileClosed bool
	// AtTheDoor: for those too who have not shown the password of a shop that is not launched.
	AtTheDoor bool
	handler   Handler
}

// DefaultMaxBody is what a request body may have where a route says nothing else, in bytes.
const DefaultMaxBody = 1 << 20

// Params are the parameters of a path.
type Params = httprouter.Params

// Mux is one surface's router: httprouter, with the pattern of each route at hand.
type Mux struct {
	router *httprouter.Router
	routes []*Route
}

// NewMux is an empty router. It redirects no path and answers no method by itself: not found is the surface's matter.
func NewMux() *Mux {
	r := httprouter.New()
	r.RedirectTrailingSlash, r.RedirectFixedPath, r.HandleMethodNotAllowed, r.HandleOPTIONS = false, false, false, false
	return &Mux{router: r}
}

// Handle registers a route; GET answers HEAD too. Two patterns that cannot stand beside each other panic at boot.
func (m *Mux) Handle(route Route, h Handler) {
	if route.Permission == "" {
		panic(fmt.Sprintf("route %s %s of module %s names no permission", route.Method, route.Pattern, route.Module))
	}
	if route.MaxBody == 0 {
		route.MaxBody = DefaultMaxBody
	}
	route.handler = h
	r := &route
	m.routes = append(m.routes, r)
	handle := func(w http.ResponseWriter, _ *http.Request, p httprouter.Params) {
		*w.(*capture) = capture{route: r, params: p}
	}
	m.router.Handle(route.Method, route.Pattern, handle)
	if route.Method == http.MethodGet {
		m.router.Handle(http.MethodHead, route.Pattern, handle)
	}
}

// NewRoute is a route that stands in no Mux.
func NewRoute(route Route, h Handler) *Route {
	route.handler = h
	return &route
}

// Routes are all registered routes, in order of registration.
func (m *Mux) Routes() []*Route { return m.routes }

// Find looks up the route for a method and a path. It is nil when there is none; allowed then
// names the methods that the path does have.
func (m *Mux) Find(method, path string) (r *Route, p httprouter.Params, allowed []string) {
	if path == "" {
		path = "/"
	}
	if handle, params, _ := m.router.Lookup(method, path); handle != nil {
		var c capture
		handle(&c, nil, params)
		return c.route, c.params, nil
	}
	for _, other := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if handle, _, _ := m.router.Lookup(other, path); handle != nil && other != method {
			allowed = append(allowed, other)
		}
	}
	return nil, nil, allowed
}

// Serve runs the route's handler.
func (r *Route) Serve(c *Context) error { return r.handler(c) }

// Name is the route as logs and metrics show it: bounded in number.
func (r *Route) Name() string { return r.Method + " " + r.Pattern }

// capture takes a handle's answer out of httprouter without a closure or an allocation a request.
type capture struct {
	http.ResponseWriter
	route  *Route
	params httprouter.Params
}
