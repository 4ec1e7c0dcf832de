-- Widths in which a picture is kept besides its whole, where it is cropped, and what it shows.
ALTER TABLE catalog_media ADD COLUMN sizes INTEGER NOT NULL DEFAULT 0;    -- bits: 1 is 200 pixels wide, 2 is 400, 4 is 800, 8 is 1200
ALTER TABLE catalog_media ADD COLUMN sized INTEGER NOT NULL DEFAULT 0;    -- 1: nothing is left to be made
ALTER TABLE catalog_media ADD COLUMN focus_x INTEGER NOT NULL DEFAULT 50; -- per cent from the left
ALTER TABLE catalog_media ADD COLUMN focus_y INTEGER NOT NULL DEFAULT 50; -- per cent from the top
ALTER TABLE catalog_media ADD COLUMN alt TEXT NOT NULL DEFAULT '';        -- with which it is put into further products
UPDATE catalog_media SET sizes = 2 WHERE small = 1;
CREATE INDEX catalog_media_unsized ON catalog_media (hash) WHERE sized = 0;
CREATE INDEX catalog_media_created ON catalog_media (created_at, hash);
CREATE INDEX catalog_category_media ON catalog_category (media_hash);

-- Pictures that are there already get their sizes by the job that makes those of new ones: when the store is next written to.
INSERT INTO job (id, kind, state, dedupe_key, actor, run_at, max_attempts, created_at)
	SELECT '00000000-0000-7000-8000-' || lower(hex(randomblob(6))), 'catalog.size-pictures', 'queued', 'migration', '', at, 5, at
	FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS at) WHERE EXISTS (SELECT 1 FROM catalog_media);
