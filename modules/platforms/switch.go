package platforms

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// Effect is what switching a module of a platform would do.
type Effect struct {
	Module app.Module
	On     bool      // it is on now, so that it would be switched off
	Since  time.Time // when it was switched off; zero while its own switch is on
	// Missing are the modules that it needs and whose switches are off: they are switched on with it.
	Missing []app.Module
	// Along are the modules that go off with it because they need it, or come back with it.
	Along []app.Module
}

// Names of the other modules that change, separated by spaces: what somebody agrees to.
func (e Effect) Names() string {
	var names []string
	for _, m := range append(slices.Clone(e.Missing), e.Along...) {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}

// Effect of switching the module. problem.NotFound for one that this binary does not have.
func (s *Service) Effect(p *tenant.PlatformInfo, name string) (Effect, error) {
	m := s.app.Registry.Module(name)
	if m == nil {
		return Effect{}, problem.New(problem.NotFound, "There is no module “%s”.", name)
	}
	e := Effect{Module: *m, On: s.app.EnabledIn(p.ID, name)}
	e.Since, _ = p.Off(name)
	after := map[string]bool{name: !e.On}
	if !e.On {
		for _, need := range s.needs(name) {
			if _, off := p.Off(need.Name); off {
				e.Missing = append(e.Missing, need)
				after[need.Name] = true
			}
		}
	}
	for _, other := range s.app.Registry.Modules() {
		if other.Name == name || slices.ContainsFunc(e.Missing, func(m app.Module) bool { return m.Name == other.Name }) {
			continue
		}
		if s.app.EnabledIn(p.ID, other.Name) != s.would(p, other.Name, after) {
			e.Along = append(e.Along, other)
		}
	}
	return e, nil
}

// needs are all modules that one needs, those that are needed by others first.
func (s *Service) needs(name string) []app.Module {
	var out []app.Module
	for _, need := range s.app.Registry.Module(name).Needs {
		for _, m := range append(s.needs(need), *s.app.Registry.Module(need)) {
			if !slices.ContainsFunc(out, func(o app.Module) bool { return o.Name == m.Name }) {
				out = append(out, m)
			}
		}
	}
	return out
}

// would tells whether a module is on once some switches stand as after says.
func (s *Service) would(p *tenant.PlatformInfo, name string, after map[string]bool) bool {
	m := s.app.Registry.Module(name)
	on, said := after[name]
	if !said {
		_, off := p.Off(name)
		on = !off || m.Kind != app.Optional
	}
	return on && !slices.ContainsFunc(m.Needs, func(need string) bool { return !s.would(p, need, after) })
}

// Switch turns a module of a platform on or off. agreed is what Effect.Names said when somebody was asked: when other modules would
// change than those, it is a conflict. Switching to what is so already does nothing.
func (s *Service) Switch(ctx context.Context, platform, name string, on bool, agreed string) (Effect, error) {
	s.switching.Lock()
	defer s.switching.Unlock()
	p, err := s.Platform(platform)
	if err != nil {
		return Effect{}, err
	}
	e, err := s.Effect(p, name)
	if err != nil || e.On == on {
		return e, err
	}
	if e.Module.Kind != app.Optional {
		return e, problem.New(problem.Conflict, "%s is always on.", e.Module.Title)
	}
	if e.Names() != strings.Join(slices.Sorted(slices.Values(strings.Fields(agreed))), " ") {
		return e, problem.New(problem.Conflict, "This changes other modules too: %s. Look at what it does and confirm it.", e.Names())
	}
	set := map[string]bool{name: on}
	for _, m := range e.Missing {
		set[m.Name] = true
	}
	return e, s.app.Platform.SwitchModules(ctx, p.ID, set, func(tx *database.DB) error {
		for _, changed := range slices.Sorted(maps.Keys(set)) {
			m := s.app.Registry.Module(changed)
			entry := audit.Entry{Action: "platforms.module.enabled", SubjectKind: "module", SubjectID: m.Name, SubjectName: m.Title}
			if !set[changed] {
				entry.Action = "platforms.module.disabled"
			}
			was, is := map[string]any{"on": !set[changed]}, map[string]any{"on": set[changed], "platform": p.Name}
			if changed == name && len(e.Along) > 0 {
				is["along"] = titles(e.Along)
			}
			if err := record(ctx, tx, entry, was, is); err != nil {
				return err
			}
		}
		return nil
	})
}

func titles(modules []app.Module) string {
	var out []string
	for _, m := range modules {
		out = append(out, m.Title)
	}
	return strings.Join(out, ", ")
}

// Content is what a module adds to the platform, and what of it goes on while it is off.
type Content struct {
	Routes []Count // by surface
	Menu   []app.MenuItem
	Jobs   []string // that wait while it is off
	Kept   []string // routes, jobs and events that are answered while it is off
}

// Count of a surface's routes.
type Count struct {
	Surface web.Surface
	N       int
}

// Content of a module.
func (s *Service) Content(m app.Module) Content {
	out := Content{Menu: m.Menu}
	count := map[web.Surface]int{}
	for _, r := range s.app.Routes() {
		switch {
		case r.Module != m.Name:
		case r.Always:
			out.Kept = append(out.Kept, r.Method+" "+r.Pattern)
		default:
			count[r.Surface]++
		}
	}
	for _, surface := range web.Surfaces {
		if count[surface] > 0 {
			out.Routes = append(out.Routes, Count{surface, count[surface]})
		}
	}
	for _, k := range m.Jobs {
		if k.Always {
			out.Kept = append(out.Kept, k.Name)
		} else {
			out.Jobs = append(out.Jobs, k.Name)
		}
	}
	for _, sub := range m.Subscriptions {
		if sub.Always {
			out.Kept = append(out.Kept, sub.Event)
		}
	}
	return out
}
