package app

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"wizamart/framework/database"
)

// Registry is all modules, checked and in an order in which each stands behind those it needs.
type Registry struct {
	modules []Module
	byName  map[string]*Module
}

// NewRegistry checks the manifests. An error names the module and what is wrong with it.
func NewRegistry(modules []Module) (*Registry, error) {
	r := &Registry{byName: map[string]*Module{}}
	given := map[string]Module{}
	for _, m := range modules {
		if err := m.check(); err != nil {
			return nil, err
		}
		if _, twice := given[m.Name]; twice {
			return nil, fmt.Errorf("module %s is registered twice", m.Name)
		}
		given[m.Name] = m
	}
	state := map[string]int{} // 1 under way, 2 done
	var add func(name string, path []string) error
	add = func(name string, path []string) error {
		switch state[name] {
		case 2:
			return nil
		case 1:
			return fmt.Errorf("modules need each other in a circle: %s", strings.Join(append(path, name), " → "))
		}
		state[name] = 1
		m := given[name]
		for _, need := range m.Needs {
			if _, ok := given[need]; !ok {
				return fmt.Errorf("module %s needs module %s, which is not part of this binary", name, need)
			}
			if given[need].Kind == Optional && m.Kind == Core {
				return fmt.Errorf("core module %s cannot need the optional module %s", name, need)
			}
			if err := add(need, append(path, name)); err != nil {
				return err
			}
		}
		state[name] = 2
		r.modules = append(r.modules, m)
		return nil
	}
	for _, m := range modules {
		if err := add(m.Name, nil); err != nil {
			return nil, err
		}
	}
	for i := range r.modules {
		r.byName[r.modules[i].Name] = &r.modules[i]
	}
	return r, nil
}

func (m *Module) check() error {
	if m.Name == "" || m.Title == "" {
		return fmt.Errorf("a module lacks a name or a title: %q", m.Name)
	}
	if m.Kind != Core && m.Kind != Optional && m.Kind != Internal {
		return fmt.Errorf("module %s: kind %q is none of core, optional, internal", m.Name, m.Kind)
	}
	own := func(what, name string) error {
		if !strings.HasPrefix(name, m.Name+".") {
			return fmt.Errorf("module %s: %s %q must begin with %q", m.Name, what, name, m.Name+".")
		}
		return nil
	}
	for _, p := range m.Permissions {
		if err := own("permission", p.Name); err != nil {
			return err
		}
	}
	for _, s := range m.Settings {
		if err := own("setting", s.Key); err != nil {
			return err
		}
		if err := s.sound(); err != nil {
			return fmt.Errorf("module %s: setting %s: %w", m.Name, s.Key, err)
		}
	}
	for _, k := range m.Jobs {
		if err := own("job", k.Name); err != nil {
			return err
		}
	}
	for _, t := range m.Tables {
		if t.Name != m.Name && !strings.HasPrefix(t.Name, m.Name+"_") {
			return fmt.Errorf("module %s: table %q must begin with %q", m.Name, t.Name, m.Name+"_")
		}
	}
	return nil
}

// Modules in order.
func (r *Registry) Modules() []Module { return slices.Clone(r.modules) }

// Module finds one by name, or nil.
func (r *Registry) Module(name string) *Module { return r.byName[name] }

// Source is a part of the framework that owns tables.
type Source struct {
	Name   string
	Files  fs.FS
	Tables []database.Table
}

// Migrations puts the schema of a scope together: the framework's first, then the modules', on or off.
func (r *Registry) Migrations(scope database.Scope, framework []Source) (*database.Migrations, error) {
	var steps []database.Migration
	add := func(name string, files fs.FS) error {
		more, err := database.ReadMigrations(name, files, scope)
		steps = append(steps, more...)
		return err
	}
	for _, s := range framework {
		if err := add(s.Name, s.Files); err != nil {
			return nil, err
		}
	}
	for _, m := range r.modules {
		if err := add(m.Name, m.Files); err != nil {
			return nil, err
		}
	}
	return database.NewMigrations(steps), nil
}

// DependsOn lists the modules that directly need name.
func (r *Registry) DependsOn(name string) []string {
	var out []string
	for _, m := range r.modules {
		if slices.Contains(m.Needs, name) {
			out = append(out, m.Name)
		}
	}
	return out
}
