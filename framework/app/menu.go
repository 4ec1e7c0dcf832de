package app

import (
	"slices"
	"strings"

	"wizamart/framework/permission"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// MenuItem is an entry of a surface's sidebar. It is shown to those who hold the permission.
type MenuItem struct {
	Surface    web.Surface
	Group      string // title of the group; groups stand in order of first use
	Label      string
	Path       string // what the entry is known by, too
	Icon       string // Lucide
	Permission string
	Order      int
	Keep       bool // cannot be hidden: without it nobody finds the way back
}

// MenuEntry is an entry as a platform has arranged it.
type MenuEntry struct {
	MenuItem
	Hidden bool
}

// Menu is a surface's sidebar in a platform, in its order with groups kept together, and with the entries that are hidden. It leaves out
// modules that are off. The admin is the installation's, and arranged as its own platform says.
func (a *App) Menu(p *tenant.PlatformInfo, surface web.Surface) []MenuEntry {
	var items []MenuItem
	for _, m := range a.Registry.modules {
		if on := surface == web.Admin && a.Enabled(m.Name) || surface != web.Admin && a.on(p, m.Name); !on {
			continue
		}
		for _, item := range m.Menu {
			if item.Surface == surface {
				items = append(items, item)
			}
		}
	}
	slices.SortStableFunc(items, func(x, y MenuItem) int { return x.Order - y.Order })
	return arrange(items, p.Menu(string(surface)))
}

// arrange puts items, which are in their modules' order, into the places that were chosen. An item without a place stands behind the
// one that its module's order puts before it.
func arrange(items []MenuItem, places []tenant.MenuPlace) []MenuEntry {
	var out []MenuEntry
	at := func(path string) int {
		return slices.IndexFunc(out, func(e MenuEntry) bool { return e.Path == path })
	}
	for _, place := range places {
		i := slices.IndexFunc(items, func(item MenuItem) bool { return item.Path == place.Entry })
		if i >= 0 && at(place.Entry) < 0 {
			out = append(out, MenuEntry{items[i], place.Hidden && !items[i].Keep})
		}
	}
	for i, item := range items {
		switch {
		case at(item.Path) >= 0:
		case i == 0:
			out = slices.Insert(out, 0, MenuEntry{MenuItem: item})
		default:
			out = slices.Insert(out, at(items[i-1].Path)+1, MenuEntry{MenuItem: item})
		}
	}
	group := map[string]int{}
	for i, e := range out {
		if _, ok := group[e.Group]; !ok {
			group[e.Group] = i
		}
	}
	slices.SortStableFunc(out, func(x, y MenuEntry) int { return group[x.Group] - group[y.Group] })
	return out
}

// Reachable are the entries of the sidebar that the user of a request sees.
func (a *App) Reachable(c *web.Context) []MenuItem {
	if c.Surface != web.Dashboard && c.Surface != web.Admin || c.User == nil {
		return nil
	}
	platform := ""
	if c.Store != nil {
		platform = c.Store.Info().PlatformID
	}
	var out []MenuItem
	for _, e := range a.Menu(a.Platform.PlatformByID(platform), c.Surface) {
		if !e.Hidden && (e.Permission == permission.SignedIn || c.Can(e.Permission)) {
			out = append(out, e.MenuItem)
		}
	}
	return out
}

func (a *App) menu(c *web.Context) []web.MenuGroup {
	items := a.Reachable(c)
	var groups []web.MenuGroup
	active := a.activeItem(c, items)
	for i, item := range items {
		if i == 0 || item.Group != items[i-1].Group {
			title := ""
			if item.Group != "" {
				title = c.T(item.Group)
			}
			groups = append(groups, web.MenuGroup{Title: title})
		}
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, web.MenuItem{Label: c.T(item.Label), URL: c.URL(item.Path), Icon: item.Icon, Active: item.Path == active})
	}
	return groups
}

// activeItem is the path of the entry that the current page belongs to: the longest that begins its path.
func (a *App) activeItem(c *web.Context, items []MenuItem) string {
	path, best := strings.TrimPrefix(c.R.URL.Path, c.Prefix), ""
	for _, item := range items {
		if path == item.Path || item.Path != "/" && strings.HasPrefix(path, item.Path+"/") {
			if len(item.Path) > len(best) {
				best = item.Path
			}
		}
	}
	if best == "" && (path == "/" || path == "") {
		return "/"
	}
	return best
}
