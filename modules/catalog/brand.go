package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Brand is what products have in common that hold the same text as their brand. Spellings with the same slug are one brand.
type Brand struct {
	Slug       string
	Name       string // the spelling that most products have
	Names      []string
	Products   int
	TextSource string // HTML as given
	TextHTML   string // sanitised
	Logo       Media  // its Hash is "" where there is none
	UpdatedAt  database.Time
}

// endSigns are the signs at the end of a word that tell brands apart, which addresses would leave out.
var endSigns = regexp.MustCompile(`([\p{L}\p{N}])([+#]+)(\s|$)`)

// BrandSlug is the address of a brand: "Fjell & Co" is "fjell-and-co", "C++" is "c-plus-plus" and "C#" is "c-sharp". A name without a letter or digit has one made
// of what it is, so that no two brands share one.
func BrandSlug(name string) string {
	spelled := endSigns.ReplaceAllStringFunc(name, func(end string) string {
		return strings.NewReplacer("+", " plus", "#", " sharp").Replace(end)
	})
	if slug := MakeSlug(spelled, ""); slug != "" {
		return slug
	}
	return "brand-" + hash([]byte(name))[:8]
}

// formerBrandSlug is the address that a brand had before signs were part of it.
func formerBrandSlug(name string) string { return MakeSlug(name, "brand") }

var noBrand = problem.New(problem.NotFound, "There is nothing of this brand in the shop.")

// brandCount is a spelling with how many products have it, and when the last of them changed.
type brandCount struct {
	name     string
	products int
	changed  database.Time
}

// brandsOf puts spellings together, most products first in each, in the order of their names.
func brandsOf(counts []brandCount) []Brand {
	at := map[string]int{}
	var out []Brand
	slices.SortStableFunc(counts, func(a, b brandCount) int {
		return cmp.Or(cmp.Compare(b.products, a.products), cmp.Compare(a.name, b.name))
	})
	for _, c := range counts {
		slug := BrandSlug(c.name)
		i, ok := at[slug]
		if !ok {
			i = len(out)
			at[slug], out = i, append(out, Brand{Slug: slug, Name: c.name})
		}
		b := &out[i]
		b.Names, b.Products = append(b.Names, c.name), b.Products+c.products
		if c.changed.After(b.UpdatedAt.Time) {
			b.UpdatedAt = c.changed
		}
	}
	slices.SortFunc(out, func(a, b Brand) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Slug, b.Slug))
	})
	return out
}

const brandRows = `SELECT b.slug, b.text_source, b.text_html, b.updated_at, COALESCE(m.hash, ''), COALESCE(m.width, 0), COALESCE(m.height, 0), COALESCE(m.sizes, 0), COALESCE(m.alt, '')
	FROM catalog_brand b LEFT JOIN catalog_media m ON m.hash = b.media_hash `

// describeBrands fills in what the store says of brands.
func describeBrands(ctx context.Context, st *tenant.Store, list []Brand) error {
	if len(list) == 0 {
		return nil
	}
	slugs := make([]string, len(list))
	for i := range list {
		slugs[i] = list[i].Slug
	}
	rows, err := st.QueryContext(ctx, brandRows+"WHERE b.slug IN (SELECT value FROM json_each(?))", idList(slugs))
	records, err := collect(rows, err, func(r *sql.Rows, b *Brand) error {
		return r.Scan(&b.Slug, &b.TextSource, &b.TextHTML, &b.UpdatedAt, &b.Logo.Hash, &b.Logo.Width, &b.Logo.Height, &b.Logo.Sizes, &b.Logo.Alt)
	})
	if err != nil {
		return wrap("read what is said of brands", err)
	}
	for i := range list {
		for _, r := range records {
			if b := &list[i]; r.Slug == b.Slug {
				b.TextSource, b.TextHTML, b.Logo = r.TextSource, r.TextHTML, r.Logo
				if r.UpdatedAt.After(b.UpdatedAt.Time) {
					b.UpdatedAt = r.UpdatedAt
				}
			}
		}
	}
	return nil
}

// BrandList lists the brands of all living products, for merchants.
func (s *Service) BrandList(ctx context.Context, st *tenant.Store) ([]Brand, error) {
	return s.brandList(ctx, st, "deleted_at IS NULL")
}

// brandsInShop lists the brands of what is in the shop at a time.
func (s *Service) brandsInShop(ctx context.Context, st *tenant.Store, now database.Time) ([]Brand, error) {
	return s.brandList(ctx, st, inShop, now)
}

func (s *Service) brandList(ctx context.Context, st *tenant.Store, where string, args ...any) ([]Brand, error) {
	rows, err := st.QueryContext(ctx, "SELECT brand, count(*), max(max(updated_at, COALESCE(published_at, 0))) FROM catalog_product p WHERE "+where+" AND brand <> '' GROUP BY brand", args...)
	counts, err := collect(rows, err, func(r *sql.Rows, c *brandCount) error { return r.Scan(&c.name, &c.products, &c.changed) })
	if err != nil {
		return nil, wrap("read the brands", err)
	}
	list := brandsOf(counts)
	return list, describeBrands(ctx, st, list)
}

// Brand is one of BrandList; problem.NotFound where no product has it.
func (s *Service) Brand(ctx context.Context, st *tenant.Store, slug string) (*Brand, error) {
	list, err := s.BrandList(ctx, st)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Slug == slug {
			return &list[i], nil
		}
	}
	return nil, problem.New(problem.NotFound, "No product has this brand.")
}

// BrandChange is what may be said of a brand; what is nil stays as it is.
type BrandChange struct {
	Text *string // HTML
	Logo *string // hash of a picture of the store; "" for none
}

// DescribeBrand says something of a brand.
func (s *Service) DescribeBrand(ctx context.Context, st *tenant.Store, slug string, in BrandChange) (*Brand, error) {
	var out *Brand
	err := st.Write(ctx, func(tx *tenant.Store) error {
		was, err := s.Brand(ctx, tx, slug)
		if err != nil {
			return err
		}
		is := *was
		put(&is.TextSource, in.Text)
		put(&is.Logo.Hash, in.Logo)
		if len(is.TextSource) > MaxBody {
			return problem.On("text", "The text is larger than %d kB.", MaxBody>>10)
		}
		is.TextHTML, is.UpdatedAt, out = Sanitise(is.TextSource), database.Now(), &is
		if is.TextSource == was.TextSource && is.Logo.Hash == was.Logo.Hash {
			return nil
		}
		var logo any
		if is.Logo.Hash != "" {
			logo = is.Logo.Hash
			picture, err := s.Picture(ctx, tx, is.Logo.Hash)
			if problem.Is(err, problem.NotFound) {
				return problem.On("logo", "This picture does not exist.")
			}
			if err != nil {
				return err
			}
			is.Logo = picture.Media
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO catalog_brand (slug, text_source, text_html, media_hash, updated_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (slug) DO UPDATE SET text_source = excluded.text_source, text_html = excluded.text_html, media_hash = excluded.media_hash, updated_at = excluded.updated_at`,
			slug, is.TextSource, is.TextHTML, logo, is.UpdatedAt)
		if err != nil {
			return wrap("save what is said of a brand", err)
		}
		return record(ctx, tx, "catalog.brand.updated", "brand", slug, is.Name, was.view(), is.view())
	})
	return out, err
}

func (b *Brand) view() map[string]any {
	return map[string]any{"text": b.TextSource, "logo": b.Logo.Hash}
}
