-- What a merchant says of settings for all its stores. A store may say otherwise.
CREATE TABLE tenant_merchant_setting (
	merchant_id TEXT NOT NULL,
	key         TEXT NOT NULL,
	value       TEXT NOT NULL,
	updated_at  INTEGER NOT NULL,
	PRIMARY KEY (merchant_id, key)
) STRICT, WITHOUT ROWID;
