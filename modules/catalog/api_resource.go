package catalog

import (
	"time"

	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
)

// productResource is a product as programs see it.
type productResource struct {
	ID             string            `json:"id" doc:"UUIDv7"`
	Handle         string            `json:"handle" doc:"Identity in CSV files"`
	Slug           string            `json:"slug" doc:"Address in the shop: /products/<slug>"`
	Title          string            `json:"title"`
	Body           string            `json:"body" doc:"HTML as given"`
	BodyHTML       string            `json:"body_html" doc:"The same, sanitised: what the shop shows"`
	Brand          string            `json:"brand"`
	Type           string            `json:"type"`
	Fields         map[string]any    `json:"fields" doc:"What it says in the fields of its type, by key"`
	Safety         safetyResource    `json:"safety" doc:"Regulation (EU) 2023/988, article 19"`
	Tags           []string          `json:"tags"`
	Status         Status            `json:"status" enum:"draft,active,archived"`
	PublishedAt    *time.Time        `json:"published_at,omitempty" doc:"Missing: not in the shop, even when active"`
	UnpublishAt    *time.Time        `json:"unpublish_at,omitempty" doc:"When it leaves the shop by itself; missing: never"`
	SEOTitle       string            `json:"seo_title"`
	SEODescription string            `json:"seo_description"`
	Options        []optionResource  `json:"options"`
	Variants       []variantResource `json:"variants"`
	Images         []imageResource   `json:"images"`
	GiftCard       bool              `json:"gift_card" doc:"Each piece that is paid becomes a gift card worth its price"`
	Categories     []string          `json:"categories" doc:"Ids of the categories it was put into by hand"`
	CreatedAt      time.Time         `json:"created_at"`
	UpdatedAt      time.Time         `json:"updated_at"`
}

type optionResource struct {
	Name   string   `json:"name" maxLength:"255"`
	Values []string `json:"values"`
}

type variantResource struct {
	ID               string        `json:"id"`
	Title            string        `json:"title" doc:"Its option values, such as Moss / L"`
	Options          []string      `json:"options" doc:"A value for each of the product's options"`
	SKU              string        `json:"sku"`
	Barcode          string        `json:"barcode"`
	Price            money.Amount  `json:"price"`
	CompareAt        *money.Amount `json:"compare_at,omitempty"`
	Cost             *money.Amount `json:"cost,omitempty"`
	Grams            int64         `json:"grams"`
	Content          string        `json:"content,omitempty" doc:"How much one piece holds"`
	RequiresShipping bool          `json:"requires_shipping"`
	Taxable          bool          `json:"taxable"`
	TaxClass         string        `json:"tax_class" doc:"Code of a tax class; empty is the standard rate"`
	ImageID          string        `json:"image_id,omitempty"`
	Tracked          bool          `json:"tracked" doc:"False: nobody counts it and it can always be sold"`
	OnHand           int           `json:"on_hand"`
	Backorder        bool          `json:"backorder"`
}

type imageResource struct {
	ID        string `json:"id"`
	URL       string `json:"url,omitempty" doc:"Path on the shop's host; missing while the picture still has to be fetched"`
	SourceURL string `json:"source_url,omitempty"`
	Alt       string `json:"alt"`
	Width     int    `json:"width" doc:"Pixels"`
	Height    int    `json:"height" doc:"Pixels"`
}

