package app

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"wizamart/framework/auth"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// LimitSetting is the key of the platform setting with the amount of a class: for one client, or for all of a store. Module fairuse declares them.
func LimitSetting(class limit.Class, store bool) string {
	key := "fairuse." + strings.ReplaceAll(string(class), "-", "_")
	if store {
		key += "_store"
	}
	return key
}

// limits makes the limiter. Its rules follow the platform's settings.
func (a *App) limits() {
	if a.Config.RateLimits <= 0 {
		return
	}
	type made struct {
		from  *tenant.Settings
		rules limit.Rules
	}
	var current atomic.Pointer[made]
	a.Limits = limit.New(a.Now, func() limit.Rules {
		settings := a.Platform.Settings()
		if m := current.Load(); m != nil && m.from == settings {
			return m.rules
		}
		m := &made{settings, limit.Rules{}}
		for _, r := range limit.Defaults {
			amount := func(store bool, otherwise int) int {
				if v, ok := settings.Get(LimitSetting(r.Class, store)); ok {
					if n, err := strconv.Atoi(v); err == nil {
						otherwise = n
					}
				}
				if otherwise > 0 {
					otherwise = max(1, otherwise*a.Config.RateLimits/100)
				}
				return otherwise
			}
			r.Client, r.Store = amount(false, r.Client), amount(true, r.Store)
			m.rules[r.Class] = r
		}
		current.Store(m)
		return m.rules
	})
	for _, r := range limit.Defaults {
		a.Metrics.Registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "wizamart_limited_requests_total", Help: "Requests that a rate limit refused, by class.", ConstLabels: prometheus.Labels{"class": string(r.Class)},
		}, func() float64 { return float64(a.Limits.Refusals(r.Class)) }))
	}
	a.Metrics.Gauge("wizamart_limit_buckets", "Clients and stores that the rate limits remember.", func() float64 { return float64(a.Limits.Buckets()) })
}

// classOf is how a request is counted.
func classOf(s web.Surface, method string, route *web.Route) limit.Class {
	switch {
	case route != nil && route.Class != "":
		return route.Class
	case s == web.API && unsafe(method):
		return limit.APIWrite
	case s == web.API:
		return limit.APIRead
	case s == web.Dashboard, s == web.Admin:
		return limit.Desk
	case s == web.Portal && route != nil && route.Permission == permission.Public && unsafe(method):
		return limit.SignIn
	}
	return limit.Page
}

// count takes a request into account before anything is opened for it. What the page cache answers does not come here.
func (a *App) count(c *web.Context, t target, route *web.Route) error {
	if a.Limits == nil || c.Counted || c.Address == "" {
		return c.Refused
	}
	c.Counted = true
	class := classOf(t.surface, c.R.Method, route)
	who := limit.Who{Address: c.Address}
	if t.store != nil {
		who.Store = t.store.ID
	}
	if class.Person() {
		who.Account, who.Token = a.bearerOf(c, t)
	}
	c.Refused = a.take(c, class, who)
	return c.Refused
}

// Limit counts what a handler does in a class of its own, when only some requests of its route do it. The error is a problem.TooMany.
func (a *App) Limit(c *web.Context, class limit.Class) error {
	who := limit.Who{Address: c.Address}
	if c.Store != nil {
		who.Store = c.Store.ID()
	}
	return a.take(c, class, who)
}

func (a *App) take(c *web.Context, class limit.Class, who limit.Who) error {
	state, err := a.Limits.Take(class, who)
	var no *limit.Refused
	if errors.As(err, &no) {
		no.Header(c.W.Header())
		return err
	}
	state.Header(c.W.Header())
	return nil
}

// smallBody is how much a request may bring that is read before it gets a turn, in bytes. Larger ones need none: who sends them is slow, and few.
const smallBody = 64 << 10

