-- Addresses that a product or a category had before. Whoever follows one is led to where it is now.
CREATE TABLE catalog_slug (
	kind      TEXT NOT NULL CHECK (kind IN ('product', 'category')),
	slug      TEXT NOT NULL,
	target_id TEXT NOT NULL,
	PRIMARY KEY (kind, slug)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER catalog_product_slug_before AFTER UPDATE OF slug ON catalog_product WHEN old.slug <> new.slug
BEGIN
	INSERT INTO catalog_slug (kind, slug, target_id) VALUES ('product', old.slug, old.id) ON CONFLICT DO UPDATE SET target_id = excluded.target_id;
END;
CREATE TRIGGER catalog_category_slug_before AFTER UPDATE OF slug ON catalog_category WHEN old.slug <> new.slug
BEGIN
	INSERT INTO catalog_slug (kind, slug, target_id) VALUES ('category', old.slug, old.id) ON CONFLICT DO UPDATE SET target_id = excluded.target_id;
END;
