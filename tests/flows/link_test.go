package flows

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/app"
	"wizamart/modules"
	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// TestLinks follows every link of the demo, as a guest in its shops and as an operator in the admin and in the dashboards: each leads to a page that is there, and
// each anchor to a place in it. Of pages that differ by what they show alone, a few are read, but every product and brand of the shops. It takes a minute, so it is
// part of scripts/conform.sh alone: with WIZAMART_PAGES=dir all pages are left in that directory.
func TestLinks(t *testing.T) {
	if os.Getenv("WIZAMART_PAGES") == "" {
		t.Skip("it takes a minute: “make conform” runs it; TestFirstLinks is the short one")
	}
	p := harness.Start(t)
	if _, err := modules.Demo(&app.Runtime{Ctx: context.Background(), App: p.App, Stdout: io.Discard, Stderr: io.Discard}); err != nil {
		t.Fatalf("seed the demo: %v", err)
	}
	guest := newCrawl(p, p.Guest(t))
	for _, code := range []string{"fjord", "kaffe", "hoshi"} {
		for _, path := range []string{"/", "/no-such-page", "/sitemap.xml", "/robots.txt"} {
			guest.add(p.ShopURL(code, path), "")
		}
	}
	guest.add("http://"+p.Base+"/", "")
	guest.run(t)
	operator := newCrawl(p, p.Staff(t, "admin", "fjord"))
	for _, address := range []string{p.AdminURL("/"), p.DashboardURL("fjord", "/"), p.DashboardURL("kaffe", "/"), p.DashboardURL("hoshi", "/"), "http://" + p.Base + "/"} {
		operator.add(address, "")
	}
	operator.run(t)
	t.Logf("%d pages of shops, %d of dashboards and the admin", len(guest.pages), len(operator.pages))
	if len(guest.pages) < 100 || len(operator.pages) < 100 {
		t.Error("the walk came to an end too early")
	}
}

// TestFirstLinks follows the links of a shop's opening page, a category and a product, and of the dashboard's start.
func TestFirstLinks(t *testing.T) {
	about(t, "catalog", "cms", "storefront", "dashboard")
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st, products := p.Open(t, "north"), harness.Service[*catalog.Service](p)
	shelf, err := products.CreateCategory(t.Context(), st, catalog.Category{Name: "Lamps"})
	if err != nil {
		t.Fatal(err)
	}
	lamp, err := products.Create(t.Context(), st, catalog.Product{Title: "Lamp", Brand: "North", Status: catalog.Active, Categories: []string{shelf.ID}})
	if err != nil {
		t.Fatal(err)
	}
	guest := newCrawl(p, p.Guest(t))
	guest.shallow = true
	for _, path := range []string{"/", "/categories/" + shelf.Slug, "/products/" + lamp.Slug} {
		guest.add(p.ShopURL("north", path), "")
	}
	guest.run(t)
	owner := newCrawl(p, p.Staff(t, "owner", "north"))
	owner.shallow = true
	owner.add(p.DashboardURL("north", "/"), "")
	owner.run(t)
	if len(guest.pages) < 15 || len(owner.pages) < 20 {
		t.Errorf("the walk came to an end too early: %d and %d pages", len(guest.pages), len(owner.pages))
	}
}

func newCrawl(p *harness.Platform, b *harness.Browser) *crawl {
	return &crawl{Browser: b, platform: p, pages: map[string]*harness.Page{}, kinds: map[string]int{}, from: map[string]string{}}
}

type crawl struct {
	*harness.Browser
	platform *harness.Platform
	pages    map[string]*harness.Page // by address without its fragment
	kinds    map[string]int           // how many of a kind were read
	from     map[string]string        // where an address was found first
	queue    []string
	anchors  [][2]string // the page, and the address with the fragment
	shallow  bool        // what the first pages link to is asked for, but its links are not followed
}

const ofAKind = 2

