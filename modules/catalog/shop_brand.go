package catalog

import (
	"context"
	"slices"

	"wizamart/framework/web"
	"wizamart/tenant"
)

// brandSlugs are the addresses of the shelf's brands, by number.
func (f *shelf) brandSlugs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.slugs == nil {
		f.slugs = make([]string, len(f.brands))
		for i, b := range f.brands {
			f.slugs[i] = BrandSlug(b)
		}
	}
	return f.slugs
}

// ofBrand lists the products of a brand, and its spellings.
func (f *shelf) ofBrand(slug string) (list []int32, counts []brandCount) {
	slugs := f.brandSlugs()
	if !slices.Contains(slugs, slug) {
		return nil, nil
	}
	products := make([]int, len(slugs))
	for i := range f.products {
		if b := f.products[i].brand; b >= 0 && slugs[b] == slug {
			list = append(list, int32(i))
			products[b]++
		}
	}
	for i, n := range products {
		if n > 0 {
			counts = append(counts, brandCount{name: f.brands[i], products: n})
		}
	}
	return list, counts
}

// brandListing finds the products of a brand and what the shop says of it; problem.NotFound where the shop has none.
func (l *Listing) brandListing(ctx context.Context, st *tenant.Store, f *shelf, slug string) ([]int32, error) {
	list, counts := f.ofBrand(slug)
	brands := brandsOf(counts)
	if len(brands) == 0 {
		return nil, noBrand
	}
	l.Brand = &brands[0]
	return list, describeBrands(ctx, st, brands[:1])
}

func (s *Service) shopBrand(c *web.Context) error {
	return s.shopListing(c, ListingInput{Brand: c.Param("slug")})
}

// renderFormerBrand leads from the address that a brand had to the one that it has; otherwise it is not found.
func (s *Service) renderFormerBrand(c *web.Context, slug string, cause error) error {
	brands, err := s.brandsInShop(c.Ctx(), c.Store, s.moment())
	if err != nil {
		return err
	}
	for i := range brands {
		if slices.ContainsFunc(brands[i].Names, func(name string) bool { return formerBrandSlug(name) == slug }) {
			return c.Moved(withQuery("/brands/"+brands[i].Slug, c.R.URL.Query()))
		}
	}
	return s.renderGone(c, cause)
}

// brandTile is a brand in the list of all.
type brandTile struct {
	Name, URL, Logo string
	Width, Height   int
	Products        int
}

func (s *Service) shopBrands(c *web.Context) error {
	brands, err := s.brandsInShop(c.Ctx(), c.Store, s.moment())
	if err != nil {
		return err
	}
	var d []brandTile
	for i := range brands {
		b := &brands[i]
		t := brandTile{Name: b.Name, URL: c.URL("/brands/" + b.Slug), Products: b.Products, Width: b.Logo.Width, Height: b.Logo.Height}
		if b.Logo.Hash != "" {
			t.Logo = c.URL(b.Logo.SmallURL())
		}
		d = append(d, t)
	}
	return c.Render(web.Page{
		View: "catalog/shop/brands", Title: c.T("Brands"), D: d, Canonical: c.Absolute("/brands"), NoIndex: len(d) == 0,
		Crumbs: []web.Link{{Label: c.T("Home"), URL: c.URL("/")}, {Label: c.T("Brands")}},
	})
}

// brand is what the listing of a brand shows besides its products.
func (d *listingView) brand(c *web.Context, b *Brand) {
	d.Title, d.Text, d.Description = b.Name, b.TextHTML, summary(b.TextHTML, 160)
	d.crumbs = append(d.crumbs, web.Link{Label: c.T("Brands"), URL: c.URL("/brands")})
	d.about = map[string]any{"@context": "https://schema.org", "@type": "Brand", "name": b.Name, "url": c.Absolute("/brands/" + b.Slug)}
	said(d.about, "description", d.Description)
	if b.Logo.Hash != "" {
		d.Logo = brandTile{Name: b.Name, Logo: c.URL(b.Logo.SmallURL()), Width: b.Logo.Width, Height: b.Logo.Height}
		d.about["logo"] = c.Absolute(b.Logo.URL())
	}
}
