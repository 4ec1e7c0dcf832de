CREATE TABLE tenant_platform (
	id         TEXT PRIMARY KEY,
	name       TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant_merchant (
	id          TEXT PRIMARY KEY,
	platform_id TEXT NOT NULL REFERENCES tenant_platform (id),
	code        TEXT NOT NULL,
	name        TEXT NOT NULL,
	email       TEXT NOT NULL,
	created_at  INTEGER NOT NULL,
	deleted_at  INTEGER,
	UNIQUE (platform_id, code)
) STRICT;

CREATE TABLE tenant_store (
	id          TEXT PRIMARY KEY,
	platform_id TEXT NOT NULL REFERENCES tenant_platform (id),
	merchant_id TEXT NOT NULL REFERENCES tenant_merchant (id),
	code        TEXT NOT NULL UNIQUE,
	name        TEXT NOT NULL,
	currency    TEXT NOT NULL,
	locale      TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('creating', 'live', 'suspended', 'deleted')),
	created_at  INTEGER NOT NULL,
	deleted_at  INTEGER
) STRICT;
CREATE INDEX tenant_store_merchant ON tenant_store (merchant_id);

CREATE TABLE tenant_domain (
	host        TEXT PRIMARY KEY,
	store_id    TEXT NOT NULL REFERENCES tenant_store (id),
	is_primary  INTEGER NOT NULL DEFAULT 0,
	verified_at INTEGER,
	created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_domain_store ON tenant_domain (store_id);

-- Which stores have work waiting, so that nobody opens every file after a kill to find out.
CREATE TABLE tenant_due (
	store_id TEXT PRIMARY KEY,
	due_at   INTEGER NOT NULL,
	mark     TEXT NOT NULL,
	reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_due_at ON tenant_due (due_at);

CREATE TABLE tenant_setting (
	key        TEXT PRIMARY KEY,
	value      TEXT NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
