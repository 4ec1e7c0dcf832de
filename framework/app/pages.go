package app

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"wizamart/framework/pagecache"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// maxKeyQuery is how long the part of a query that counts may be, in bytes. What is longer hardly comes twice.
const maxKeyQuery = 400

// sessionCookies of the storefront: who has one of them gets pages of their own.
var sessionCookies = []string{"customer", "customer_refresh", "flash"}

// fromCache answers a request with a page that is the same for all visitors without a session, and tells whether it did; store is then
// whose page it was. Its database is opened only when the page has to be made.
func (a *App) fromCache(c *web.Context, requestID string) (store *tenant.Info, ok bool) {
	if a.Pages == nil || c.R.Method != http.MethodGet && c.R.Method != http.MethodHead {
		return nil, false
	}
	t, err := a.resolve(c.R)
	if err != nil || t.surface != web.Storefront || !t.store.Public() {
		return nil, false
	}
	if to, _ := a.elsewhere(c, t); to != "" {
		return nil, false // its query is part of where it leads
	}
	route, params := a.cachedRoute(c.R.Method, t.path)
	if route == nil || ownPages(c) || a.Platform.Usable(t.store.ID) != nil {
		return nil, false
	}
	query, ok := counting(c.R.URL.RawQuery, route.Parameters)
	if !ok {
		return nil, false
	}
	key := pagecache.Key{Store: t.store.ID, Host: c.R.Host, Path: c.R.URL.Path, Query: query, Scheme: c.Scheme(), Secure: c.Secure}
	version := a.Platform.Version(t.store)
	if a.Pages.Get(key, version) == nil { // only a page that has to be made counts
		if a.count(c, t, route) != nil {
			return nil, false
		}
		leave, err := a.Shares.Enter(c.Ctx(), t.store.ID)
		if err != nil {
			return nil, false
		}
		defer leave()
	}
	page, err := a.Pages.Page(c.Ctx(), key, version, func() *pagecache.Page { return a.makePage(key, t.store.ID, requestID) })
	if err != nil || page.Personal() {
		return nil, false
	}
	c.Surface, c.Prefix, c.Params = t.surface, t.prefix, params
	if route != a.fallbackRoute { // what it answers has no pattern
		c.Route = route
	}
	if page.Kept() {
		page.ServeHTTP(c.W, c.R)
	} else {
		compress(page).ServeHTTP(c.W, c.R)
	}
	return t.store, true
}

// cachedRoute is the route of a path whose pages may be kept, or nil.
func (a *App) cachedRoute(method, path string) (*web.Route, web.Params) {
	route, params, allowed := a.muxes[web.Storefront].Find(method, path)
	if route == nil && len(allowed) == 0 {
		route = a.fallbackRoute
	}
	if route == nil || !route.Cached {
		return nil, nil
	}
	return route, params
}

func ownPages(c *web.Context) bool {
	if c.R.Header["Cookie"] == nil {
		return false
	}
	for _, name := range sessionCookies {
		if c.Cookie(name) != "" {
			return true
		}
	}
	return false
}

// counting is the part of a query that the page depends on, in one spelling: other parameters, empty values and the order of names say
// nothing. It is false for what cannot be read or is too long.
func counting(raw string, parameters []string) (query string, ok bool) {
	if raw == "" || len(parameters) == 0 {
		return "", true
	}
	all, err := url.ParseQuery(raw)
	if err != nil {
		return "", false
	}
	count := url.Values{}
	for _, name := range parameters {
		for _, v := range all[name] {
			if v != "" {
				count.Add(name, v)
			}
		}
	}
	query = count.Encode()
	return query, len(query) <= maxKeyQuery
}

// makePage answers a request that has nothing but the key: no cookie, no address, no other header. So nothing of a visitor can be
// in the page, and it depends on nothing that the key lacks. The host is looked up again, because what was found
// before the version was read may be older than it.
func (a *App) makePage(key pagecache.Key, storeID, requestID string) *pagecache.Page {
	w := &made{header: http.Header{}}
	r := &http.Request{
		Method: http.MethodGet, Host: key.Host, URL: &url.URL{Path: key.Path, RawQuery: key.Query}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Accept": {"text/html"}}, Body: http.NoBody,
	}
	r.RequestURI = r.URL.RequestURI()
	if key.Scheme != "auto" {
		r.AddCookie(&http.Cookie{Name: "scheme", Value: key.Scheme})
	}
	c := &web.Context{W: &recorder{ResponseWriter: w}, R: r, Site: a.Site, Surface: web.Portal, Secure: key.Secure}
	now := a.Now() // what changes while the page is made counts
	until, err := a.nextChangeOf(storeID, now)
	if err != nil {
		a.Log.Error("the page cache could not ask what changes next", "error", err.Error(), "store", storeID, "request_id", requestID)
		until = now // not kept
	}
	c.ValidUntil(until)
	a.serve(c, requestID)
	return pagecache.NewPage(c.W.(*recorder).code(), w.header, w.body.Bytes(), c.Until())
}

// nextChangeOf is NextChange of a store that has to be opened. One that cannot be opened has no page.
func (a *App) nextChangeOf(storeID string, now time.Time) (time.Time, error) {
	ctx := context.Background()
	st, release, err := a.Platform.Acquire(ctx, storeID)
	if err != nil {
		return time.Time{}, nil
	}
	defer release()
	return a.NextChange(ctx, st, now)
}

// NextChange is the first moment after now at which the store's pages change although nobody writes; zero for none.
func (a *App) NextChange(ctx context.Context, st *tenant.Store, now time.Time) (first time.Time, err error) {
	for _, m := range a.Registry.modules {
		if m.NextChange == nil || !a.EnabledFor(st, m.Name) {
			continue
		}
		next, err := m.NextChange(ctx, st, now)
		if err != nil {
			return first, fmt.Errorf("next change of %s: %w", m.Name, err)
		}
		if !next.IsZero() && (first.IsZero() || next.Before(first)) {
			first = next
		}
	}
	return first, nil
}

// made takes an answer instead of a client.
type made struct {
	header http.Header
	body   bytes.Buffer
}

func (m *made) Header() http.Header         { return m.header }
func (m *made) Write(b []byte) (int, error) { return m.body.Write(b) }
func (m *made) WriteHeader(int)             {} // the recorder knows

// keepPages makes the page cache. In development templates change under a running server, so that no page is kept.
func (a *App) keepPages() {
	if a.Config.PageCache <= 0 || a.Config.Development && a.Config.Source != "" {
		return
	}
	a.Pages = pagecache.New(int64(a.Config.PageCache)<<20, a.Now)
	stats := a.Pages.Stats
	count := a.Metrics.Counter
	count("wizamart_page_cache_hits_total", "Pages answered from memory.", func() float64 { return float64(stats().Hits) })
	count("wizamart_page_cache_misses_total", "Pages that had to be made.", func() float64 { return float64(stats().Misses) })
	count("wizamart_page_cache_shared_total", "Pages answered with what was being made for somebody else.", func() float64 { return float64(stats().Shared) })
	count("wizamart_page_cache_evicted_total", "Pages dropped for want of room.", func() float64 { return float64(stats().Evicted) })
	a.Metrics.Gauge("wizamart_page_cache_bytes", "Bytes of the pages that are kept.", func() float64 { return float64(stats().Bytes) })
	a.Metrics.Gauge("wizamart_page_cache_pages", "Pages that are kept.", func() float64 { return float64(stats().Pages) })
}
