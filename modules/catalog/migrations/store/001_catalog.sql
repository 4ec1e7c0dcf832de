-- Products. seq is the row of catalog_search; VACUUM keeps it because it is the INTEGER PRIMARY KEY.
CREATE TABLE catalog_product (
	seq             INTEGER PRIMARY KEY,
	id              TEXT NOT NULL UNIQUE,
	handle          TEXT NOT NULL,             -- identity in files, as given
	slug            TEXT NOT NULL,             -- address in the shop
	title           TEXT NOT NULL,
	body_source     TEXT NOT NULL DEFAULT '',  -- HTML as given, never shown
	body_html       TEXT NOT NULL DEFAULT '',  -- the same, sanitised when it was written
	brand           TEXT NOT NULL DEFAULT '',
	product_type    TEXT NOT NULL DEFAULT '',
	category_text   TEXT NOT NULL DEFAULT '',  -- taxonomy path of an imported file
	status          TEXT NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
	published_at    INTEGER,                   -- NULL: not in the shop, even when active
	gift_card       INTEGER NOT NULL DEFAULT 0,
	seo_title       TEXT NOT NULL DEFAULT '',
	seo_description TEXT NOT NULL DEFAULT '',
	options         TEXT NOT NULL DEFAULT '[]', -- [{name, linked_to, values}], none to three
	import_data     TEXT,
	position        INTEGER NOT NULL DEFAULT 0,
	price_min       INTEGER NOT NULL DEFAULT 0, -- of the living variants, kept by every save
	price_max       INTEGER NOT NULL DEFAULT 0,
	compare_at      INTEGER,                    -- of the cheapest variant
	variants        INTEGER NOT NULL DEFAULT 0,
	created_at      INTEGER NOT NULL,
	updated_at      INTEGER NOT NULL,
	deleted_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX catalog_product_slug ON catalog_product (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX catalog_product_handle ON catalog_product (handle) WHERE deleted_at IS NULL;
CREATE INDEX catalog_product_status ON catalog_product (status, created_at) WHERE deleted_at IS NULL;
CREATE INDEX catalog_product_updated ON catalog_product (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX catalog_product_price ON catalog_product (price_min) WHERE deleted_at IS NULL;

CREATE TABLE catalog_product_tag (
	product_id TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	tag        TEXT NOT NULL,
	position   INTEGER NOT NULL,
	PRIMARY KEY (product_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_product_tag_tag ON catalog_product_tag (tag);

CREATE TABLE catalog_variant (
	id                TEXT PRIMARY KEY,
	product_id        TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	position          INTEGER NOT NULL,
	option1           TEXT NOT NULL DEFAULT '',
	option2           TEXT NOT NULL DEFAULT '',
	option3           TEXT NOT NULL DEFAULT '',
	sku               TEXT NOT NULL DEFAULT '',
	barcode           TEXT NOT NULL DEFAULT '',
	price             INTEGER NOT NULL,
	compare_at        INTEGER,
	cost              INTEGER,
	grams             INTEGER NOT NULL DEFAULT 0,
	weight_unit       TEXT NOT NULL DEFAULT '',
	requires_shipping INTEGER NOT NULL DEFAULT 1,
	taxable           INTEGER NOT NULL DEFAULT 1,
	tracker           TEXT NOT NULL DEFAULT '',  -- who counts, as files name it; whether it counts is the stock's
	fulfilment        TEXT NOT NULL DEFAULT 'manual',
	image_id          TEXT,
	import_data       TEXT,
	created_at        INTEGER NOT NULL,
	updated_at        INTEGER NOT NULL,
	deleted_at        INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_variant_options ON catalog_variant (product_id, option1, option2, option3) WHERE deleted_at IS NULL;
CREATE INDEX catalog_variant_product ON catalog_variant (product_id, position);
CREATE INDEX catalog_variant_sku ON catalog_variant (sku) WHERE sku <> '' AND deleted_at IS NULL;
CREATE INDEX catalog_variant_barcode ON catalog_variant (barcode) WHERE barcode <> '' AND deleted_at IS NULL;

-- What a variant cost at any time, from its first price on: reductions are announced against the lowest price
-- of the last 30 days (Directive 98/6/EC, article 6a).
CREATE TABLE catalog_price_change (
	id         INTEGER PRIMARY KEY,
	variant_id TEXT NOT NULL,
	price      INTEGER NOT NULL,
	compare_at INTEGER,
	at         INTEGER NOT NULL
) STRICT;
CREATE INDEX catalog_price_change_variant ON catalog_price_change (variant_id, at);

-- Pictures as files: <hash>.webp, and <hash>-400.webp where small is 1. The file is there before the row is.
CREATE TABLE catalog_media (
	hash        TEXT PRIMARY KEY,               -- SHA-256 of <hash>.webp, hex
	source_hash TEXT NOT NULL,                  -- SHA-256 of what was uploaded
	mime        TEXT NOT NULL,
	bytes       INTEGER NOT NULL,
	width       INTEGER NOT NULL,
	height      INTEGER NOT NULL,
	small       INTEGER NOT NULL DEFAULT 0,
	created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_media_source ON catalog_media (source_hash);

CREATE TABLE catalog_image (
	id          TEXT PRIMARY KEY,
	product_id  TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	position    INTEGER NOT NULL,               -- from 1
	media_hash  TEXT REFERENCES catalog_media (hash), -- NULL while it still has to be fetched
	source_url  TEXT NOT NULL DEFAULT '',
	problem     TEXT NOT NULL DEFAULT '',       -- why it could not be fetched
	alt         TEXT NOT NULL DEFAULT '',
	import_data TEXT,
	created_at  INTEGER NOT NULL,
	deleted_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_image_product ON catalog_image (product_id, position);
CREATE INDEX catalog_image_media ON catalog_image (media_hash);
CREATE INDEX catalog_image_pending ON catalog_image (product_id) WHERE media_hash IS NULL AND deleted_at IS NULL;

CREATE TABLE catalog_category (
	id          TEXT PRIMARY KEY,
	parent_id   TEXT REFERENCES catalog_category (id),
	slug        TEXT NOT NULL,
	name        TEXT NOT NULL,
	text_source TEXT NOT NULL DEFAULT '',
	text_html   TEXT NOT NULL DEFAULT '',       -- sanitised
	media_hash  TEXT REFERENCES catalog_media (hash),
	position    INTEGER NOT NULL DEFAULT 0,
	rule        TEXT NOT NULL DEFAULT '{}',     -- {types, tags}: products with any of them belong too
	created_at  INTEGER NOT NULL,
	updated_at  INTEGER NOT NULL,
	deleted_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_category_slug ON catalog_category (slug) WHERE deleted_at IS NULL;
CREATE INDEX catalog_category_parent ON catalog_category (parent_id, position);

-- Membership, by hand and by rule: a rule's matches are written down whenever a product or the rule changes.
CREATE TABLE catalog_category_product (
	category_id TEXT NOT NULL REFERENCES catalog_category (id) ON DELETE CASCADE,
	product_id  TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	position    INTEGER NOT NULL DEFAULT 0,
	by_rule     INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (category_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_category_product_product ON catalog_category_product (product_id);

-- Contentless: the text stands in the tables above; every save writes its row anew.
CREATE VIRTUAL TABLE catalog_search USING fts5 (
	title, brand, product_type, tags, sku, body,
	content = '', contentless_delete = 1, prefix = '2 3 4',
	tokenize = "unicode61 remove_diacritics 2"
);
