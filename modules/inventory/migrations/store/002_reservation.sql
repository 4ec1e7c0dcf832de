-- Pieces that are kept for an order until it is paid. A row counts until its time has come, whether or not somebody has
-- swept it away. Times are Unix milliseconds.
CREATE TABLE inventory_reservation (
	ref TEXT NOT NULL CHECK (ref <> ''), -- the order's id
	variant_id TEXT NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity > 0), -- pieces
	until INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (ref, variant_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inventory_reservation_variant ON inventory_reservation (variant_id, until, quantity);
CREATE INDEX inventory_reservation_until ON inventory_reservation (until);
