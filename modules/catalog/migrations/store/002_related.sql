-- A product's page finds others of its type and brand without reading the whole table.
CREATE INDEX catalog_product_type ON catalog_product (product_type) WHERE deleted_at IS NULL AND product_type <> '';
CREATE INDEX catalog_product_brand ON catalog_product (brand) WHERE deleted_at IS NULL AND brand <> '';
