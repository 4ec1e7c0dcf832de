package catalog

import (
	"context"
	"slices"

	"wizamart/framework/database"
	"wizamart/tenant"
)

func insertProduct(ctx context.Context, tx *tenant.Store, p *Product) error {
	options, err := jsonText(p.Options)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO catalog_product (id, handle, slug, title, body_source, body_html, brand, product_type, category_text,
		status, published_at, unpublish_at, gift_card, seo_title, seo_description, options, import_data, position, price_min, price_max, compare_at, variants, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.ID, p.Handle, p.Slug, p.Title, p.BodySource, p.BodyHTML, p.Brand, p.Type, p.CategoryText, p.Status, p.PublishedAt, p.UnpublishAt, p.GiftCard,
		p.SEOTitle, p.SEODescription, options, p.ImportData, p.Position, p.PriceMin, p.PriceMax, p.CompareAt, p.VariantCount, p.CreatedAt, p.UpdatedAt)
	if err != nil {
		return wrap("insert the product", err)
	}
	p.Seq, err = res.LastInsertId()
	return err
}

func updateProduct(ctx context.Context, tx *tenant.Store, p *Product) error {
	options, err := jsonText(p.Options)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE catalog_product SET handle = ?, slug = ?, title = ?, body_source = ?, body_html = ?, brand = ?, product_type = ?,
		category_text = ?, status = ?, published_at = ?, unpublish_at = ?, gift_card = ?, seo_title = ?, seo_description = ?, options = ?, import_data = ?, position = ?,
		price_min = ?, price_max = ?, compare_at = ?, variants = ?, updated_at = ? WHERE id = ?`,
		p.Handle, p.Slug, p.Title, p.BodySource, p.BodyHTML, p.Brand, p.Type, p.CategoryText, p.Status, p.PublishedAt, p.UnpublishAt, p.GiftCard,
		p.SEOTitle, p.SEODescription, options, p.ImportData, p.Position, p.PriceMin, p.PriceMax, p.CompareAt, p.VariantCount, p.UpdatedAt, p.ID)
	return wrap("update the product", err)
}

func saveTags(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	if slices.Equal(before.Tags, p.Tags) {
		return nil
	}
	if len(before.Tags) > 0 {
		if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_product_tag WHERE product_id = ?", p.ID); err != nil {
			return wrap("clear the tags", err)
		}
	}
	for i, t := range p.Tags {
		if _, err := tx.ExecContext(ctx, "INSERT INTO catalog_product_tag (product_id, tag, position) VALUES (?, ?, ?)", p.ID, t, i); err != nil {
			return wrap("insert a tag", err)
		}
	}
	return nil
}

func saveImages(ctx context.Context, tx *tenant.Store, before, p *Product, now database.Time) error {
	for i := range before.Images {
		if p.Image(before.Images[i].ID) == nil {
			if _, err := tx.ExecContext(ctx, "UPDATE catalog_image SET deleted_at = ? WHERE id = ?", now, before.Images[i].ID); err != nil {
				return wrap("delete an image", err)
			}
		}
	}
	for i := range p.Images {
		im := &p.Images[i]
		var hash any
		if im.Hash != "" {
			hash = im.Hash
		}
		if old := before.Image(im.ID); old == nil {
			im.CreatedAt = now
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO catalog_image (id, product_id, position, media_hash, source_url, problem, alt, import_data, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET position = excluded.position, media_hash = excluded.media_hash,
			source_url = excluded.source_url, problem = excluded.problem, alt = excluded.alt, import_data = excluded.import_data, deleted_at = NULL
			WHERE product_id = excluded.product_id`,
			im.ID, p.ID, im.Position, hash, im.SourceURL, im.Problem, im.Alt, im.ImportData, im.CreatedAt)
		if err != nil {
			return wrap("save an image", err)
		}
	}
	return nil
}
