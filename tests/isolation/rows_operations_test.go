package isolation

import (
	"context"
	"maps"
	"net/url"

	"wizamart/modules/platforms"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// newPlatform makes a platform without stores.
func (s *side) newPlatform() string {
	p, err := harness.Service[*platforms.Service](s.w.Platform).CreatePlatform(context.Background(), tenant.PlatformChange{Name: "Extra", BaseDomain: s.unused("base") + ".example.test"})
	s.w.must(err)
	return p.ID
}

func (s *side) onNewPlatform(path string, json any) call {
	return call{path: "/platforms/" + s.newPlatform() + path, json: json}
}

var operationsRows = map[string]row{
	"admin GET /platforms": at("/platforms").isSilent(),
	"admin POST /platforms": post(func(s *side) (string, url.Values) {
		return "/platforms", form("name", "New", "base_domain", s.unused("new")+".example.test")
	}),
	"admin GET /platforms/:id": get(func(s *side) string { return "/platforms/" + s.info.PlatformID }),
	"admin POST /platforms/:id": post(func(s *side) (string, url.Values) {
		return "/platforms/" + s.newPlatform(), form("name", s.unused("Renamed"), "base_domain", s.unused("moved")+".example.test")
	}),
	"admin GET /modules":       at("/modules"),
	"admin GET /modules/:name": at("/modules/messaging").isSilent(),
	"admin POST /modules/:name/switches": post(func(s *side) (string, url.Values) {
		return "/modules/messaging/switches", form("platform", s.newPlatform(), "on", "0")
	}),
	"admin GET /menus": at("/menus"),
	"admin POST /menus": post(func(s *side) (string, url.Values) {
		return "/menus", form("platform", s.newPlatform(), "surface", "dashboard", "entry", "/orders", "entry", "/", "shown", "/orders")
	}),
	"admin GET /audit":             at("/audit"),
	"admin GET /audit-exports":     at("/audit-exports?format=csv"),
	"dashboard GET /audit":         at("/audit"),
	"dashboard GET /audit-exports": at("/audit-exports?format=jsonl"),

	"api GET /stores/:store/audit-entries": at("/audit-entries").isSilent(),
	"api GET /stores/:store/settings":      at("/settings").isSilent(),
	"api PATCH /stores/:store/settings": {call: func(s *side) call {
		s.n++
		return call{path: "/settings", json: map[string]any{"values": map[string]string{"inventory.low_stock": string(rune('1'+s.n%8)) + "7"}}}
	}},
}

// installationRows are operations of the API for operators alone.
var installationRows = map[string]row{
	"api GET /audit-entries": at("/audit-entries"),
	"api GET /settings":      at("/settings").isSilent(),
	"api PATCH /settings": {call: func(s *side) call {
		s.n++
		return call{path: "/settings", json: map[string]any{"values": map[string]string{"monitoring.drill_hours": string(rune('1'+s.n%8)) + "7"}}}
	}},
	"api GET /platforms": at("/platforms").isSilent(),
	"api POST /platforms": {call: func(s *side) call {
		return call{path: "/platforms", json: map[string]any{"name": "New", "base_domain": s.unused("api") + ".example.test"}}
	}},
	"api PUT /platforms/:platform": {call: func(s *side) call {
		return s.onNewPlatform("", map[string]any{"name": "Renamed", "base_domain": s.unused("put") + ".example.test"})
	}},
	"api GET /platforms/:platform/modules": get(func(s *side) string { return "/platforms/" + s.newPlatform() + "/modules" }).isSilent(),
	"api PUT /platforms/:platform/modules/:module": {call: func(s *side) call {
		return s.onNewPlatform("/modules/messaging", map[string]any{"on": false})
	}},
	"api GET /platforms/:platform/menus/:surface": get(func(s *side) string { return "/platforms/" + s.newPlatform() + "/menus/dashboard" }).isSilent(),
	"api PUT /platforms/:platform/menus/:surface": {call: func(s *side) call {
		return s.onNewPlatform("/menus/dashboard", map[string]any{"entries": []map[string]any{{"entry": "/orders", "hidden": true}}})
	}},
}

func init() {
	maps.Copy(rows, operationsRows)
	maps.Copy(rows, installationRows)
}
