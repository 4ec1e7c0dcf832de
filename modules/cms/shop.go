package cms

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
)

// homePage is what the opening page's view shows. Pictures and links have the surface's prefix.
type homePage struct {
	Home
	HeroURL, StoryURL         string
	HeroPicture, StoryPicture sitePicture
	HeroTitle, HeroButton     string
	Promises                  []string
	Tiles                     []tile
	Cards                     []card
	Empty                     bool
}

type tile struct {
	Name, URL, Picture, Srcset, Focus string
	Width, Height                     int
	Products                          int
}

// card is a product as the component product-card takes it.
type card struct {
	catalogtype.Card
	URL       string
	Image     string
	HoverURL  string
	Srcset    string
	CompareAt any // nil when it is not reduced
	From      bool
	Badge     string
	BadgeKind string
}

func (s *Service) shopHome(c *web.Context) error {
	h, err := s.Home(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	c.ValidUntil(h.Until)
	t, info := h.Theme, c.Store.Info()
	d := homePage{
		Home: h, HeroTitle: t.HeroTitle, HeroButton: t.HeroButton, HeroURL: link(c, t.HeroURL), StoryURL: link(c, t.StoryURL),
		Promises: lines(t.Promises), Empty: len(h.Newest) == 0,
	}
	if d.HeroTitle == "" {
		d.HeroTitle = info.Name
	}
	if d.HeroButton == "" {
		d.HeroButton = c.T("Shop everything")
	}
	if d.HeroURL == "" {
		d.HeroURL = c.URL("/products")
	}
	d.HeroPicture, d.StoryPicture = sitePictureOf(c, t.HeroPicture), sitePictureOf(c, t.StoryPicture)
	for _, cat := range h.Categories {
		it := tile{Name: cat.Name, URL: c.URL("/categories/" + cat.Slug), Products: cat.Products}
		if cat.Picture != "" {
			it.Picture, it.Srcset, it.Focus = c.URL(cat.Picture), cat.Sizes.Srcset(c.URL, cat.Picture, cat.Width), cat.Focus
			it.Width, it.Height = cat.Width, cat.Height
		}
		d.Tiles = append(d.Tiles, it)
	}
	for _, p := range h.Newest {
		d.Cards = append(d.Cards, newCard(c, p))
	}
	page := web.Page{View: "cms/shop/home", Title: t.Tagline, Description: firstOf(t.HeroText, t.Tagline), D: d, Wide: true, Canonical: c.Absolute("/")}
	s.describe(c, t, &page)
	return c.Render(page)
}

func newCard(c *web.Context, p catalogtype.Card) card {
	out := card{Card: p, URL: c.URL("/products/" + p.Slug), From: p.PriceTo.Minor > p.Price.Minor}
	if p.Picture != "" {
		out.Image = c.URL(p.Picture)
		out.Srcset = p.Sizes.Srcset(c.URL, p.Large, p.Width)
	}
	if p.Hover != "" {
		out.HoverURL = c.URL(p.Hover)
	}
	if off := reduction(p.Price, p.CompareAt); off > 0 {
		out.CompareAt, out.Badge, out.BadgeKind = p.CompareAt, c.T("−%d%%", off), "sale"
	}
	return out
}

// reduction is how many whole per cent the price lies below the one before, rounded down: never more than is true.
func reduction(price, before money.Amount) int {
	if before.Minor <= price.Minor || price.Minor < 0 {
		return 0
	}
	return int((before.Minor - price.Minor) * 100 / before.Minor)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// shopStylesheet serves the store's /theme.css. Its URL carries the version, so that it can be kept for ever.
func (s *Service) shopStylesheet(c *web.Context) error {
	now, err := s.shopOf(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("ETag", `"`+now.version+`"`)
	h.Set("Cache-Control", "public, no-cache")
	if v := c.Query("v"); v != "" && v == now.version {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if c.R.Header.Get("If-None-Match") == `"`+now.version+`"` {
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	if c.R.Method != http.MethodHead {
		_, err = c.W.Write([]byte(now.css))
	}
	return err
}

var pictureName = regexp.MustCompile(`^[0-9a-f]{64}(-[0-9]{1,5}x[0-9]{1,5}(-[0-9]{1,4})?)?\.(webp|svg)$`)

// shopPicture serves a picture of the theme. A drawing opened by itself may do nothing at all.
func (s *Service) shopPicture(c *web.Context) error {
	name := c.Param("name")
	if !pictureName.MatchString(name) {
		return problem.New(problem.NotFound, "There is no such picture.")
	}
	h := c.W.Header()
	h.Set("Content-Type", "image/webp")
	if strings.HasSuffix(name, ".svg") {
		h.Set("Content-Type", "image/svg+xml")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	return serveFile(c, filepath.Join("site", name)) // see AddPicture
}

// shopPage answers /<slug> with a content page.
func (s *Service) shopPage(c *web.Context) error {
	slug := strings.Trim(strings.TrimPrefix(c.R.URL.Path, c.Prefix), "/")
	p, err := publishedPage(c.Ctx(), c.Store, slug)
	if problem.Is(err, problem.NotFound) {
		if moved, err := s.redirected(c); moved || err != nil {
			return err
		}
		if stands, err := s.shopStanding(c, slug); stands || err != nil {
			return err
		}
		return problem.New(problem.NotFound, "There is nothing at this address. It may have moved, or the link may be mistyped.")
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		View: "cms/shop/page", Title: p.Title, Description: p.Description, D: p, Canonical: c.Absolute("/" + p.Slug),
		Crumbs: []web.Link{{Label: c.T("Home"), URL: c.URL("/")}, {Label: p.Title}},
	})
}