var (
	whole   = regexp.MustCompile(`^[a-z]+\.[^/]+/(products|brands)/#\?$`) // kinds of which all are read: they differ in what they tell search engines
	anID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|[0-9a-f]{32,}|\d+`)
	aThing  = regexp.MustCompile(`/(products|categories|brands|media|orders|pages|modules|permissions)/[^/]+$`)
	aStore  = regexp.MustCompile(`^/store/[^/]+`)
	anAdmin = regexp.MustCompile(`^/admin(/|$)`)
)

// kind is what a page has in common with others: its address without ids, names of things, and values of the query. Dashboards are one, and so are the
// two addresses of the admin; shops differ by their themes.
func kind(u *url.URL, base string) string {
	host, path := u.Host, u.Path
	if host == base && anAdmin.MatchString(path) {
		host, path = "admin."+base, strings.TrimPrefix(path, "/admin")
	}
	if !strings.HasPrefix(path, "/assets/") {
		path = aThing.ReplaceAllString(aStore.ReplaceAllString(anID.ReplaceAllString(path, "#"), "/store/#"), "/$1/#")
	}
	names := slices.Sorted(maps.Keys(u.Query()))
	return host + path + "?" + strings.Join(names, "&")
}

// add takes an address down to be looked at, unless enough of its kind were, or it is none of ours.
func (c *crawl) add(address, from string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Hostname() != c.platform.Base && !strings.HasSuffix(u.Hostname(), "."+c.platform.Base) {
		return
	}
	u.Host, u.Fragment = u.Hostname(), "" // the port is that of the platform's own links
	if _, known := c.from[u.String()]; known {
		return
	}
	if k := kind(u, c.platform.Base); c.kinds[k] >= ofAKind && !whole.MatchString(k) {
		return
	} else {
		c.kinds[k]++
	}
	c.from[u.String()] = from
	c.queue = append(c.queue, u.String())
}

func (c *crawl) run(t *testing.T) {
	for len(c.queue) > 0 {
		address := c.queue[0]
		c.queue = c.queue[1:]
		page := c.Get(t, address)
		c.pages[address] = page
		c.save(t, page)
		switch {
		case strings.HasSuffix(address, "/no-such-page") && page.Status == http.StatusNotFound:
		case page.Status >= 300 && page.Status < 400 && page.Status != http.StatusNotModified:
			c.add(c.beside(address, page.Header.Get("Location")), address)
			continue
		case page.Status != http.StatusOK:
			t.Errorf("%s leads to %s: status %d", c.from[address], address, page.Status)
			continue
		}
		if strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") && (!c.shallow || c.from[address] == "") {
			c.read(t, address, page)
		}
	}
	for _, a := range c.anchors {
		u, err := url.Parse(a[1])
		if err != nil {
			t.Errorf("%s: %v", a[0], err)
			continue
		}
		id := u.Fragment
		u.Host, u.Fragment = u.Hostname(), ""
		page := c.pages[u.String()]
		if page == nil || page.Status != http.StatusOK {
			continue // told of above, or one of many
		}
		if page.Doc(t).Find(fmt.Sprintf(`[id="%s"]`, id)).Length() == 0 {
			t.Errorf("%s: %s leads to no place on that page", a[0], a[1])
		}
	}
}

// linked are the attributes that name an address, with the elements that have them.
var linked = [][2]string{{"a", "href"}, {"link", "href"}, {"img", "src"}, {"img", "srcset"}, {"source", "srcset"}, {"script", "src"}, {"iframe", "src"}, {"form[method=get]", "action"}, {`meta[property="og:image"]`, "content"}, {`meta[property="og:url"]`, "content"}}

func (c *crawl) read(t *testing.T, address string, page *harness.Page) {
	doc := page.Doc(t)
	for _, l := range linked {
		for _, node := range doc.Find(l[0]).EachIter() {
			value, ok := node.Attr(l[1])
			if !ok || l[1] != "content" && strings.HasPrefix(value, "#") && len(value) < 2 || node.Is("a[download]") {
				continue
			}
			values := []string{value}
			if l[1] == "srcset" {
				values = nil
				for one := range strings.SplitSeq(value, ",") {
					values = append(values, strings.Fields(one)[0])
				}
			}
			for _, v := range values {
				to := c.beside(address, v)
				if l[0] == "a" && strings.Contains(v, "#") && !strings.HasSuffix(v, "#") {
					c.anchors = append(c.anchors, [2]string{address, to})
				}
				if strings.Contains(to, "/sign-out") {
					t.Errorf("%s has a link to %s, which a walk through its links would follow", address, to)
					continue
				}
				c.add(to, address)
			}
		}
	}
}

// beside is an address as a page has it.
func (c *crawl) beside(address, link string) string {
	base, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u, err := base.Parse(strings.TrimSpace(link))
	if err != nil {
		return ""
	}
	return u.String()
}

func (c *crawl) save(t *testing.T, page *harness.Page) {
	dir := os.Getenv("WIZAMART_PAGES")
	if dir == "" || page.Status >= 300 && page.Status < 400 || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.Body == "" {
		return
	}
	u, err := url.Parse(page.URL)
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`[^A-Za-z0-9._-]+`).ReplaceAllString(strings.TrimSuffix(u.Hostname(), "."+c.platform.Base)+u.Path+"_"+u.RawQuery, "_")
	name = strings.Trim(name[:min(len(name), 180)], "_") + ".html"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(page.Body), 0o644); err != nil {
		t.Fatal(err)
	}
}
