-- A customer is somebody who bought, in the merchant's eyes: known by an e-mail address that a guest may have typed.
CREATE TABLE customers_customer (
	id TEXT PRIMARY KEY,
	email TEXT NOT NULL COLLATE NOCASE,
	name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	phone TEXT NOT NULL DEFAULT '',
	address TEXT, -- JSON: where the last order went
	locale TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	tags TEXT NOT NULL DEFAULT '[]', -- JSON list of texts
	accepts_marketing INTEGER NOT NULL DEFAULT 0,
	order_count INTEGER NOT NULL DEFAULT 0, -- not cancelled; kept by events
	spent INTEGER NOT NULL DEFAULT 0, -- minor units of the store's currency; kept by events
	last_order_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER,
	erased_at INTEGER
) STRICT;
CREATE UNIQUE INDEX customers_customer_email ON customers_customer (email) WHERE deleted_at IS NULL;
CREATE INDEX customers_customer_spent ON customers_customer (spent) WHERE deleted_at IS NULL;
CREATE INDEX customers_customer_last ON customers_customer (last_order_at) WHERE deleted_at IS NULL;

-- What the holder of an account says of themselves. It is apart from customers_customer because whoever opens an account
-- has not proved that the address is theirs: they must not see what guests with that address left there.
CREATE TABLE customers_account (
	customer_id TEXT PRIMARY KEY REFERENCES customers_customer (id),
	name TEXT NOT NULL,
	phone TEXT NOT NULL DEFAULT '',
	address TEXT, -- JSON
	accepts_marketing INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	verified_at INTEGER, -- the address was proved to be theirs
	last_sign_in_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE customers_credential (
	customer_id TEXT PRIMARY KEY REFERENCES customers_customer (id),
	password_hash TEXT NOT NULL,
	changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
