package tenancy

import (
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/permission"
	"wizamart/framework/web"
)

// PermissionGroup is a module's permissions.
type PermissionGroup struct {
	Module      string
	Title       string
	All         string // the pattern that grants all of them: "orders.*"
	Permissions []permission.Permission
}

// Matrix is what a role of a merchant's team, or with "" of the platform's, can be given, by module. What a permission is for follows from the
// routes that ask for it: those of the admin are the platform's, others are for stores; an operator's role may hold both.
func (s *Service) Matrix(merchantID string) []PermissionGroup {
	platform, store := map[string]bool{}, map[string]bool{}
	for _, r := range s.app.Routes() {
		switch {
		case r.Surface == web.Admin:
			platform[r.Permission] = true
		case r.Surface == web.Dashboard, r.Surface == web.API && strings.HasPrefix(r.Pattern, "/stores/:store"):
			store[r.Permission] = true
		}
	}
	var out []PermissionGroup
	for _, m := range s.app.Registry.Modules() {
		g := PermissionGroup{Module: m.Name, Title: m.Title, All: m.Name + ".*"}
		if m.Name == "tenancy" && merchantID != "" {
			g.Title = "Team" // a merchant reads nothing else of it
		}
		for _, p := range m.Permissions {
			if merchantID == "" || store[p.Name] || !platform[p.Name] && m.Kind != app.Internal {
				g.Permissions = append(g.Permissions, p)
			}
		}
		if len(g.Permissions) > 0 && s.app.Enabled(m.Name) {
			out = append(out, g)
		}
	}
	return out
}

// names of all permissions in groups.
func names(groups []PermissionGroup) []string {
	var out []string
	for _, g := range groups {
		for _, p := range g.Permissions {
			out = append(out, p.Name)
		}
	}
	return slices.Compact(out)
}
