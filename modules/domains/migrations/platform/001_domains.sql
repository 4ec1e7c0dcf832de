-- What stores say is their domain, and how far that is proven. A proven one also stands in tenant_domain, by which hosts are found.
CREATE TABLE domains_claim (
	id            TEXT PRIMARY KEY,
	store_id      TEXT NOT NULL,
	merchant_id   TEXT NOT NULL,
	host          TEXT NOT NULL,               -- lower case, punycode
	token         TEXT NOT NULL,               -- of the merchant, for the name that carries the TXT record
	created_at    INTEGER NOT NULL,
	verified_at   INTEGER,                     -- NULL while it is not the store's
	checked_at    INTEGER,
	next_check_at INTEGER NOT NULL,
	attempts      INTEGER NOT NULL DEFAULT 0,  -- checks in a row that did not prove it
	trouble       TEXT NOT NULL DEFAULT '' CHECK (trouble IN ('', 'no-record', 'other-record', 'no-answer', 'taken')),
	lost_since    INTEGER,                     -- the record of a verified domain is missing since
	routed        INTEGER NOT NULL DEFAULT 0,  -- at the last check its addresses were the platform's
	addresses     TEXT NOT NULL DEFAULT '',    -- that it had then, separated by spaces
	UNIQUE (store_id, host)
) STRICT;
CREATE INDEX domains_claim_host ON domains_claim (host);
CREATE INDEX domains_claim_next ON domains_claim (next_check_at);
