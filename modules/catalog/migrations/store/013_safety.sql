-- Product safety (Regulation (EU) 2023/988, article 19). Who answers for products: manufacturers, and the responsible persons in the Union of those outside.
CREATE TABLE catalog_party (
	id                   TEXT PRIMARY KEY,
	name                 TEXT NOT NULL,
	address              TEXT NOT NULL,             -- postal, lines as on an envelope, without the country
	country              TEXT NOT NULL,             -- ISO 3166-1 alpha-2
	contact              TEXT NOT NULL,             -- electronic address: e-mail or web
	default_manufacturer INTEGER NOT NULL DEFAULT 0, -- of products that name none
	default_responsible  INTEGER NOT NULL DEFAULT 0,
	created_at           INTEGER NOT NULL,
	updated_at           INTEGER NOT NULL,
	deleted_at           INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE catalog_safety (
	product_id      TEXT PRIMARY KEY REFERENCES catalog_product (id) ON DELETE CASCADE,
	manufacturer_id TEXT REFERENCES catalog_party (id), -- NULL: the store's default
	responsible_id  TEXT REFERENCES catalog_party (id), -- NULL: the store's default
	model           TEXT NOT NULL DEFAULT '',
	batch           TEXT NOT NULL DEFAULT '',
	serial          TEXT NOT NULL DEFAULT '',
	warnings        TEXT NOT NULL DEFAULT ''            -- and safety information, plain text of several lines
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_safety_manufacturer ON catalog_safety (manufacturer_id) WHERE manufacturer_id IS NOT NULL;
CREATE INDEX catalog_safety_responsible ON catalog_safety (responsible_id) WHERE responsible_id IS NOT NULL;
