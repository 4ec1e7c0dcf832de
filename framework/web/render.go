package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Signer signs values that a browser keeps for us.
type Signer interface {
	Sign(purpose string, data []byte) string
	Open(purpose, value string) ([]byte, bool)
}

// Site is what all requests share.
type Site struct {
	Templates *Templates
	Assets    *Assets
	Texts     *Texts
	Signer    Signer
	Log       *slog.Logger
	// Decorate fills in what layouts show: menus, navigation, the number of things in the cart.
	Decorate func(c *Context, v *View) error
	// Failed is told of what went wrong on our side, before it is answered. May be nil.
	Failed func(c *Context, err error, status int, requestID string)
}

// errorView is the page of errors, in every surface's layout.
const errorView = "core/any/error"

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Locale is the locale in which amounts are shown: the store's, or the page's language.
func (c *Context) Locale() string {
	if c.Store != nil {
		return c.Store.Info().Locale
	}
	return c.Lang
}

// Scheme is the appearance that the visitor chose: auto, light or dark.
func (c *Context) Scheme() string {
	if c.R.Header["Cookie"] != nil {
		if k, err := c.R.Cookie("scheme"); err == nil && (k.Value == "light" || k.Value == "dark") {
			return k.Value
		}
	}
	return "auto"
}

// layout is the layout of the surface.
func (c *Context) layout() string {
	switch c.Surface {
	case Storefront:
		return "layout-shop"
	case Dashboard:
		return "layout-dashboard"
	case Admin:
		return "layout-admin"
	}
	return "layout-plain"
}

func (s *Site) render(c *Context, p Page) error {
	v := &View{
		Title: p.Title, Description: p.Description, D: p.D, Form: p.Form, User: c.User, Crumbs: p.Crumbs,
		Path: c.R.URL.Path, Query: c.R.URL.Query(), Lang: c.Lang, Dir: "ltr", Scheme: c.Scheme(),
		NoIndex: p.NoIndex, Canonical: p.Canonical, Picture: p.Picture, Kind: p.Kind, LinkedData: p.LinkedData, Breadcrumbs: breadcrumbs(c, p.Crumbs), Wide: p.Wide, c: c,
	}
	if v.Form == nil {
		v.Form = &Form{}
	}
	if p.View != errorView { // an error page does not use up what the next page has to say, such as an Undo
		v.Flash = c.takeFlash()
	}
	shell := shellOf(c) // before anything is read that it tells apart
	if s.Decorate != nil {
		if err := s.Decorate(c, v); err != nil {
			return err
		}
	}
	v.shell = shell.with(v)
	if p.Layout == "" {
		p.Layout = c.layout()
	}
	status := p.Status
	if status == 0 {
		status = http.StatusOK
		if p.Form.Any() {
			status = http.StatusUnprocessableEntity
		}
	}
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer buffers.Put(buf)
	set, err := s.Templates.take()
	if err != nil {
		return err
	}
	set.c = c
	err = set.root.ExecuteTemplate(buf, p.View+"@"+p.Layout, v)
	s.Templates.give(set)
	if err != nil {
		return fmt.Errorf("render %s: %w", p.View, err)
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	c.W.WriteHeader(status)
	if c.R.Method != http.MethodHead {
		c.W.Write(buf.Bytes()) //nolint:errcheck // the client has gone
	}
	return nil
}

// Fail is the one place where an error becomes an answer: problem+json for programs, a page in the
// surface's layout for people. Details of our own faults go to the log alone.
func (s *Site) Fail(c *Context, err error, requestID string) {
	var p *problem.Error
	if !errors.As(err, &p) && database.Surrounding(err) {
		p = &problem.Error{Code: problem.Unavailable, Message: "Nothing can be stored at this moment, and nothing was changed. Please try again in a few minutes.", RetryAfter: 60, Cause: err}
	} else if p == nil {
		p = &problem.Error{Code: problem.Internal, Message: "Something went wrong on our side. It has been noted. Please try again.", Cause: err}
	}
	status := p.Code.Status()
	if status >= 500 {
		s.Log.ErrorContext(c.Ctx(), "request failed", "error", err.Error(), "request_id", requestID)
		if s.Failed != nil && (p.Code == problem.Internal || p.Cause != nil) { // a refusal that somebody decided on is no failure
			s.Failed(c, err, status, requestID)
		}
	}
	if p.RetryAfter > 0 {
		c.W.Header().Set("Retry-After", fmt.Sprint(p.RetryAfter))
	}
	if c.WantsJSON() {
		WriteProblem(c.W, p, requestID)
		return
	}
	if c.Printer == nil {
		c.Printer = s.Texts.Printer("en")
	}
	page := Page{
		View: errorView, Status: status, Title: c.T(headline(p.Code)), NoIndex: true,
		D: ErrorPage{Status: status, Heading: c.T(headline(p.Code)), Message: p.Message, RequestID: requestID, Fields: p.Fields},
	}
	if c.Shut != nil {
		page.Layout = "layout-door" // its own pages cannot be opened either: no search, no cart
	}
	if err := s.render(c, page); err != nil {
		s.Log.ErrorContext(c.Ctx(), "error page failed", "error", err.Error(), "request_id", requestID)
		http.Error(c.W, p.Message, status)
	}
}

func headline(code problem.Code) string {
	switch code {
	case problem.NotFound:
		return "Page not found"
	case problem.Gone:
		return "No longer here"
	case problem.Forbidden:
		return "You may not do this"
	case problem.Unauthorized:
		return "Please sign in"
	case problem.Conflict:
		return "That is not possible now"
	case problem.TooMany:
		return "Too many attempts"
	case problem.TooLarge:
		return "Too large"
	case problem.Unavailable:
		return "Back in a moment"
	case problem.Quota:
		return "There is no more room"
	case problem.Full:
		return "The disk is full"
	case problem.Invalid, problem.BadRequest:
		return "That did not work"
	}
	return "Something went wrong"
}

// MethodNotAllowed answers 405 with the methods that the path has (RFC 9110, 15.5.6).
func (s *Site) MethodNotAllowed(c *Context, allowed []string) {
	c.W.Header().Set("Allow", strings.Join(allowed, ", "))
	http.Error(c.W, "method not allowed", http.StatusMethodNotAllowed)
}
