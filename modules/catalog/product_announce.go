package catalog

import (
	"context"
	"reflect"
	"slices"

	"wizamart/framework/audit"
	"wizamart/framework/event"
	"wizamart/tenant"
)

// view is what the audit keeps of a product, and what tells which fields changed.
func (p *Product) view() map[string]any {
	variants := map[string]any{}
	for i := range p.Variants {
		v := &p.Variants[i]
		variants[v.ID] = map[string]any{
			"title": title(v.Values[:]), "position": v.Position, "sku": v.SKU, "barcode": v.Barcode, "price": v.Price, "compare_at": v.CompareAt, "cost": v.Cost,
			"grams": v.Grams, "weight_unit": v.WeightUnit, "content": v.Content.String(), "requires_shipping": v.RequiresShipping, "taxable": v.Taxable, "tax_class": v.TaxClass, "tracker": v.Tracker,
			"fulfilment": v.Fulfilment, "image": v.ImageID,
		}
	}
	var images []any
	for i := range p.Images {
		im := &p.Images[i]
		images = append(images, map[string]any{"id": im.ID, "hash": im.Hash, "source_url": im.SourceURL, "alt": im.Alt})
	}
	return map[string]any{
		"handle": p.Handle, "slug": p.Slug, "title": p.Title, "body": p.BodySource, "brand": p.Brand, "type": p.Type, "category_text": p.CategoryText,
		"status": p.Status, "published_at": p.PublishedAt, "unpublish_at": p.UnpublishAt, "gift_card": p.GiftCard, "seo_title": p.SEOTitle, "seo_description": p.SEODescription,
		"options": p.Options, "tags": p.Tags, "categories": sorted(p.Categories), "position": p.Position, "variants": variants, "images": images,
		"fields": p.fieldsView(), "safety": p.Safety,
	}
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

// changedFields names what differs, in alphabetical order; nothing for a new product.
func (p *Product) changedFields(before *Product) []string {
	if before == nil {
		return nil
	}
	was, is := before.view(), p.view()
	var out []string
	for k := range is {
		if k != "variants" && !reflect.DeepEqual(normal(was[k]), normal(is[k])) {
			out = append(out, k)
		}
	}
	if len(before.Variants) != len(p.Variants) || slices.ContainsFunc(p.Variants, func(v Variant) bool {
		old := before.Variant(v.ID)
		return old == nil || !v.same(old)
	}) {
		out = append(out, "variants")
	}
	if slices.ContainsFunc(p.Variants, func(v Variant) bool { return v.Stock != nil }) {
		out = append(out, "stock")
	}
	if string(before.ImportData) != string(p.ImportData) || !slices.EqualFunc(before.Images, p.Images, func(a, b Image) bool {
		return string(a.ImportData) == string(b.ImportData) && a.Problem == b.Problem
	}) {
		out = append(out, "import_data")
	}
	slices.Sort(out)
	return out
}

// normal makes empty lists equal to missing ones.
func normal(v any) any {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.Len() == 0 {
		return nil
	}
	return v
}

// announce audits the change and publishes it. was is empty for a new product, is for a deleted one.
func (s *Service) announce(ctx context.Context, tx *tenant.Store, change string, p *Product, was, is map[string]any, fields []string) error {
	if err := record(ctx, tx, "catalog.product."+change, "product", p.ID, p.Title, was, is); err != nil {
		return err
	}
	_, err := event.Publish(tx.DB, event.ProductChanged{ProductID: p.ID, Change: change, Fields: fields})
	return wrap("announce the product", err)
}

// record writes an audit entry with what differs.
func record(ctx context.Context, tx *tenant.Store, action, kind, id, name string, was, is any) error {
	before, after, err := audit.Diff(was, is)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx.DB, audit.Entry{
		Action: action, SubjectKind: kind, SubjectID: id, SubjectName: name, Before: before, After: after,
	})
}
