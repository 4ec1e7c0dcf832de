package app

import (
	"slices"
	"strings"

	"wizamart/framework/web"
	"wizamart/tenant"
)

// Enabled tells whether a module is on in any platform: for what belongs to the installation, such as a check of health or a page
// of the admin.
func (a *App) Enabled(name string) bool {
	return slices.ContainsFunc(a.Platform.Platforms(), func(p *tenant.PlatformInfo) bool { return a.on(p, name) })
}

// EnabledIn tells whether a module is on in a platform; "" is the installation's own.
func (a *App) EnabledIn(platformID, name string) bool {
	p := a.Platform.PlatformByID(platformID)
	return p != nil && a.on(p, name)
}

// EnabledFor tells whether a module is on in the platform that a store belongs to.
func (a *App) EnabledFor(st *tenant.Store, name string) bool {
	return a.EnabledIn(st.Info().PlatformID, name)
}

// on looks at the module's own switch, and those of all it needs.
func (a *App) on(p *tenant.PlatformInfo, name string) bool {
	m := a.Registry.Module(name)
	if m == nil {
		return false
	}
	if _, off := p.Off(name); off && m.Kind == Optional {
		return false
	}
	for _, need := range m.Needs {
		if !a.on(p, need) {
			return false
		}
	}
	return true
}

// onHere tells whether a module is on where a request is: in the platform of its store, else in any.
func (a *App) onHere(c *web.Context, name string) bool {
	if c.Store != nil {
		return a.EnabledFor(c.Store, name)
	}
	return a.Enabled(name)
}

// lacks tells whether a permission is of a module that is off here. Nobody holds it then.
func (a *App) lacks(c *web.Context, permission string) bool {
	module, _, named := strings.Cut(permission, ".")
	return named && a.Registry.Module(module) != nil && !a.onHere(c, module)
}

// works tells whether a module works in a file: a store's, whose platform it names, or with "" the installation's own.
func (a *App) works(platformID, module string) bool {
	if platformID == "" {
		return a.Enabled(module)
	}
	return a.EnabledIn(platformID, module)
}
