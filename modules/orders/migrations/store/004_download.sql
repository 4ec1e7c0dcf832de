-- Files that a line's buyer may download, as they were when it was paid. Times are Unix milliseconds.
CREATE TABLE orders_download (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	line_id TEXT NOT NULL UNIQUE REFERENCES orders_line (id),
	token TEXT NOT NULL UNIQUE, -- secret of its page; renewing makes another
	allowed INTEGER NOT NULL CHECK (allowed >= 0), -- downloads of each file; 0 is any number
	expires_at INTEGER, -- NULL is never
	revoked_at INTEGER,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_download_order ON orders_download (order_id);

CREATE TABLE orders_download_file (
	download_id TEXT NOT NULL REFERENCES orders_download (id),
	position INTEGER NOT NULL, -- from 1
	hash TEXT NOT NULL,
	name TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	taken INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0), -- downloads that count
	taken_at INTEGER, -- the last of them
	PRIMARY KEY (download_id, position)
) STRICT, WITHOUT ROWID;

-- What has been delivered without a parcel.
ALTER TABLE orders_fulfilment ADD COLUMN digital INTEGER NOT NULL DEFAULT 0;

-- That the buyer agreed to have digital content at once and knew that the right of withdrawal is lost by it (Directive 2011/83/EU, article 16(m)): when,
-- and in which words.
ALTER TABLE orders_order ADD COLUMN waived_at INTEGER;
ALTER TABLE orders_order ADD COLUMN waiver TEXT NOT NULL DEFAULT '';
CREATE TRIGGER orders_order_waiver_fixed BEFORE UPDATE OF waived_at, waiver ON orders_order BEGIN
	SELECT RAISE(ABORT, 'what was agreed does not change');
END;
