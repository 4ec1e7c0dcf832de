package cms

import (
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// sitemapPages is how many addresses a file has. The protocol allows 50,000 and 50 MiB; with 5,000 a file stays small enough for the page cache.
const sitemapPages = 5000

const sitemapNamespace = "http://www.sitemaps.org/schemas/sitemap/0.9"

type sitemapIndex struct {
	XMLName struct{}       `xml:"sitemapindex"`
	NS      string         `xml:"xmlns,attr"`
	Files   []sitemapEntry `xml:"sitemap"`
}

type sitemapFile struct {
	XMLName struct{}       `xml:"urlset"`
	NS      string         `xml:"xmlns,attr"`
	Pages   []sitemapEntry `xml:"url"`
}

type sitemapEntry struct {
	Address string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"` // W3C Datetime
}

func newSitemapEntry(c *web.Context, path string, changed time.Time) sitemapEntry {
	e := sitemapEntry{Address: c.Absolute(path)}
	if !changed.IsZero() {
		e.Changed = changed.UTC().Format(time.RFC3339)
	}
	return e
}

// shopSitemap is the index of the shop's sitemaps: of each kind of page as many files as it takes.
func (s *Service) shopSitemap(c *web.Context) error {
	out := sitemapIndex{NS: sitemapNamespace}
	for _, m := range s.app.Sitemaps(c.Store) {
		n, changed, err := m.Extent(c.Ctx(), c.Store, s.app.Now())
		if err != nil {
			return err
		}
		for part := 1; (part-1)*sitemapPages < n; part++ {
			out.Files = append(out.Files, newSitemapEntry(c, fmt.Sprintf("/sitemaps/%s-%d.xml", m.Name, part), changed))
		}
	}
	return writeXML(c, out)
}

var sitemapName = regexp.MustCompile(`^([a-z]+)-([1-9][0-9]{0,3})\.xml$`)

func (s *Service) shopSitemapFile(c *web.Context) error {
	name := sitemapName.FindStringSubmatch(c.Param("name"))
	for _, m := range s.app.Sitemaps(c.Store) {
		if name == nil || m.Name != name[1] {
			continue
		}
		part, err := strconv.Atoi(name[2])
		if err != nil {
			return err
		}
		pages, err := m.Pages(c.Ctx(), c.Store, s.app.Now(), (part-1)*sitemapPages, sitemapPages)
		if err != nil {
			return err
		}
		if len(pages) == 0 {
			break
		}
		out := sitemapFile{NS: sitemapNamespace}
		for _, p := range pages {
			out.Pages = append(out.Pages, newSitemapEntry(c, p.Path, p.Changed))
		}
		return writeXML(c, out)
	}
	return problem.New(problem.NotFound, "There is no such sitemap.")
}

func writeXML(c *web.Context, v any) error {
	body, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	return c.Text("application/xml; charset=utf-8", xml.Header+string(body))
}

// keptOut are paths that crawlers have no business at: what is personal, and what is endless.
var keptOut = []string{"/cart", "/checkout", "/account", "/order-status", "/orders", "/search", "/api/"}

func (s *Service) shopRobots(c *web.Context) error {
	if !c.Store.Info().Public() { // it is not launched
		return c.Text("text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n")
	}
	out := "User-agent: *\n"
	for _, p := range keptOut {
		out += "Disallow: " + c.URL(p) + "\n"
	}
	return c.Text("text/plain; charset=utf-8", out+"\nSitemap: "+c.Absolute("/sitemap.xml")+"\n")
}

// sitemaps are the opening page, the published content pages and the standing ones.
func sitemaps() []app.Sitemap {
	return []app.Sitemap{{
		Name: "pages",
		Extent: func(ctx context.Context, st *tenant.Store, now time.Time) (int, time.Time, error) {
			pages, err := contentPages(ctx, st, now, 0, 1<<30)
			var latest time.Time
			for _, p := range pages {
				if p.Changed.After(latest) {
					latest = p.Changed
				}
			}
			return len(pages), latest, err
		},
		Pages: contentPages,
	}}
}

func contentPages(ctx context.Context, st *tenant.Store, _ time.Time, offset, limit int) ([]app.SitemapPage, error) {
	rows, err := st.QueryContext(ctx, "SELECT slug, updated_at FROM cms_page WHERE published = 1 AND deleted_at IS NULL ORDER BY created_at, id")
	if err != nil {
		return nil, fmt.Errorf("list the pages for search engines: %w", err)
	}
	defer rows.Close()
	out := []app.SitemapPage{{Path: "/"}}
	own := map[string]bool{}
	for rows.Next() {
		var p app.SitemapPage
		var changed database.Time
		if err := rows.Scan(&p.Path, &changed); err != nil {
			return nil, err
		}
		p.Path, p.Changed = "/"+p.Path, changed.Time
		own[p.Path] = true
		out = append(out, p)
	}
	for _, p := range standingPages {
		if !own["/"+p.slug] {
			out = append(out, app.SitemapPage{Path: "/" + p.slug})
		}
	}
	out = out[min(offset, len(out)):]
	return out[:min(limit, len(out))], rows.Err()
}
