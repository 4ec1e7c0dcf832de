package catalog

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/limit"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
)

// shopRoutes are the catalogue's pages in the shop.
func (s *Service) shopRoutes(r *app.Router) {
	listing := app.Cached(listingParameters...)
	r.Shop("GET", "/products", permission.Public, s.shopEverything, listing)
	r.Shop("GET", "/products/:slug", permission.Public, s.shopProduct, app.Cached("variant"))
	r.Shop("GET", "/categories/:slug", permission.Public, s.shopCategory, listing)
	r.Shop("GET", "/brands", permission.Public, s.shopBrands, app.Cached())
	r.Shop("GET", "/brands/:slug", permission.Public, s.shopBrand, listing)
	r.Shop("GET", "/search-suggestions", permission.Public, s.shopSuggestions, app.Limit(limit.Search))
	r.Shop("GET", "/search", permission.Public, s.shopSearch, app.Limit(limit.Search))
}

func (s *Service) shopEverything(c *web.Context) error {
	return s.shopListing(c, ListingInput{})
}

func (s *Service) shopCategory(c *web.Context) error {
	return s.shopListing(c, ListingInput{Slug: c.Param("slug")})
}

func (s *Service) shopSearch(c *web.Context) error {
	q := c.Search()
	if q == "" {
		return s.renderSearchStart(c)
	}
	return s.shopListing(c, ListingInput{Query: q})
}

func (s *Service) shopListing(c *web.Context, in ListingInput) error {
	q := listingQuery(c.R.URL.Query(), in.Query)
	in.Filters = filtersOf(q, c.Store.Currency())
	in.Page, _ = strconv.Atoi(q.Get("page"))
	in.Page = min(max(in.Page, 1), 10_000)
	l, err := s.Listing(c.Ctx(), c.Store, in)
	if problem.Is(err, problem.NotFound) && in.Brand != "" {
		return s.renderFormerBrand(c, in.Brand, err)
	}
	if problem.Is(err, problem.NotFound) {
		return s.renderElsewhere(c, "/categories/", s.CategoryWhereabouts, err)
	}
	if err != nil {
		return err
	}
	if in.Page > 1 && in.Page > l.Pages { // a page that is no longer there: the last one is
		if l.Pages < 2 {
			q.Del("page")
		} else {
			q.Set("page", strconv.Itoa(l.Pages))
		}
		return c.Redirect(withQuery(strings.TrimPrefix(c.R.URL.Path, c.Prefix), q))
	}
	c.ValidUntil(l.Until)
	d := newListingView(c, l, in, q)
	if l.Whole == 0 {
		if d.Suggestions, err = s.suggestions(c); err != nil {
			return err
		}
	}
	return c.Render(web.Page{
		View: "catalog/shop/listing", Title: d.Title, Description: d.Description, D: d, Crumbs: d.crumbs,
		NoIndex: in.Query != "" || in.Filters.Any(), Canonical: d.canonical, LinkedData: d.about,
	})
}

// renderSearchStart answers with the search page before anything was searched for.
func (s *Service) renderSearchStart(c *web.Context) error {
	cards, err := s.suggestions(c)
	if err != nil {
		return err
	}
	return c.Render(web.Page{View: "catalog/shop/search", Title: c.T("Search"), D: cards, NoIndex: true})
}

// suggestions are products for somebody who found nothing.
func (s *Service) suggestions(c *web.Context) ([]cardView, error) {
	l, err := s.Listing(c.Ctx(), c.Store, ListingInput{Filters: Filters{Sort: "newest"}})
	if err != nil {
		return nil, err
	}
	c.ValidUntil(l.Until)
	return cardViews(c, l.Cards[:min(4, len(l.Cards))]), nil
}

// renderGone answers 404 or 410 with a way on: a product that was sold out of existence is no reason to leave.
func (s *Service) renderGone(c *web.Context, cause error) error {
	cards, err := s.suggestions(c)
	if err != nil {
		return err
	}
	message, status := "There is nothing at this address. It may have moved, or the link may be mistyped.", http.StatusNotFound
	if e, ok := cause.(*problem.Error); ok {
		message, status = e.Message, e.Code.Status()
	}
	return c.Render(web.Page{
		View: "catalog/shop/gone", Status: status, Title: c.T("Not found"), NoIndex: true,
		D: goneView{Status: status, Message: c.T(message), Cards: cards},
	})
}

type goneView struct {
	Status  int
	Message string
	Cards   []cardView
}

func (s *Service) shopProduct(c *web.Context) error {
	v, err := s.ShopProduct(c.Ctx(), c.Store, c.Param("slug"), c.Query("variant"))
	if problem.Is(err, problem.NotFound) {
		return s.renderElsewhere(c, "/products/", s.ProductWhereabouts, notInShop)
	}
	if err != nil {
		return err
	}
	c.ValidUntil(v.Until)
	d := newProductView(c, v)
	p := v.Product
	title, description := p.SEOTitle, p.SEODescription
	if title == "" {
		title = p.Title
	}
	if description == "" {
		description = summary(p.BodyHTML, 160)
	}
	page := web.Page{View: "catalog/shop/product", Title: title, Description: description, D: d, Crumbs: d.crumbs, Canonical: c.Absolute("/products/" + p.Slug), Kind: "product"}
	if d.Delivery != nil {
		d.returns = s.returns(c.Store, d.Delivery.Country)
	}
	d.describe(c, &page)
	return c.Render(page)
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// summary is the beginning of HTML as plain text of at most n characters, cut between words.
func summary(html string, n int) string {
	text := PlainText(html)
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:–-") + "…"
}
