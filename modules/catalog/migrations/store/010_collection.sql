-- The order in which a category shows its products: '' by hand (catalog_category_product.position), else a sort of listings.
ALTER TABLE catalog_category ADD COLUMN sort TEXT NOT NULL DEFAULT '' CHECK (sort IN ('', 'newest', 'price', '-price', 'title'));
-- Asked for with every piece that is sold: mostly there is none.
CREATE INDEX catalog_category_stock ON catalog_category (id) WHERE deleted_at IS NULL AND instr(rule, '"stock_') > 0;
