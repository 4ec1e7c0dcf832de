-- Files that are sold: media/files/<hash>, below no public address. A file is on the disk, and in the replica, before its row is.
CREATE TABLE catalog_file (
	hash       TEXT PRIMARY KEY,  -- SHA-256, hex
	bytes      INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which product, or which of its variants, gives a file to its buyers.
CREATE TABLE catalog_product_file (
	id         TEXT PRIMARY KEY,
	product_id TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	variant_id TEXT NOT NULL DEFAULT '', -- '' is all of them
	hash       TEXT NOT NULL REFERENCES catalog_file (hash),
	name       TEXT NOT NULL,            -- as buyers get it
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_product_file_product ON catalog_product_file (product_id, id);
CREATE INDEX catalog_product_file_hash ON catalog_product_file (hash);
