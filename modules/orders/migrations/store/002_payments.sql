-- What an order was priced and taxed with, how its stock stands while it is being paid, and what was given back.
-- Amounts are minor units of orders_order.currency, rates billionths (framework/money), times Unix milliseconds.
ALTER TABLE orders_order ADD COLUMN prices_include_tax INTEGER NOT NULL DEFAULT 1;
ALTER TABLE orders_order ADD COLUMN shipping_discount INTEGER NOT NULL DEFAULT 0 CHECK (shipping_discount >= 0); -- part of discount_total
ALTER TABLE orders_order ADD COLUMN shipping_tax TEXT NOT NULL DEFAULT '[]'; -- JSON: ordertype.LineTax
ALTER TABLE orders_order ADD COLUMN fee_tax TEXT NOT NULL DEFAULT '[]';
ALTER TABLE orders_order ADD COLUMN authorised_total INTEGER NOT NULL DEFAULT 0 CHECK (authorised_total >= 0); -- promised by a provider, not collected
ALTER TABLE orders_order ADD COLUMN credited_total INTEGER NOT NULL DEFAULT 0 CHECK (credited_total >= 0); -- all refunds, on their way ones too
ALTER TABLE orders_order ADD COLUMN buyer_vat_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders_order ADD COLUMN vat_consultation TEXT NOT NULL DEFAULT ''; -- number of the check with VIES
ALTER TABLE orders_order ADD COLUMN vat_checked_at INTEGER;
ALTER TABLE orders_order ADD COLUMN terms_at INTEGER;
ALTER TABLE orders_order ADD COLUMN terms_hash TEXT NOT NULL DEFAULT ''; -- of the text that was accepted
ALTER TABLE orders_order ADD COLUMN seller TEXT NOT NULL DEFAULT '{}'; -- JSON: who sold it, at that time
ALTER TABLE orders_order ADD COLUMN shipping_given TEXT; -- JSON: the first address, once it was changed
ALTER TABLE orders_order ADD COLUMN holder TEXT NOT NULL DEFAULT ''; -- the cart: what it reserved before is given up for its next order
ALTER TABLE orders_order ADD COLUMN stock_state TEXT NOT NULL DEFAULT 'taken' CHECK (stock_state IN ('reserved', 'released', 'taken', 'backordered'));
ALTER TABLE orders_order ADD COLUMN reserve_until INTEGER; -- while the stock is reserved
ALTER TABLE orders_order ADD COLUMN auto_cancel INTEGER NOT NULL DEFAULT 0; -- when reserve_until passes unpaid
ALTER TABLE orders_order ADD COLUMN auto_cancelled INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_order_expiring ON orders_order (reserve_until) WHERE auto_cancel = 1 AND reserve_until IS NOT NULL;
CREATE INDEX orders_order_holder ON orders_order (holder) WHERE holder <> '' AND stock_state = 'reserved';

ALTER TABLE orders_line ADD COLUMN discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0); -- of the whole line
ALTER TABLE orders_line ADD COLUMN tax_class TEXT NOT NULL DEFAULT '';
ALTER TABLE orders_line ADD COLUMN tax_category TEXT NOT NULL DEFAULT ''; -- UNCL5305
ALTER TABLE orders_line ADD COLUMN tax_rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders_line ADD COLUMN tax INTEGER NOT NULL DEFAULT 0 CHECK (tax >= 0);
ALTER TABLE orders_line ADD COLUMN digital INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders_line ADD COLUMN refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0 AND refunded <= quantity); -- pieces paid back
ALTER TABLE orders_line ADD COLUMN removed INTEGER NOT NULL DEFAULT 0 CHECK (removed >= 0 AND removed + fulfilled <= quantity); -- of those, never to be sent

-- The tax of an order by category and rate, as it was computed once: base + tax + rounding = gross.
CREATE TABLE orders_tax (
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	position INTEGER NOT NULL,
	category TEXT NOT NULL,
	rate INTEGER NOT NULL,
	base INTEGER NOT NULL,
	tax INTEGER NOT NULL,
	gross INTEGER NOT NULL,
	rounding INTEGER NOT NULL,
	note TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (order_id, position),
	CHECK (base + tax + rounding = gross)
) STRICT, WITHOUT ROWID;

-- Discounts and gift cards. Discounts lower the total, gift cards pay it.
CREATE TABLE orders_adjustment (
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	position INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('discount', 'gift_card')),
	source TEXT NOT NULL DEFAULT '', -- id of the promotion or the gift card
	code TEXT NOT NULL DEFAULT '',
	title TEXT NOT NULL DEFAULT '',
	amount INTEGER NOT NULL CHECK (amount >= 0),
	PRIMARY KEY (order_id, position)
) STRICT, WITHOUT ROWID;

ALTER TABLE orders_payment ADD COLUMN provider TEXT NOT NULL DEFAULT ''; -- '' was recorded by hand
ALTER TABLE orders_payment ADD COLUMN outcome TEXT NOT NULL DEFAULT 'accepted'; -- what its provider was answered

