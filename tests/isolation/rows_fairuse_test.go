package isolation

import (
	"fmt"
	"net/url"
)

// another is an amount that was not set before.
func (s *side) another() int {
	s.n++
	return 100_000 + s.n
}

var fairUseRows = map[string]row{
	"dashboard GET /usage":        at("/usage"),
	"admin GET /stores/:id/usage": get(func(s *side) string { return "/stores/" + s.info.ID + "/usage" }),
	"admin POST /stores/:id/quotas": post(func(s *side) (string, url.Values) {
		return "/stores/" + s.info.ID + "/quotas", form("products", fmt.Sprint(s.another()))
	}),
	"api GET /stores/:store/usage": get(func(*side) string { return "/usage" }).isSilent(),
	"api GET /quotas/:store":       get(func(s *side) string { return "/quotas/" + s.info.Code }).isSilent(),
	"api PUT /quotas/:store": apiPost(func(s *side) (string, object) {
		return "/quotas/" + s.info.Code, object{"quotas": []object{{"kind": "products", "amount": s.another()}}}
	}).isSilent(),
}
