-- What a shop says of a brand. The brand itself is the text that products hold: slug is made of it.
CREATE TABLE catalog_brand (
	slug        TEXT PRIMARY KEY,
	text_source TEXT NOT NULL DEFAULT '',       -- HTML as given
	text_html   TEXT NOT NULL DEFAULT '',       -- sanitised
	media_hash  TEXT REFERENCES catalog_media (hash),
	updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What takes an action of the dashboard back, for a day.
CREATE TABLE catalog_undo (
	id         TEXT PRIMARY KEY,
	kind       TEXT NOT NULL,                   -- products, categories
	state      TEXT NOT NULL,                   -- JSON: what was before, and which version came of it
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX catalog_undo_created ON catalog_undo (created_at);
