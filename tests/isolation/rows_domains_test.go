package isolation

import (
	"context"
	"fmt"
	"net/url"

	"wizamart/modules/domains"
	"wizamart/tests/harness"
)

// proves is a resolver in whose world every name has the record and points here.
type proves string

func (p proves) LookupTXT(context.Context, string) ([]string, error) { return []string{string(p)}, nil }
func (p proves) LookupHost(context.Context, string) ([]string, error) {
	return []string{"192.0.2.1"}, nil
}

// newDomain claims a domain for the store, and proves it when asked to. A store has room for twenty, so that those of earlier rows go.
func (s *side) newDomain(proven bool) string {
	ctx := context.Background()
	service := harness.Service[*domains.Service](s.w.Platform)
	info := s.w.App.Platform.ByID(s.info.ID)
	var ids []string
	s.w.must(s.w.App.Platform.DB.NewQuery("SELECT id FROM domains_claim WHERE store_id = '" + info.ID + "'").Column(&ids))
	for _, id := range ids {
		_, err := service.Remove(ctx, info, id)
		s.w.must(err)
	}
	s.n++
	added, err := service.Add(ctx, info, fmt.Sprintf("%s%d.example", s.pub, s.n), false)
	s.w.must(err)
	service.Resolver = proves(added[0].RecordValue())
	if proven {
		_, err = service.Check(ctx, info, added[0].ID)
		s.w.must(err)
	}
	return added[0].ID
}

func (s *side) primaryDomain() string {
	id := s.newDomain(true)
	_, err := harness.Service[*domains.Service](s.w.Platform).SetPrimary(context.Background(), s.w.App.Platform.ByID(s.info.ID), id)
	s.w.must(err)
	return id
}

func onDomain(path string, id func(s *side) string) row {
	return post(func(s *side) (string, url.Values) { return "/domains/" + id(s) + path, nil }).isStill() // it is the platform's file that is written
}

func adminOnDomain(path string, id func(s *side) string) row {
	return post(func(s *side) (string, url.Values) { return "/stores/" + s.info.ID + "/domains/" + id(s) + path, nil })
}

func apiOnDomain(path string, id func(s *side) string) row {
	return apiPost(func(s *side) (string, object) { return "/domains/" + id(s) + path, object{} }).isStill()
}

func claimed(s *side) string  { return s.newDomain(false) }
func verified(s *side) string { return s.newDomain(true) }
func primary(s *side) string  { return s.primaryDomain() }

func (s *side) freshHost() string {
	s.newDomain(false)
	s.n++
	return fmt.Sprintf("%s-own%d.example", s.info.Code, s.n)
}

var domainRows = map[string]row{
	"dashboard GET /domains":                           at("/domains"),
	"dashboard POST /domains":                          post(func(s *side) (string, url.Values) { return "/domains", form("host", s.freshHost()) }).isStill().isSilent(),
	"dashboard POST /domains/:domain/checks":           onDomain("/checks", claimed),
	"dashboard POST /domains/:domain/primary-removals": onDomain("/primary-removals", primary),
	"dashboard POST /domains/:domain/primaries":        onDomain("/primaries", verified),
	"dashboard POST /domains/:domain/removals":         onDomain("/removals", verified),
	"admin GET /domains":                               at("/domains"),
	"admin GET /stores/:id/domains":                    get(func(s *side) string { return "/stores/" + s.info.ID + "/domains" }),
	"admin POST /stores/:id/domains": post(func(s *side) (string, url.Values) {
		return "/stores/" + s.info.ID + "/domains", form("host", s.freshHost())
	}),
	"admin POST /stores/:id/domains/:domain/checks":           adminOnDomain("/checks", claimed),
	"admin POST /stores/:id/domains/:domain/primaries":        adminOnDomain("/primaries", verified),
	"admin POST /stores/:id/domains/:domain/removals":         adminOnDomain("/removals", primary),
	"admin POST /stores/:id/domains/:domain/primary-removals": adminOnDomain("/primary-removals", primary),

	"api GET /stores/:store/domains":                get(func(s *side) string { s.newDomain(false); return "/domains" }),
	"api POST /stores/:store/domains":               apiPost(func(s *side) (string, object) { return "/domains", object{"host": s.freshHost()} }).isStill().isSilent(),
	"api POST /stores/:store/domains/:id/checks":    apiOnDomain("/checks", claimed),
	"api PUT /stores/:store/domains/:id/primary":    apiOnDomain("/primary", verified),
	"api DELETE /stores/:store/domains/:id/primary": get(func(s *side) string { return "/domains/" + s.primaryDomain() + "/primary" }).isStill(),
	"api DELETE /stores/:store/domains/:id":         get(func(s *side) string { return "/domains/" + s.newDomain(true) }).isStill().isSilent(),
}
