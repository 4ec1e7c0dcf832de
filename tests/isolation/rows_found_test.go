package isolation

import (
	"context"
	"maps"
	"net/url"

	"wizamart/modules/cms"
)

func (s *side) newRedirect() string {
	list, err := s.w.cms.AddRedirects(context.Background(), s.st, []cms.Redirect{{From: "/" + s.unused(s.priv), To: "/" + s.unused("new")}})
	s.w.must(err)
	return list[0].ID
}

func init() {
	maps.Copy(rows, map[string]row{
		"storefront GET /search-suggestions": at("/search-suggestions?q=thing"),
		"storefront GET /robots.txt":         at("/robots.txt").isSilent(),
		"storefront GET /sitemap.xml":        at("/sitemap.xml").isSilent(),
		"storefront GET /sitemaps/:name":     at("/sitemaps/pages-1.xml").isSilent().at(200),

		"api GET /stores/:store/redirects": get(func(s *side) string { s.newRedirect(); return "/redirects" }),
		"api POST /stores/:store/redirects": apiPost(func(s *side) (string, object) {
			return "/redirects", object{"from": "/" + s.unused("was"), "to": "/products"}
		}),
		"api DELETE /stores/:store/redirects/:id": {call: func(s *side) call { return call{path: "/redirects/" + s.newRedirect()} }},

		"dashboard GET /redirects":                at("/redirects"),
		"dashboard POST /redirects":               post(func(s *side) (string, url.Values) { return "/redirects", form("lines", "/"+s.unused("from")+" /") }),
		"dashboard POST /redirects/:id/deletions": post(func(s *side) (string, url.Values) { return "/redirects/" + s.newRedirect() + "/deletions", nil }),
		"dashboard POST /redirects/:id/restorations": post(func(s *side) (string, url.Values) {
			id := s.newRedirect()
			_, err := s.w.cms.DeleteRedirect(context.Background(), s.st, id)
			s.w.must(err)
			return "/redirects/" + id + "/restorations", nil
		}),
	})
}
