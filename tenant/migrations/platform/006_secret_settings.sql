-- Settings that are secrets, sealed with the operator's key.
CREATE TABLE tenant_secret (
	key        TEXT PRIMARY KEY,
	sealed     BLOB NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
