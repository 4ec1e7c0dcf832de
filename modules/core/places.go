package core

import (
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/web"
)

// Places are the pages and the settings of a surface that q names, for those who may open them: pages by their entry in the menu,
// settings by label, help, heading or module.
func (s *Service) Places(c *web.Context, q string) []Hit {
	words := strings.Fields(strings.ToLower(q))
	if len(words) == 0 {
		return nil
	}
	matches := func(texts ...string) bool {
		all := strings.ToLower(strings.Join(texts, "\n"))
		for _, w := range words {
			if !strings.Contains(all, w) {
				return false
			}
		}
		return true
	}
	var out []Hit
	for _, item := range s.app.Reachable(c) {
		group := ""
		if item.Group != "" {
			group = c.T(item.Group)
		}
		if matches(c.T(item.Label), group) {
			out = append(out, Hit{Kind: "Page", Icon: item.Icon, Label: c.T(item.Label), Sub: group, URL: item.Path})
		}
	}
	declared, permission := s.declaredForPlatform(), "core.platform"
	if c.Store != nil {
		declared, permission = s.declaredFor(c.Store), "core.settings"
	}
	if !c.Can(permission) {
		return out
	}
	for _, set := range declared {
		module, _, _ := strings.Cut(set.Key, ".")
		if matches(c.T(set.Label), translated(c, set.Help), c.T(set.Group), set.Key, moduleTitle(c, s.app, module)) {
			out = append(out, Hit{Kind: "Setting", Icon: "settings", Label: c.T(set.Label), Sub: c.T(set.Group), URL: "/settings#setting-" + set.Key})
		}
	}
	return out
}

func translated(c *web.Context, text string) string {
	if text == "" {
		return ""
	}
	return c.T(text)
}

func moduleTitle(c *web.Context, a *app.App, name string) string {
	if m := a.Registry.Module(name); m != nil {
		return c.T(m.Title)
	}
	return ""
}
