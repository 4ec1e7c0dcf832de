-- Which store this file is: a file that was copied to another's place is refused.
CREATE TABLE tenant_identity (
	store_id   TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant_setting (
	key        TEXT PRIMARY KEY,
	value      TEXT NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
