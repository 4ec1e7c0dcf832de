-- Discounts: their rules, their codes, and in which orders they were used.
CREATE TABLE checkout_promotion (
	id TEXT PRIMARY KEY,
	title TEXT NOT NULL,
	automatic INTEGER NOT NULL DEFAULT 0,
	active INTEGER NOT NULL DEFAULT 0,
	rules TEXT NOT NULL, -- JSON: what it gives, for which goods, from when to when, how often, and beside what
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER
) STRICT;
CREATE INDEX checkout_promotion_automatic ON checkout_promotion (id) WHERE automatic = 1 AND active = 1 AND deleted_at IS NULL;

CREATE TABLE checkout_promotion_code (
	code TEXT PRIMARY KEY, -- upper case
	promotion_id TEXT NOT NULL REFERENCES checkout_promotion (id),
	once INTEGER NOT NULL DEFAULT 0, -- good for one order
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX checkout_promotion_code_promotion ON checkout_promotion_code (promotion_id, once, created_at);

CREATE TABLE checkout_promotion_use (
	id TEXT PRIMARY KEY,
	promotion_id TEXT NOT NULL, -- no reference: a rewind may take the discount away, never its uses
	order_id TEXT NOT NULL,
	code TEXT NOT NULL DEFAULT '',
	customer TEXT NOT NULL DEFAULT '', -- keyed hash of the e-mail address
	account TEXT NOT NULL DEFAULT '', -- customer's id, of one who was signed in
	amount INTEGER NOT NULL CHECK (amount >= 0), -- minor units
	used_at INTEGER NOT NULL,
	released_at INTEGER, -- the order was cancelled before it was paid: the use does not count
	UNIQUE (order_id, promotion_id)
) STRICT;
CREATE INDEX checkout_promotion_use_counted ON checkout_promotion_use (promotion_id, customer) WHERE released_at IS NULL;
CREATE INDEX checkout_promotion_use_code ON checkout_promotion_use (code) WHERE released_at IS NULL AND code <> '';

-- The store's own key, sealed with the operator's: codes of gift cards and addresses of customers are kept as hashes under it.
CREATE TABLE checkout_key (
	id TEXT PRIMARY KEY CHECK (id = 'hash'),
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkout_gift_card (
	id TEXT PRIMARY KEY,
	code_hash TEXT NOT NULL UNIQUE, -- keyed: the code itself is shown once and never kept
	last4 TEXT NOT NULL,
	recipient TEXT NOT NULL DEFAULT '', -- e-mail address
	note TEXT NOT NULL DEFAULT '',
	expires_at INTEGER,
	active INTEGER NOT NULL DEFAULT 1,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL
) STRICT;

-- What goes on to and off a card. The balance is the sum of the amounts up to here.
CREATE TABLE checkout_gift_card_entry (
	card_id TEXT NOT NULL REFERENCES checkout_gift_card (id),
	seq INTEGER NOT NULL CHECK (seq > 0),
	kind TEXT NOT NULL CHECK (kind IN ('issued', 'redeemed', 'refunded')),
	amount INTEGER NOT NULL, -- minor units; negative takes off
	balance INTEGER NOT NULL CHECK (balance >= 0),
	order_id TEXT NOT NULL DEFAULT '',
	ref TEXT UNIQUE, -- of a repayment: the same one counts once
	actor TEXT NOT NULL DEFAULT '',
	at INTEGER NOT NULL,
	PRIMARY KEY (card_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER checkout_gift_card_entry_sums BEFORE INSERT ON checkout_gift_card_entry
WHEN NEW.seq <> 1 + (SELECT count(*) FROM checkout_gift_card_entry WHERE card_id = NEW.card_id)
	OR NEW.balance <> NEW.amount + (SELECT COALESCE(sum(amount), 0) FROM checkout_gift_card_entry WHERE card_id = NEW.card_id) BEGIN
	SELECT RAISE(ABORT, 'the balance of a gift card is the sum of its entries');
END;
CREATE TRIGGER checkout_gift_card_entry_fixed BEFORE UPDATE ON checkout_gift_card_entry BEGIN
	SELECT RAISE(ABORT, 'entries of a gift card do not change');
END;
CREATE TRIGGER checkout_gift_card_entry_kept BEFORE DELETE ON checkout_gift_card_entry BEGIN
	SELECT RAISE(ABORT, 'entries of a gift card are kept');
END;
