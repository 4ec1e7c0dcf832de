-- Amounts are minor units of orders_order.currency. Times are Unix milliseconds.
CREATE TABLE orders_counter (
	name TEXT PRIMARY KEY,
	next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO orders_counter (name, next) VALUES ('order', 1001);

CREATE TABLE orders_order (
	id TEXT PRIMARY KEY,
	number INTEGER NOT NULL UNIQUE,
	token TEXT NOT NULL UNIQUE,
	external_id TEXT NOT NULL UNIQUE,
	channel TEXT NOT NULL,
	customer_id TEXT NOT NULL DEFAULT '',
	account_id TEXT NOT NULL DEFAULT '', -- the customer who was signed in when it was placed
	email TEXT NOT NULL COLLATE NOCASE,
	name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	locale TEXT NOT NULL DEFAULT '',
	currency TEXT NOT NULL,
	shipping_address TEXT NOT NULL,
	billing_address TEXT NOT NULL,
	shipping_method TEXT NOT NULL DEFAULT '',
	payment_method TEXT NOT NULL,
	payment_label TEXT NOT NULL DEFAULT '',
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	subtotal INTEGER NOT NULL CHECK (subtotal >= 0),
	shipping_total INTEGER NOT NULL CHECK (shipping_total >= 0),
	fee_total INTEGER NOT NULL CHECK (fee_total >= 0),
	discount_total INTEGER NOT NULL DEFAULT 0 CHECK (discount_total >= 0),
	tax_total INTEGER NOT NULL DEFAULT 0 CHECK (tax_total >= 0),
	total INTEGER NOT NULL CHECK (total >= 0),
	paid_total INTEGER NOT NULL DEFAULT 0 CHECK (paid_total >= 0),
	refunded_total INTEGER NOT NULL DEFAULT 0 CHECK (refunded_total >= 0),
	payment_state TEXT NOT NULL CHECK (payment_state IN ('pending', 'authorised', 'partially_paid', 'paid', 'partially_refunded', 'refunded', 'voided')),
	fulfilment_state TEXT NOT NULL CHECK (fulfilment_state IN ('unfulfilled', 'partially_fulfilled', 'fulfilled')),
	note TEXT NOT NULL DEFAULT '',
	staff_note TEXT NOT NULL DEFAULT '',
	placed_at INTEGER NOT NULL,
	cancelled_at INTEGER,
	cancel_reason TEXT NOT NULL DEFAULT '',
	closed_at INTEGER -- paid and fulfilled, or cancelled: nothing is left to be done
) STRICT;
CREATE INDEX orders_order_placed ON orders_order (placed_at);
CREATE INDEX orders_order_customer ON orders_order (customer_id, placed_at) WHERE customer_id <> '';
CREATE INDEX orders_order_account ON orders_order (account_id, placed_at) WHERE account_id <> '';
CREATE INDEX orders_order_email ON orders_order (email);
CREATE INDEX orders_order_open ON orders_order (fulfilment_state, placed_at) WHERE cancelled_at IS NULL;
CREATE INDEX orders_order_unpaid ON orders_order (payment_state, placed_at) WHERE cancelled_at IS NULL;

CREATE TABLE orders_line (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	position INTEGER NOT NULL,
	variant_id TEXT NOT NULL,
	product_id TEXT NOT NULL,
	title TEXT NOT NULL,
	variant_title TEXT NOT NULL DEFAULT '',
	sku TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
	slug TEXT NOT NULL DEFAULT '',
	picture TEXT NOT NULL DEFAULT '',
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	fulfilled INTEGER NOT NULL DEFAULT 0 CHECK (fulfilled >= 0 AND fulfilled <= quantity),
	unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
	total INTEGER NOT NULL CHECK (total >= 0),
	requires_shipping INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX orders_line_order ON orders_line (order_id, position);
CREATE INDEX orders_line_sku ON orders_line (sku) WHERE sku <> '';
CREATE INDEX orders_line_variant ON orders_line (variant_id);

CREATE TABLE orders_fulfilment (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	carrier TEXT NOT NULL DEFAULT '',
	tracking_number TEXT NOT NULL DEFAULT '',
	tracking_url TEXT NOT NULL DEFAULT '',
	actor TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	undone_at INTEGER,
	undone_reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX orders_fulfilment_order ON orders_fulfilment (order_id);

CREATE TABLE orders_fulfilment_line (
	fulfilment_id TEXT NOT NULL REFERENCES orders_fulfilment (id),
	line_id TEXT NOT NULL REFERENCES orders_line (id),
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	PRIMARY KEY (fulfilment_id, line_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_fulfilment_line_line ON orders_fulfilment_line (line_id);

CREATE TABLE orders_payment (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	external_id TEXT UNIQUE, -- of a program that records payments: the same one twice is one payment
	method TEXT NOT NULL,
	amount INTEGER NOT NULL CHECK (amount > 0),
	reference TEXT NOT NULL DEFAULT '',
	actor TEXT NOT NULL DEFAULT '',
	received_at INTEGER NOT NULL,
	voided_at INTEGER,
	void_reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX orders_payment_order ON orders_payment (order_id);

CREATE TABLE orders_event (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	kind TEXT NOT NULL,
	text TEXT NOT NULL DEFAULT '', -- what a person wrote: a note, a reason
	args TEXT, -- JSON
	actor_kind TEXT NOT NULL,
	actor TEXT NOT NULL DEFAULT '',
	at INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_event_order ON orders_event (order_id, id);
