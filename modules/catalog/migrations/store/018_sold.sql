-- What sells: a product's place among those of which most pieces sold in the last 90 days, 1 for the best. Equal figures share a place; what did not sell has no row.
-- A job makes it of the orders, at most once an hour.
CREATE TABLE catalog_sold (
	product_id TEXT PRIMARY KEY,
	place      INTEGER NOT NULL CHECK (place > 0)
) STRICT, WITHOUT ROWID;
-- A category whose products stand in that order. Its sort is what a release that does not know of it goes by.
ALTER TABLE catalog_category ADD COLUMN best_selling INTEGER NOT NULL DEFAULT 0;

-- Until when a rule with days ("in the last 30 days") makes a product a member; NULL is for ever. Readers leave out what has ended.
ALTER TABLE catalog_category_product ADD COLUMN until INTEGER;
CREATE INDEX catalog_category_product_until ON catalog_category_product (until) WHERE until IS NOT NULL;

-- From when and until when shoppers see a category, by themselves; NULL is always.
ALTER TABLE catalog_category ADD COLUMN publish_at INTEGER;
ALTER TABLE catalog_category ADD COLUMN unpublish_at INTEGER;
