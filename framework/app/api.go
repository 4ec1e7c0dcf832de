package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humahttprouter"
	"github.com/julienschmidt/httprouter"

	"wizamart/framework/limit"
	"wizamart/framework/observe"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// Operation is one operation of the API. A path that begins with /stores/{store} gets the store.
type Operation struct {
	Method, Path string
	Permission   string
	ID           string // "list-products"
	Summary      string
	Description  string
	Tag          string
	Status       int         // of success; 0 is 200
	MaxBody      int64       // bytes; 0 is web.DefaultMaxBody
	Errors       []int       // statuses beyond 401, 403, 404, 422 and 500
	Class        limit.Class // how it is counted; "" is what the method says
	WhileClosed  bool        // also while the store is suspended or about to be deleted
}

// API adds an operation. fn calls the same use case as the pages do.
func API[I, O any](r *Router, op Operation, fn func(ctx context.Context, c *web.Context, in *I) (*O, error)) {
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		Tags: []string{op.Tag}, DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody,
		Errors:   append([]int{401, 403, 404, 422, 500}, op.Errors...),
		Metadata: map[string]any{"permission": op.Permission, "module": r.module, "class": op.Class, "while_closed": op.WhileClosed},
	}
	for _, t := range []reflect.Type{reflect.TypeFor[I](), reflect.TypeFor[O]()} {
		if hidden := hiddenEmbed(t, map[reflect.Type]bool{}); hidden != "" {
			panic(fmt.Sprintf("API operation %s: %s is embedded but not exported: huma neither describes its fields nor fills them in", op.ID, hidden))
		}
	}
	if op.Permission == permission.Public {
		h.Errors = append([]int{422, 500}, op.Errors...)
	} else {
		h.Security = []map[string][]string{{"bearer": {}}}
		if strings.HasPrefix(op.Path, "/stores/{store}") && r.app.forPrograms(op.Permission) {
			h.Security = append(h.Security, map[string][]string{"token": {}})
		}
	}
	huma.Register(r.app.api, h, func(ctx context.Context, in *I) (*O, error) {
		c := ctx.Value(contextKey{}).(*web.Context)
		out, err := fn(ctx, c, in)
		if err != nil {
			var p *problem.Error
			if errors.As(err, &p) && p.RetryAfter > 0 {
				c.W.Header().Set("Retry-After", fmt.Sprint(p.RetryAfter))
			}
			return nil, r.app.apiError(ctx, c, err)
		}
		return out, nil
	})
}

// hiddenEmbed finds an embedded struct of this project whose type is not exported.
func hiddenEmbed(t reflect.Type, seen map[reflect.Type]bool) string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || t.PkgPath() != "" && !strings.HasPrefix(t.PkgPath(), "wizamart/") {
		return ""
	}
	seen[t] = true
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && !f.IsExported() {
			return f.Type.String()
		}
		if f.IsExported() {
			if hidden := hiddenEmbed(f.Type, seen); hidden != "" {
				return hidden
			}
		}
	}
	return ""
}

type contextKey struct{}

// mount is huma's adapter on our mux: requests come through the pipeline, with session and permission.
type mount struct {
	huma.Adapter
	inner *httprouter.Router
	app   *App
}

func (m *mount) Handle(op *huma.Operation, handler func(huma.Context)) {
	m.Adapter.Handle(op, handler)
	route := web.Route{Surface: web.API, Method: op.Method, Pattern: pattern(op.Path), Permission: permission.Public, Module: "core", MaxBody: op.MaxBodyBytes}
	if p, ok := op.Metadata["permission"].(string); ok {
		route.Permission, route.Module, route.Class = p, op.Metadata["module"].(string), op.Metadata["class"].(limit.Class)
		route.WhileClosed = op.Metadata["while_closed"].(bool)
	}
	m.app.muxes[web.API].Handle(route, func(c *web.Context) error {
		r := c.R.WithContext(context.WithValue(c.Ctx(), contextKey{}, c))
		r.URL.Path = r.URL.Path[len(c.Prefix):]
		r.URL.RawPath = ""
		if r.Method == http.MethodHead { // the server drops the body
			r.Method = http.MethodGet
		}
		m.inner.ServeHTTP(c.W, r)
		return nil
	})
}

// pattern turns {name} into httprouter's :name.
func pattern(path string) string {
	out := make([]byte, 0, len(path))
	for i := range len(path) {
		switch path[i] {
		case '{':
			out = append(out, ':')
		case '}':
		default:
			out = append(out, path[i])
		}
	}
	return string(out)
}

func (a *App) newAPI() {
	cfg := huma.DefaultConfig("Wizamart", "1")
	cfg.Info.Description = "The management API of a Wizamart platform. Amounts are in minor units of the store's currency (ISO 4217); times are UTC (RFC 3339); errors are problem details (RFC 9457)."
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/openapi", "", ""
	cfg.Servers = []*huma.Server{{URL: "/api/v1"}}
	cfg.CreateHooks = nil // no $schema links in bodies
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The access token of POST /auth/tokens: a person, in all that they may do."},
		"token":  {Type: "http", Scheme: "bearer", BearerFormat: "wizamart_…", Description: "An API token of one store, made under Settings → API tokens of its dashboard. It opens what it was given the permission for, in that store alone."},
	}
	inner := httprouter.New()
	inner.RedirectTrailingSlash, inner.RedirectFixedPath = false, false
	adapter := humahttprouter.New(inner, huma.Config{OpenAPI: &huma.OpenAPI{}}).Adapter()
	huma.NewError = newAPIError
	a.api = huma.NewAPI(cfg, &mount{adapter, inner, a})
}

// OpenAPI is the description of the API, version 3.1.
func (a *App) OpenAPI() *huma.OpenAPI { return a.api.OpenAPI() }

// apiError is problem details as huma's error.
type apiError struct{ *web.Problem }

func (e *apiError) Error() string             { return e.Detail }
func (e *apiError) GetStatus() int            { return e.Status }
func (e *apiError) ContentType(string) string { return "application/problem+json" }

// newAPIError is how huma reports what it refuses by itself, such as a body that breaks the schema.
func newAPIError(status int, message string, errs ...error) huma.StatusError {
	p := &web.Problem{Type: "/problems/" + string(codeOf(status)), Title: http.StatusText(status), Status: status, Detail: message}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, problem.Field{Name: d.ErrorDetail().Location, Message: d.ErrorDetail().Message})
		} else if err != nil {
			p.Errors = append(p.Errors, problem.Field{Message: err.Error()})
		}
	}
	return &apiError{p}
}

func codeOf(status int) problem.Code {
	for _, c := range []problem.Code{problem.Invalid, problem.Unauthorized, problem.Forbidden, problem.NotFound, problem.Conflict, problem.Gone, problem.TooLarge, problem.BadRequest, problem.TooMany, problem.Unavailable, problem.Full} {
		if c.Status() == status {
			return c
		}
	}
	if status < 500 {
		return problem.BadRequest
	}
	return problem.Internal
}

func (a *App) apiError(ctx context.Context, c *web.Context, err error) error {
	var p *problem.Error
	if !errors.As(err, &p) {
		p = &problem.Error{Code: problem.Internal, Message: "Something went wrong on our side. It has been noted.", Cause: err}
	}
	id := observe.RequestID(ctx)
	if p.Code.Status() >= 500 {
		a.Log.ErrorContext(ctx, "request failed", "error", err.Error(), "request_id", id)
		if p.Code == problem.Internal || p.Cause != nil {
			a.failed(c, err, p.Code.Status(), id)
		}
	}
	return &apiError{web.NewProblem(p, id)}
}
