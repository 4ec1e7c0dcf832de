-- The words of catalog_search, to find what comes closest to a misspelt one.
CREATE VIRTUAL TABLE catalog_search_term USING fts5vocab('catalog_search', 'row');
CREATE INDEX catalog_variant_sku_nocase ON catalog_variant (sku COLLATE NOCASE) WHERE sku <> '' AND deleted_at IS NULL;