-- Money that a provider promises. It is collected (a payment with the same external_id), or it lapses.
CREATE TABLE orders_authorisation (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	external_id TEXT NOT NULL UNIQUE,
	method TEXT NOT NULL,
	provider TEXT NOT NULL,
	reference TEXT NOT NULL DEFAULT '',
	amount INTEGER NOT NULL CHECK (amount > 0),
	outcome TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'collected', 'lapsed')),
	asked TEXT NOT NULL DEFAULT '' CHECK (asked IN ('', 'collect', 'void')), -- what the provider was told to do
	created_at INTEGER NOT NULL,
	ended_at INTEGER
) STRICT;
CREATE INDEX orders_authorisation_order ON orders_authorisation (order_id, id);

-- Money that came and was not wanted: the provider is told to give it back. The answer stays the same, however often it is asked.
CREATE TABLE orders_refusal (
	external_id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	outcome TEXT NOT NULL,
	amount INTEGER NOT NULL,
	provider TEXT NOT NULL DEFAULT '',
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_refusal_order ON orders_refusal (order_id);

CREATE TABLE orders_refund (
	id TEXT PRIMARY KEY,
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	external_id TEXT UNIQUE, -- the same one twice is one refund
	amount INTEGER NOT NULL CHECK (amount > 0),
	goods INTEGER NOT NULL CHECK (goods >= 0),
	shipping INTEGER NOT NULL CHECK (shipping >= 0),
	fee INTEGER NOT NULL CHECK (fee >= 0),
	ad_hoc INTEGER NOT NULL CHECK (ad_hoc >= 0),
	less INTEGER NOT NULL CHECK (less >= 0), -- kept back
	reason TEXT NOT NULL DEFAULT '',
	actor TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	CHECK (goods + shipping + fee + ad_hoc - less = amount)
) STRICT;
CREATE INDEX orders_refund_order ON orders_refund (order_id, id);

CREATE TABLE orders_refund_line (
	refund_id TEXT NOT NULL REFERENCES orders_refund (id),
	line_id TEXT NOT NULL REFERENCES orders_line (id),
	quantity INTEGER NOT NULL CHECK (quantity > 0),
	amount INTEGER NOT NULL CHECK (amount >= 0),
	tax INTEGER NOT NULL CHECK (tax >= 0), -- in the amount
	restocked INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (refund_id, line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE orders_refund_tax (
	refund_id TEXT NOT NULL REFERENCES orders_refund (id),
	position INTEGER NOT NULL, -- of orders_tax
	base INTEGER NOT NULL,
	tax INTEGER NOT NULL,
	gross INTEGER NOT NULL,
	rounding INTEGER NOT NULL,
	PRIMARY KEY (refund_id, position),
	CHECK (base + tax + rounding = gross)
) STRICT, WITHOUT ROWID;

-- A refund's way back to one payment. One that failed stays, replaced by the next try: its id is the provider's idempotency key.
CREATE TABLE orders_repayment (
	id TEXT PRIMARY KEY,
	refund_id TEXT NOT NULL REFERENCES orders_refund (id),
	order_id TEXT NOT NULL REFERENCES orders_order (id),
	payment_id TEXT NOT NULL REFERENCES orders_payment (id),
	amount INTEGER NOT NULL CHECK (amount > 0),
	state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'replaced')),
	reference TEXT NOT NULL DEFAULT '',
	reason TEXT NOT NULL DEFAULT '', -- of a failure
	created_at INTEGER NOT NULL,
	ended_at INTEGER
) STRICT;
CREATE INDEX orders_repayment_pending ON orders_repayment (id) WHERE state = 'pending';
CREATE INDEX orders_repayment_order ON orders_repayment (order_id, id);
CREATE INDEX orders_repayment_refund ON orders_repayment (refund_id);
CREATE INDEX orders_repayment_payment ON orders_repayment (payment_id);

-- What was sold, to whom, by whom and with which tax is fixed with the order: an invoice is written from it.
CREATE TRIGGER orders_order_fixed BEFORE UPDATE OF number, currency, billing_address, quantity, subtotal, shipping_total, fee_total, discount_total, tax_total, total,
	prices_include_tax, shipping_discount, shipping_tax, fee_tax, buyer_vat_id, vat_consultation, vat_checked_at, terms_at, terms_hash, seller, placed_at ON orders_order BEGIN
	SELECT RAISE(ABORT, 'what was sold does not change');
END;
CREATE TRIGGER orders_line_fixed BEFORE UPDATE OF order_id, variant_id, title, quantity, unit_price, total, discount, tax_class, tax_category, tax_rate, tax ON orders_line BEGIN
	SELECT RAISE(ABORT, 'what was sold does not change');
END;
CREATE TRIGGER orders_tax_fixed BEFORE UPDATE ON orders_tax BEGIN
	SELECT RAISE(ABORT, 'the tax of an order does not change');
END;
CREATE TRIGGER orders_refund_fixed BEFORE UPDATE ON orders_refund BEGIN
	SELECT RAISE(ABORT, 'refunds do not change');
END;
CREATE TRIGGER orders_refund_kept BEFORE DELETE ON orders_refund BEGIN
	SELECT RAISE(ABORT, 'refunds are kept');
END;
