package catalog

import (
	"context"
	"database/sql"
	"fmt"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

const productColumns = `p.seq, p.id, p.handle, p.slug, p.title, p.body_source, p.body_html, p.brand, p.product_type, p.category_text, p.status,
	p.published_at, p.unpublish_at, p.gift_card, p.seo_title, p.seo_description, p.options, p.import_data, p.position,
	p.price_min, p.price_max, p.compare_at, p.variants, p.created_at, p.updated_at, p.deleted_at,
	(SELECT json_group_array(tag) FROM (SELECT tag FROM catalog_product_tag WHERE product_id = p.id ORDER BY position)),
	(SELECT json_group_array(category_id) FROM catalog_category_product WHERE product_id = p.id AND by_rule = 0),
	` + valueColumn + ", " + safetyColumn

func scanProduct(rows *sql.Rows, p *Product) error {
	return rows.Scan(&p.Seq, &p.ID, &p.Handle, &p.Slug, &p.Title, &p.BodySource, &p.BodyHTML, &p.Brand, &p.Type, &p.CategoryText, &p.Status,
		&p.PublishedAt, &p.UnpublishAt, &p.GiftCard, &p.SEOTitle, &p.SEODescription, jsonColumn{&p.Options}, &p.ImportData, &p.Position,
		&p.PriceMin, &p.PriceMax, &p.CompareAt, &p.VariantCount, &p.CreatedAt, &p.UpdatedAt, &p.DeletedAt,
		jsonColumn{&p.Tags}, jsonColumn{&p.Categories}, valueScan{&p.Fields}, jsonColumn{&p.Safety})
}

const variantColumns = `id, product_id, position, option1, option2, option3, sku, barcode, price, compare_at, cost, grams, weight_unit, content, content_unit,
	requires_shipping, taxable, tax_class, tracker, fulfilment, COALESCE(image_id, ''), import_data, created_at, updated_at`

func scanVariant(rows *sql.Rows, v *Variant) error {
	return rows.Scan(&v.ID, &v.ProductID, &v.Position, &v.Values[0], &v.Values[1], &v.Values[2], &v.SKU, &v.Barcode, &v.Price, &v.CompareAt, &v.Cost,
		&v.Grams, &v.WeightUnit, &v.Content.Thousandths, &v.Content.Unit, &v.RequiresShipping, &v.Taxable, &v.TaxClass, &v.Tracker, &v.Fulfilment, &v.ImageID, &v.ImportData, &v.CreatedAt, &v.UpdatedAt)
}

const imageColumns = `i.id, i.product_id, i.position, COALESCE(i.media_hash, ''), i.source_url, i.problem, i.alt, i.import_data, i.created_at,
	COALESCE(m.width, 0), COALESCE(m.height, 0), COALESCE(m.sizes, 0), COALESCE(m.focus_x, 50), COALESCE(m.focus_y, 50)`

func scanImage(rows *sql.Rows, i *Image) error {
	return rows.Scan(&i.ID, &i.ProductID, &i.Position, &i.Hash, &i.SourceURL, &i.Problem, &i.Alt, &i.ImportData, &i.CreatedAt, &i.Width, &i.Height, &i.Sizes, &i.FocusX, &i.FocusY)
}

// products reads whole products in three queries, whatever their number. tail is what follows "FROM catalog_product p".
func products(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]Product, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+productColumns+" FROM catalog_product p "+tail, args...)
	list, err := collect(rows, err, scanProduct)
	if err != nil {
		return nil, fmt.Errorf("read products: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	ids, at := make([]string, len(list)), make(map[string]*Product, len(list))
	for i := range list {
		ids[i], at[list[i].ID] = list[i].ID, &list[i]
	}
	rows, err = st.QueryContext(ctx, `SELECT `+variantColumns+` FROM catalog_variant
		WHERE product_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY product_id, position, id`, idList(ids))
	variants, err := collect(rows, err, scanVariant)
	if err != nil {
		return nil, fmt.Errorf("read variants: %w", err)
	}
	for _, v := range variants {
		at[v.ProductID].Variants = append(at[v.ProductID].Variants, v)
	}
	rows, err = st.QueryContext(ctx, `SELECT `+imageColumns+` FROM catalog_image i LEFT JOIN catalog_media m ON m.hash = i.media_hash
		WHERE i.product_id IN (SELECT value FROM json_each(?)) AND i.deleted_at IS NULL ORDER BY i.product_id, i.position, i.id`, idList(ids))
	images, err := collect(rows, err, scanImage)
	if err != nil {
		return nil, fmt.Errorf("read images: %w", err)
	}
	for _, i := range images {
		at[i.ProductID].Images = append(at[i.ProductID].Images, i)
	}
	return list, nil
}

func one(list []Product, err error) (*Product, error) {
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem.New(problem.NotFound, "This product does not exist.")
	}
	return &list[0], nil
}

// Product reads a living product with all that belongs to it; problem.NotFound otherwise.
func (s *Service) Product(ctx context.Context, st *tenant.Store, id string) (*Product, error) {
	return one(products(ctx, st, "WHERE p.id = ? AND p.deleted_at IS NULL", id))
}

// ProductBySlug reads a living product of any status by its address; problem.NotFound otherwise. Shops ask InShop.
func (s *Service) ProductBySlug(ctx context.Context, st *tenant.Store, slug string) (*Product, error) {
	return one(products(ctx, st, "WHERE p.slug = ? AND p.deleted_at IS NULL", slug))
}

// ProductByHandle reads a living product by its identity in files; problem.NotFound otherwise.
func (s *Service) ProductByHandle(ctx context.Context, st *tenant.Store, handle string) (*Product, error) {
	return one(products(ctx, st, "WHERE p.handle = ? AND p.deleted_at IS NULL", handle))
}

// ProductsByID reads living products, in no particular order; unknown ids are left out.
func (s *Service) ProductsByID(ctx context.Context, st *tenant.Store, ids []string) ([]Product, error) {
	return products(ctx, st, "WHERE p.id IN (SELECT value FROM json_each(?)) AND p.deleted_at IS NULL", idList(ids))
}

// ProductsByHandle reads living products, in no particular order; unknown handles are left out.
func (s *Service) ProductsByHandle(ctx context.Context, st *tenant.Store, handles []string) ([]Product, error) {
	return products(ctx, st, "WHERE p.handle IN (SELECT value FROM json_each(?)) AND p.deleted_at IS NULL", idList(handles))
}

// ProductsAfter reads the next living products in order of creation: those with a Seq above after, at most limit. It walks a whole
// catalogue without holding it in memory.
func (s *Service) ProductsAfter(ctx context.Context, st *tenant.Store, after int64, limit int) ([]Product, error) {
	return products(ctx, st, "WHERE p.seq > ? AND p.deleted_at IS NULL ORDER BY p.seq LIMIT ?", after, limit)
}
