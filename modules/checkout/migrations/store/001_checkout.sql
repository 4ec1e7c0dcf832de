CREATE TABLE checkout_shipping_method (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	estimate TEXT NOT NULL DEFAULT '', -- "2–4 working days"
	price INTEGER NOT NULL CHECK (price >= 0), -- minor units
	free_above INTEGER CHECK (free_above >= 0), -- a subtotal from which it costs nothing, minor units; NULL is never
	countries TEXT NOT NULL DEFAULT '[]', -- ISO 3166-1 alpha-2; an empty list is everywhere
	pickup INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 0,
	position INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER
) STRICT;

CREATE TABLE checkout_session (
	id TEXT PRIMARY KEY, -- also the order's external id: placing it twice gives one order
	token TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL CHECK (state IN ('open', 'placed', 'expired')),
	cart_ref TEXT NOT NULL DEFAULT '',
	customer_id TEXT NOT NULL DEFAULT '', -- of one who is signed in
	lines TEXT NOT NULL, -- JSON: what was wanted, with the prices seen
	email TEXT NOT NULL DEFAULT '',
	shipping TEXT NOT NULL DEFAULT '{}', -- JSON, perhaps not complete yet
	billing TEXT NOT NULL DEFAULT '{}',
	billing_same INTEGER NOT NULL DEFAULT 1,
	shipping_method_id TEXT NOT NULL DEFAULT '',
	shipping_seen INTEGER, -- its price when it was chosen, minor units
	payment_method TEXT NOT NULL DEFAULT '',
	fee_seen INTEGER,
	note TEXT NOT NULL DEFAULT '',
	terms_at INTEGER,
	order_id TEXT NOT NULL DEFAULT '',
	order_number TEXT NOT NULL DEFAULT '',
	order_token TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX checkout_session_expiry ON checkout_session (state, expires_at);
