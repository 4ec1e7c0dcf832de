-- Product types: a product's type is its name (catalog_product.product_type); a row here gives the type of that name its fields.
CREATE TABLE catalog_type (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	name_key   TEXT NOT NULL,                  -- the name in small letters: letter case tells no types apart
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_type_name ON catalog_type (name_key) WHERE deleted_at IS NULL;

-- Fields belong to the store and are shared by types, so that a listing of many types has one facet, and a file one column.
CREATE TABLE catalog_field (
	id         TEXT PRIMARY KEY,
	key        TEXT NOT NULL,                  -- in files, addresses and the API
	label      TEXT NOT NULL,
	kind       TEXT NOT NULL CHECK (kind IN ('text', 'lines', 'number', 'yes_no', 'choice', 'choices', 'date', 'url')),
	unit       TEXT NOT NULL DEFAULT '',       -- of a number
	help       TEXT NOT NULL DEFAULT '',
	shown      INTEGER NOT NULL DEFAULT 1,     -- in the shop
	filterable INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER                         -- one of another kind took its place; its values stay for undoing that
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX catalog_field_key ON catalog_field (key) WHERE deleted_at IS NULL;

CREATE TABLE catalog_field_choice (
	id         TEXT PRIMARY KEY,
	field_id   TEXT NOT NULL REFERENCES catalog_field (id) ON DELETE CASCADE,
	label      TEXT NOT NULL,
	position   INTEGER NOT NULL,
	deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_field_choice_field ON catalog_field_choice (field_id, position);

CREATE TABLE catalog_type_field (
	type_id  TEXT NOT NULL REFERENCES catalog_type (id) ON DELETE CASCADE,
	field_id TEXT NOT NULL REFERENCES catalog_field (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	required INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (type_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_type_field_field ON catalog_type_field (field_id);

-- What products say in fields: one row for a field, or one for each of several choices. Which column counts follows from the field's kind.
CREATE TABLE catalog_value (
	product_id TEXT NOT NULL REFERENCES catalog_product (id) ON DELETE CASCADE,
	field_id   TEXT NOT NULL REFERENCES catalog_field (id) ON DELETE CASCADE,
	position   INTEGER NOT NULL DEFAULT 0,
	text       TEXT,                           -- text, lines, url; date as ISO 8601
	number     INTEGER,                        -- millionths; of yes_no 1 or 0
	choice_id  TEXT REFERENCES catalog_field_choice (id),
	PRIMARY KEY (product_id, field_id, position),
	CHECK ((text IS NOT NULL) + (number IS NOT NULL) + (choice_id IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_value_field ON catalog_value (field_id, number);
CREATE INDEX catalog_value_choice ON catalog_value (choice_id) WHERE choice_id IS NOT NULL;
