package catalog

import (
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// Status of a product.
type Status string

const (
	Draft    Status = "draft"    // being made
	Active   Status = "active"   // in the shop, once published
	Archived Status = "archived" // no longer sold; kept for orders and reports
)

// Statuses in the order in which pages list them.
var Statuses = []Status{Active, Draft, Archived}

// Limits of a product. Characters are Unicode code points.
const (
	MaxTitle    = 255
	MaxBody     = 1 << 19 // bytes of HTML
	MaxVariants = 1000
	MaxOptions  = 3
	MaxImages   = 250
	MaxTags     = 250
	MaxGrams    = 1_000_000_000
)

// Product is a product with all that belongs to it. Prices are minor units of the store's currency.
type Product struct {
	Seq            int64
	ID             string
	Handle         string // identity in files, as given
	Slug           string // address in the shop
	Title          string
	BodySource     string // HTML as given: for editing and export, never for output
	BodyHTML       string // sanitised: what pages show. Saving makes it from BodySource
	Brand          string
	Type           string
	CategoryText   string // taxonomy path of an imported file
	Status         Status
	PublishedAt    database.Time // zero: not in the shop, even when active
	UnpublishAt    database.Time // when it leaves the shop by itself; zero is never
	GiftCard       bool
	SEOTitle       string
	SEODescription string
	Options        []Option
	ImportData     database.JSON // what an import keeps for the export; opaque here
	Position       int
	PriceMin       int64
	PriceMax       int64
	CompareAt      *int64 // of the cheapest variant
	VariantCount   int
	CreatedAt      database.Time
	UpdatedAt      database.Time
	DeletedAt      database.Time

	Safety Safety

	Tags       []string
	Categories []string     // ids it was assigned to by hand
	Variants   []Variant    // living, by position
	Images     []Image      // living, by position
	Fields     []FieldValue // what it says in fields, those of other types among them, by field
}

// Option is a way in which variants differ: option i is Variant.Values[i].
type Option struct {
	Name     string   `json:"name"`
	LinkedTo string   `json:"linked_to,omitempty"` // metafield that a file links it to
	Values   []string `json:"values"`
}

// Variant finds one by id, or nil.
func (p *Product) Variant(id string) *Variant {
	for i := range p.Variants {
		if p.Variants[i].ID == id {
			return &p.Variants[i]
		}
	}
	return nil
}

// Image finds one by id, or nil.
func (p *Product) Image(id string) *Image {
	for i := range p.Images {
		if p.Images[i].ID == id {
			return &p.Images[i]
		}
	}
	return nil
}

// Picture is the first image that can be shown, or nil.
func (p *Product) Picture() *Image {
	for i := range p.Images {
		if p.Images[i].Hash != "" {
			return &p.Images[i]
		}
	}
	return nil
}

// VariantTitle is the variant's option values, "Moss / L"; empty for a product without options.
func (p *Product) VariantTitle(v *Variant) string {
	return title(v.Values[:min(len(p.Options), MaxOptions)])
}

func title(values []string) string {
	var out []string
	for _, v := range values {
		if v != "" {
			out = append(out, v)
		}
	}
	return strings.Join(out, " / ")
}

// Validate checks the product against the rules that hold for every store. Field names are those of the
// dashboard's form; a variant's are "price-<id>" and so on.
func (p *Product) Validate() error {
	var f problem.Fields
	f.Check(strings.TrimSpace(p.Title) != "", "title", "Enter a title.")
	long := func(name, value string, limit int) {
		f.Check(utf8.RuneCountInString(value) <= limit, name, "Use at most %d characters.", limit)
	}
	long("title", p.Title, MaxTitle)
	long("brand", p.Brand, MaxTitle)
	long("type", p.Type, MaxTitle)
	long("seo_title", p.SEOTitle, MaxTitle)
	long("seo_description", p.SEODescription, 2000)
	f.Check(len(p.BodySource) <= MaxBody, "body", "The description is larger than %d kB.", MaxBody>>10)
	f.Check(ValidSlug(p.Slug), "slug", "Use letters, digits and hyphens, at most %d characters.", MaxTitle)
	f.Check(p.Handle != "", "slug", "Enter an address.")
	f.Check(p.Status == Draft || p.Status == Active || p.Status == Archived, "status", "Choose draft, active or archived.")
	f.Check(len(p.Tags) <= MaxTags, "tags", "Use at most %d tags.", MaxTags)
	for _, t := range p.Tags {
		long("tags", t, MaxTitle)
	}
	f.Check(len(p.Images) <= MaxImages, "images", "Use at most %d pictures.", MaxImages)
	p.Safety.validate(&f)
	p.validateOptions(&f)
	p.validateSchedule(&f)
	for i := range p.Variants {
		p.Variants[i].validate(&f)
	}
	return f.Err()
}

func (p *Product) validateOptions(f *problem.Fields) {
	f.Check(len(p.Options) <= MaxOptions, "options", "Use at most %d options.", MaxOptions)
	names := map[string]bool{}
	for _, o := range p.Options {
		f.Check(o.Name != "", "options", "Give each option a name.")
		f.Check(utf8.RuneCountInString(o.Name) <= MaxTitle, "options", "Use at most %d characters.", MaxTitle)
		key := strings.ToLower(o.Name)
		f.Check(!names[key], "options", "Two options are called “%s”.", o.Name)
		names[key] = true
	}
	f.Check(len(p.Variants) >= 1, "options", "A product has at least one variant.")
	f.Check(len(p.Variants) <= MaxVariants, "options", "A product has at most %d variants; these would be %d.", MaxVariants, len(p.Variants))
	seen := map[[MaxOptions]string]bool{}
	for i := range p.Variants {
		v := &p.Variants[i]
		if seen[v.Values] {
			f.Add("options", "Two variants are both “%s”.", title(v.Values[:]))
			break
		}
		seen[v.Values] = true
	}
}

// summarise sets what lists need of the variants.
func (p *Product) summarise() {
	p.VariantCount = len(p.Variants)
	p.PriceMin, p.PriceMax, p.CompareAt = 0, 0, nil
	for i := range p.Variants {
		v := &p.Variants[i]
		if i == 0 || v.Price < p.PriceMin {
			p.PriceMin, p.CompareAt = v.Price, v.CompareAt
		}
		p.PriceMax = max(p.PriceMax, v.Price)
	}
}

func validPrice(minor int64) bool { return minor >= 0 && minor <= money.MaxMinor }