// enter waits for one of the store's turns. What the page cache answers, pictures and uploads need none.
func (a *App) enter(c *web.Context, t target, route *web.Route) (leave func(), err error) {
	if t.store == nil || c.Address == "" || a.Shares == nil {
		return func() {}, nil
	}
	if class := classOf(t.surface, c.R.Method, route); class == limit.File || class == limit.Upload || c.R.ContentLength < 0 || c.R.ContentLength > smallBody {
		return func() {}, nil
	}
	if c.R.ContentLength > 0 {
		body, err := io.ReadAll(http.MaxBytesReader(c.W, c.R.Body, smallBody))
		if err != nil {
			return nil, &problem.Error{Code: problem.BadRequest, Message: "What was sent did not arrive whole. Please try again.", Cause: err}
		}
		c.R.Body = io.NopCloser(bytes.NewReader(body))
	}
	leave, err = a.Shares.Enter(c.Ctx(), t.store.ID)
	if err != nil {
		return nil, err
	}
	c.R = c.R.WithContext(tenant.WithTurn(c.Ctx(), leave))
	return leave, nil
}

// bearerOf is who the request's access token proves, without asking a database. One that has to be renewed first proves nobody.
func (a *App) bearerOf(c *web.Context, t target) (account, token string) {
	access, audience := "", auth.Staff
	switch {
	case t.surface == web.API:
		access, _ = bearer(c.R)
	case t.surface == web.Storefront && t.store != nil:
		access, audience = c.Cookie("customer"), auth.CustomerAudience(t.store.ID)
	case t.surface != web.Storefront:
		access = c.Cookie("staff")
	}
	if access == "" {
		return "", ""
	}
	if t.surface == web.API && IsToken(access) {
		return a.tokenOf(access)
	}
	claims, err := a.Auth.Verify(access, audience)
	if err != nil {
		return "", ""
	}
	return claims.Subject, claims.Session
}

// maxKeptForm is how large a form may be that a refusal gives back, in bytes.
const maxKeptForm = 64 << 10

// refuse answers what a rate limit does not let through. It opens no store. A form comes back filled in, to be sent again, but for passwords and files.
func (a *App) refuse(c *web.Context, no *limit.Refused, requestID string) {
	var p *problem.Error
	errors.As(no, &p)
	no.Header(c.W.Header())
	if c.WantsJSON() {
		web.WriteProblem(c.W, p, requestID)
		return
	}
	d := Refusal{Heading: c.T("One moment"), Message: c.T(p.Message), Wait: p.RetryAfter, Address: c.R.URL.RequestURI()}
	kind := c.R.Header.Get("Content-Type")
	if c.R.Method == http.MethodPost && strings.HasPrefix(kind, "application/x-www-form-urlencoded") && c.R.ContentLength >= 0 && c.R.ContentLength <= maxKeptForm && a.crossOrigin.Check(c.R) == nil {
		c.R.Body = http.MaxBytesReader(c.W, c.R.Body, maxKeptForm)
		if c.R.ParseForm() == nil {
			d.Form, d.Fields = true, kept(c.R.PostForm)
		}
	}
	c.Store = nil // the page shows nothing of it
	page := web.Page{View: "fairuse/any/refused", Layout: "layout-plain", Status: http.StatusTooManyRequests, Title: d.Heading, NoIndex: true, D: d}
	if err := c.Render(page); err != nil {
		a.Log.ErrorContext(c.Ctx(), "the page of a refusal failed", "error", err.Error(), "request_id", requestID)
		http.Error(c.W, p.Message, http.StatusTooManyRequests)
	}
}

// Refusal is the data of the page that a rate limit answers with.
type Refusal struct {
	Heading, Message, Address string
	Wait                      int  // seconds
	Form                      bool // something was sent, and can be sent again
	Fields                    []FieldValue
}

// FieldValue is one value of a form's field.
type FieldValue struct{ Name, Value string }

func kept(form url.Values) (out []FieldValue) {
	for name, values := range form {
		if strings.Contains(strings.ToLower(name), "password") {
			continue
		}
		for _, v := range values {
			out = append(out, FieldValue{strings.ToValidUTF8(name, "\ufffd"), strings.ToValidUTF8(v, "\ufffd")})
		}
	}
	slices.SortStableFunc(out, func(x, y FieldValue) int { return strings.Compare(x.Name, y.Name) })
	return out
}
