-- Gift cards that are sold: one for each piece of an order's line. A card that is paid back unspent is void.
ALTER TABLE checkout_gift_card ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_gift_card ADD COLUMN order_line TEXT NOT NULL DEFAULT '';
ALTER TABLE checkout_gift_card ADD COLUMN piece INTEGER NOT NULL DEFAULT 0; -- from 1
ALTER TABLE checkout_gift_card ADD COLUMN voided_at INTEGER;
CREATE UNIQUE INDEX checkout_gift_card_sold ON checkout_gift_card (order_line, piece) WHERE order_line <> '';
CREATE INDEX checkout_gift_card_order ON checkout_gift_card (order_id) WHERE order_id <> '';

-- Entries know one more kind: voided.
CREATE TABLE checkout_gift_card_entry_next (
	card_id TEXT NOT NULL REFERENCES checkout_gift_card (id),
	seq INTEGER NOT NULL CHECK (seq > 0),
	kind TEXT NOT NULL CHECK (kind IN ('issued', 'redeemed', 'refunded', 'voided')),
	amount INTEGER NOT NULL, -- minor units; negative takes off
	balance INTEGER NOT NULL CHECK (balance >= 0),
	order_id TEXT NOT NULL DEFAULT '',
	ref TEXT UNIQUE, -- of a repayment: the same one counts once
	actor TEXT NOT NULL DEFAULT '',
	at INTEGER NOT NULL,
	PRIMARY KEY (card_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO checkout_gift_card_entry_next (card_id, seq, kind, amount, balance, order_id, ref, actor, at)
	SELECT card_id, seq, kind, amount, balance, order_id, ref, actor, at FROM checkout_gift_card_entry;
DROP TABLE checkout_gift_card_entry;
ALTER TABLE checkout_gift_card_entry_next RENAME TO checkout_gift_card_entry;
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
