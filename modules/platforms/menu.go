package platforms

import (
	"context"
	"slices"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// arrangeable are the surfaces that have a sidebar.
var arrangeable = []web.Surface{web.Dashboard, web.Admin}

// Menu is a surface's sidebar in a platform. The admin is the installation's own: it has one sidebar, whatever the platform.
func (s *Service) Menu(platform, surface string) (*tenant.PlatformInfo, []app.MenuEntry, error) {
	if surface == string(web.Admin) {
		platform = ""
	}
	p, err := s.Platform(platform)
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(arrangeable, web.Surface(surface)) {
		return nil, nil, problem.New(problem.NotFound, "There is no such menu.")
	}
	return p, s.app.Menu(p, web.Surface(surface)), nil
}

// Arrange sets the order of a sidebar's entries and which of them are hidden. Entries that are not named stand where their modules put
// them. What would lock people out cannot be hidden; the field at fault is "entries".
func (s *Service) Arrange(ctx context.Context, platform, surface string, places []tenant.MenuPlace) error {
	p, entries, err := s.Menu(platform, surface)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, place := range places {
		i := slices.IndexFunc(entries, func(e app.MenuEntry) bool { return e.Path == place.Entry })
		switch {
		case i < 0 || seen[place.Entry]:
			return problem.On("entries", "“%s” is no entry of this menu, or stands in it twice.", place.Entry)
		case place.Hidden && entries[i].Keep:
			return problem.On("entries", "“%s” cannot be hidden: without it nobody would find the way back.", entries[i].Label)
		}
		seen[place.Entry] = true
	}
	return s.arrange(ctx, p, surface, keepOthers(places, p.Menu(surface)))
}

// ResetMenu has the entries stand where their modules put them, and shows them all.
func (s *Service) ResetMenu(ctx context.Context, platform, surface string) error {
	p, _, err := s.Menu(platform, surface)
	if err != nil {
		return err
	}
	return s.arrange(ctx, p, surface, nil)
}

func (s *Service) arrange(ctx context.Context, p *tenant.PlatformInfo, surface string, places []tenant.MenuPlace) error {
	if slices.Equal(p.Menu(surface), places) {
		return nil
	}
	return s.app.Platform.ArrangeMenu(ctx, p.ID, surface, places, func(tx *database.DB) error {
		return record(ctx, tx, audit.Entry{Action: "platforms.menu.arranged", SubjectKind: "menu", SubjectID: surface, SubjectName: p.Name}, said(p.Menu(surface)), said(places))
	})
}

// said is an arrangement for the audit log.
func said(places []tenant.MenuPlace) map[string]any {
	order, hidden := []string{}, []string{}
	for _, place := range places {
		order = append(order, place.Entry)
		if place.Hidden {
			hidden = append(hidden, place.Entry)
		}
	}
	return map[string]any{"order": strings.Join(order, " "), "hidden": strings.Join(hidden, " ")}
}

// keepOthers adds the places that entries of modules had that are off now, each behind the one it stood behind.
func keepOthers(places, before []tenant.MenuPlace) []tenant.MenuPlace {
	if len(places) == 0 {
		return nil
	}
	out := slices.Clone(places)
	at := func(entry string) int {
		return slices.IndexFunc(out, func(p tenant.MenuPlace) bool { return p.Entry == entry })
	}
	for i, place := range before {
		if at(place.Entry) >= 0 {
			continue
		}
		behind := 0
		if i > 0 {
			behind = at(before[i-1].Entry) + 1
		}
		out = slices.Insert(out, behind, place)
	}
	return out
}

// Directions in which an entry, or a whole group, can be moved.
const (
	up   = "up"
	down = "down"
)

// moveEntry moves an entry one place within its group. At the end of it nothing happens.
func moveEntry(entries []app.MenuEntry, path, direction string) {
	i := slices.IndexFunc(entries, func(e app.MenuEntry) bool { return e.Path == path })
	j := i + step(direction)
	if i >= 0 && j >= 0 && j < len(entries) && entries[i].Group == entries[j].Group {
		entries[i], entries[j] = entries[j], entries[i]
	}
}

// moveGroup moves a whole group past the next one of which something is shown: past one that is hidden whole, nobody would see it move.
func moveGroup(entries []app.MenuEntry, title, direction string) []app.MenuEntry {
	groups := grouped(entries)
	i := slices.IndexFunc(groups, func(g []app.MenuEntry) bool { return g[0].Group == title })
	if i < 0 || step(direction) == 0 {
		return entries
	}
	for j := i + step(direction); j >= 0 && j < len(groups); j += step(direction) {
		groups[i], groups[j], i = groups[j], groups[i], j
		if !hidden(groups[j-step(direction)]) {
			break
		}
	}
	return slices.Concat(groups...)
}

func step(direction string) int {
	return map[string]int{up: -1, down: 1}[direction]
}

// hidden tells whether nothing of a group is shown.
func hidden(group []app.MenuEntry) bool {
	return !slices.ContainsFunc(group, func(e app.MenuEntry) bool { return !e.Hidden })
}

// grouped cuts entries, whose groups stand together, into their groups.
func grouped(entries []app.MenuEntry) [][]app.MenuEntry {
	var out [][]app.MenuEntry
	for i, e := range entries {
		if i == 0 || entries[i-1].Group != e.Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], e)
	}
	return out
}
