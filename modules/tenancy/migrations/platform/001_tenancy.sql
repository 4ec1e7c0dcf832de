-- Who works for which merchant. store_id NULL is all stores of the merchant.
CREATE TABLE tenancy_membership (
	id          TEXT PRIMARY KEY,
	user_id     TEXT NOT NULL,
	merchant_id TEXT NOT NULL,
	store_id    TEXT,
	role        TEXT NOT NULL,
	created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX tenancy_membership_once ON tenancy_membership (user_id, merchant_id, ifnull(store_id, ''));

-- A store's day in figures, rolled up from its events for the operator's home page.
CREATE TABLE tenancy_store_day (
	store_id TEXT NOT NULL,
	day      TEXT NOT NULL,
	orders   INTEGER NOT NULL DEFAULT 0,
	revenue  INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (store_id, day)
) STRICT, WITHOUT ROWID;
