-- What a store may have, where that is not the platform's own setting.
CREATE TABLE fairuse_quota (
	store_id   TEXT NOT NULL,
	kind       TEXT NOT NULL CHECK (kind IN ('disk', 'products', 'staff', 'tokens')),
	amount     INTEGER NOT NULL CHECK (amount >= 0), -- MB of disk, or how many; 0 is no limit
	changed_at INTEGER NOT NULL,
	PRIMARY KEY (store_id, kind)
) STRICT;
