// Package tokens lets programs use a store's API: with a secret of their own, for what they were given and nothing else.
package tokens

import (
	"context"
	"embed"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

//go:embed migrations views
var files embed.FS

const (
	read  = "tokens.read"
	write = "tokens.write"
)

// Service of the module. It is the app's Tokens.
type Service struct {
	app     *app.App
	current atomic.Pointer[index]
	loading sync.Mutex
	uses    uses

	// ForTokens is nil when a store that has so many tokens may have more of them, else a problem.Quota.
	ForTokens func(storeID string, have, more int) error
}

// New makes the service and installs it as the app's directory of programs.
func New(a *app.App) *Service {
	s := &Service{app: a, uses: uses{last: map[string]use{}, fresh: map[string]bool{}}, ForTokens: func(string, int, int) error { return nil }}
	a.Tokens = s
	return s
}

// Module is the manifest.
func (s *Service) Module() app.Module {
	return app.Module{
		Name: "tokens", Title: "API tokens", Kind: app.Core, Description: "Secrets with which programs use a store's API.",
		Permissions: []permission.Permission{
			{Name: read, Title: "See API tokens", People: true},
			{Name: write, Title: "Make and revoke API tokens", People: true},
		},
		Menu: []app.MenuItem{
			{Surface: web.Dashboard, Group: "Settings", Label: "API tokens", Path: "/tokens", Icon: "key-round", Permission: read, Order: 94},
		},
		Tables: []database.Table{{Name: "tokens_token", Scope: database.Platform, Class: database.Secret}},
		Files:  files,
		Routes: s.routes,
		Duty:   s.duty,
	}
}

func (s *Service) routes(r *app.Router) {
	r.Dashboard("GET", "/tokens", read, s.page)
	r.Dashboard("POST", "/tokens", write, s.create)
	r.Dashboard("POST", "/tokens/:id/secrets", write, s.newSecret)
	r.Dashboard("POST", "/tokens/:id/revocations", write, s.revoke)
	s.api(r)
}

// Group is a module's permissions that a program can have.
type Group struct {
	Module, Title string
	Permissions   []permission.Permission
}

// Groups are the permissions that a program can have in a store: those that an operation of its API asks for, of modules that are on, but for what is people's.
func (s *Service) Groups(info *tenant.Info) []Group {
	asked := map[string]bool{}
	for _, r := range s.app.Routes() {
		if r.Surface == web.API && strings.HasPrefix(r.Pattern, "/stores/:store") {
			asked[r.Permission] = true
		}
	}
	var out []Group
	for _, m := range s.app.Registry.Modules() {
		if !s.app.EnabledIn(info.PlatformID, m.Name) {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(m.Permissions), func(p permission.Permission) bool { return p.People || !asked[p.Name] })
		if len(kept) > 0 {
			out = append(out, Group{m.Name, m.Title, kept})
		}
	}
	return out
}

func (s *Service) names(info *tenant.Info) (out []string) {
	for _, g := range s.Groups(info) {
		for _, p := range g.Permissions {
			out = append(out, p.Name)
		}
	}
	return out
}

// Line is a token as its store's page shows it.
type Line struct {
	Token
	State State
	Maker string // who answers for it; "" for somebody who has left the platform
}

// List are a store's tokens, those made last first. Revoked ones stay for 90 days.
func (s *Service) List(ctx context.Context, info *tenant.Info) ([]Line, error) {
	list, err := find(ctx, s.app.Platform.DB, "WHERE store_id = {:s}", map[string]any{"s": info.ID})
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(list))
	for i, t := range list {
		out[i] = s.line(t, info)
	}
	return out, nil
}

func (s *Service) line(t Token, info *tenant.Info) Line {
	l := Line{Token: s.lastUse(t), State: t.state(s.app.Now(), s.app.Directory.Grants(t.UserID, info) != nil)}
	if u := s.app.Directory.Staff(t.UserID); u != nil {
		l.Maker = u.Name
	}
	return l
}