func newProductResource(p *Product, levels map[string]inventorytype.Level, currency string, types *typeSet) productResource {
	r := productResource{
		ID: p.ID, Handle: p.Handle, Slug: p.Slug, Title: p.Title, Body: p.BodySource, BodyHTML: p.BodyHTML, Brand: p.Brand, Type: p.Type, Fields: types.fieldsResource(p), Safety: safetyResource(p.Safety),
		Tags: append([]string{}, p.Tags...), Status: p.Status, SEOTitle: p.SEOTitle, SEODescription: p.SEODescription, Options: []optionResource{},
		Variants: []variantResource{}, Images: []imageResource{}, Categories: append([]string{}, p.Categories...), GiftCard: p.GiftCard, CreatedAt: p.CreatedAt.Time, UpdatedAt: p.UpdatedAt.Time,
	}
	if !p.PublishedAt.IsZero() {
		r.PublishedAt = &p.PublishedAt.Time
	}
	if !p.UnpublishAt.IsZero() {
		r.UnpublishAt = &p.UnpublishAt.Time
	}
	for _, o := range p.Options {
		r.Options = append(r.Options, optionResource{o.Name, append([]string{}, o.Values...)})
	}
	for i := range p.Variants {
		r.Variants = append(r.Variants, newVariantResource(p, &p.Variants[i], levels, currency))
	}
	for i := range p.Images {
		im := &p.Images[i]
		r.Images = append(r.Images, imageResource{im.ID, im.URL(), im.SourceURL, im.Alt, im.Width, im.Height})
	}
	return r
}

func newVariantResource(p *Product, v *Variant, levels map[string]inventorytype.Level, currency string) variantResource {
	amount := func(minor *int64) *money.Amount {
		if minor == nil {
			return nil
		}
		a := money.New(*minor, currency)
		return &a
	}
	level := levels[v.ID]
	return variantResource{
		ID: v.ID, Title: p.VariantTitle(v), Options: append([]string{}, v.Values[:len(p.Options)]...), SKU: v.SKU, Barcode: v.Barcode,
		Price: money.New(v.Price, currency), CompareAt: amount(v.CompareAt), Cost: amount(v.Cost), Grams: v.Grams, Content: v.Content.String(), RequiresShipping: v.RequiresShipping,
		Taxable: v.Taxable, TaxClass: v.TaxClass, ImageID: v.ImageID, Tracked: level.Tracked, OnHand: level.OnHand, Backorder: level.Backorder,
	}
}

// minorOf checks an amount that a program sent.
func minorOf(f *problem.Fields, field string, a money.Amount, currency string) int64 {
	f.Check(a.Currency == currency, field, "The store's currency is %s.", currency)
	f.Check(validPrice(a.Minor), field, "Enter an amount of zero or more.")
	return a.Minor
}

type categoryResource struct {
	ID          string      `json:"id"`
	ParentID    string      `json:"parent_id,omitempty"`
	Slug        string      `json:"slug"`
	Name        string      `json:"name"`
	Text        string      `json:"text" doc:"HTML as given"`
	Types       []string    `json:"types" doc:"Product types that belong by rule"`
	Tags        []string    `json:"tags" doc:"Tags whose products belong by rule"`
	Position    int         `json:"position" doc:"Among its siblings"`
	Conditions  []Condition `json:"conditions" doc:"Products that meet them belong by rule"`
	Match       string      `json:"match" enum:"all,any" doc:"How many of the conditions have to hold"`
	Sort        string      `json:"sort" doc:"Order of the products; empty is by hand"`
	PublishAt   *time.Time  `json:"publish_at,omitempty" doc:"From when shoppers see it; missing: always"`
	UnpublishAt *time.Time  `json:"unpublish_at,omitempty" doc:"From when they do not see it any more; missing: never"`
	Products    int         `json:"products" doc:"In the shop, with those of the categories below"`
}

func newCategoryResource(c *Category, products int) categoryResource {
	match := "any"
	if c.Rule.All {
		match = "all"
	}
	r := categoryResource{
		ID: c.ID, ParentID: c.ParentID, Slug: c.Slug, Name: c.Name, Text: c.TextSource, Types: append([]string{}, c.Rule.Types...), Tags: append([]string{}, c.Rule.Tags...),
		Conditions: append([]Condition{}, c.Rule.Conditions...), Match: match, Sort: c.Sort, Position: c.Position, Products: products,
	}
	if !c.PublishAt.IsZero() {
		r.PublishAt = &c.PublishAt.Time
	}
	if !c.UnpublishAt.IsZero() {
		r.UnpublishAt = &c.UnpublishAt.Time
	}
	return r
}
