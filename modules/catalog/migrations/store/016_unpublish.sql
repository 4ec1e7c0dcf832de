-- When a product leaves the shop by itself; NULL is never. What leaves next is asked for whenever a page is put into the page cache.
ALTER TABLE catalog_product ADD COLUMN unpublish_at INTEGER;
CREATE INDEX catalog_product_unpublish ON catalog_product (unpublish_at) WHERE unpublish_at IS NOT NULL AND deleted_at IS NULL AND status = 'active';
