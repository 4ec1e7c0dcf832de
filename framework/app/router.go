package app

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

// Router takes a module's routes. Every route names the permission it needs: permission.Public,
// permission.SignedIn, or one that a module declares.
type Router struct {
	app    *App
	module string
}

// RouteOption changes a route.
type RouteOption func(*web.Route)

// MaxBody allows a body of n bytes instead of web.DefaultMaxBody.
func MaxBody(n int64) RouteOption { return func(r *web.Route) { r.MaxBody = n } }

// Limit counts the route's requests in a class of its own.
func Limit(class limit.Class) RouteOption { return func(r *web.Route) { r.Class = class } }

// Begins marks a route that begins what has to be kept, such as a cart: it is refused when hardly any disk is left, so that what was begun before can be
// finished.
func Begins(r *web.Route) { r.Space = true }

// Always keeps a route while its module is off: what was begun before is finished.
func Always(r *web.Route) { r.Always = true }

// WhileClosed keeps a route while its store is suspended or about to be deleted: what was begun before is finished, or undone.
func WhileClosed(r *web.Route) { r.WhileClosed = true }

// AtTheDoor opens a route of the shop to those who have not shown the password of one that is not launched. Nothing of what is sold may
// be seen there.
func AtTheDoor(r *web.Route) { r.AtTheDoor = true }

// Cached keeps the page for visitors without a session. It is made for a request that has nothing of the visitor: no cookie, no
// address, and of the query only the parameters named here. What is personal is filled in by a script.
func Cached(parameters ...string) RouteOption {
	return func(r *web.Route) { r.Cached, r.Parameters = true, parameters }
}

func (r *Router) handle(s web.Surface, method, pattern, perm string, h web.Handler, opts []RouteOption) {
	route := web.Route{Surface: s, Method: method, Pattern: pattern, Permission: perm, Module: r.module}
	for _, o := range opts {
		o(&route)
	}
	r.app.muxes[s].Handle(route, h)
}

// Shop adds a storefront route. SignedIn means a signed-in customer of the store.
func (r *Router) Shop(method, pattern, perm string, h web.Handler, opts ...RouteOption) {
	r.handle(web.Storefront, method, pattern, perm, h, opts)
}

// ShopFallback answers storefront paths that no route has, such as content pages. It returns problem.NotFound for the rest.
func (r *Router) ShopFallback(h web.Handler, opts ...RouteOption) {
	route := web.Route{Surface: web.Storefront, Method: http.MethodGet, Pattern: "/*", Permission: permission.Public, Module: r.module}
	for _, o := range opts {
		o(&route)
	}
	r.app.shopFallback, r.app.fallbackRoute = h, &route
}

// Dashboard adds a route under /store/<code>. c.Store is set; the user is a member of the store.
func (r *Router) Dashboard(method, pattern, perm string, h web.Handler, opts ...RouteOption) {
	r.handle(web.Dashboard, method, pattern, perm, h, opts)
}

// Admin adds a route under /admin, for operators.
func (r *Router) Admin(method, pattern, perm string, h web.Handler, opts ...RouteOption) {
	r.handle(web.Admin, method, pattern, perm, h, opts)
}

// Portal adds a route on the platform's own host: sign-in, set-up, the choice of a store.
func (r *Router) Portal(method, pattern, perm string, h web.Handler, opts ...RouteOption) {
	r.handle(web.Portal, method, pattern, perm, h, opts)
}

// API is the operation's place in the API, for huma.Register through Operation.
func (r *Router) API() huma.API { return r.app.api }

// plain adds an address of the platform's host that belongs to no module: checks and figures.
func (a *App) plain(path string, h web.Handler) {
	a.plainRoutes[path] = web.NewRoute(web.Route{Surface: web.Portal, Method: http.MethodGet, Pattern: path, Permission: permission.Public}, h)
}
