-- What is published next is asked for whenever a page is put into the page cache.
CREATE INDEX catalog_product_published ON catalog_product (published_at) WHERE deleted_at IS NULL AND status = 'active';
