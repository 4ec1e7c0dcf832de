-- The stock of one variant. A variant without a row is not counted: it can always be sold.
-- on_hand is the sum of the variant's movements, always. It may be negative: an import brings what the shop before
-- knew (-1 is real), and a variant on backorder is sold below zero. See the check on inventory_movement.
CREATE TABLE inventory_level (
	variant_id TEXT PRIMARY KEY,
	tracked INTEGER NOT NULL CHECK (tracked IN (0, 1)),
	on_hand INTEGER NOT NULL CHECK (on_hand BETWEEN -1000000000 AND 1000000000), -- pieces
	backorder INTEGER NOT NULL CHECK (backorder IN (0, 1)),
	updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX inventory_level_on_hand ON inventory_level (on_hand) WHERE tracked = 1;

-- The ledger: what happened to a variant's stock, why and through whom.
-- Nothing but an import may lower a stock below zero, unless the variant was on backorder at that time.
CREATE TABLE inventory_movement (
	id TEXT PRIMARY KEY,
	variant_id TEXT NOT NULL,
	delta INTEGER NOT NULL CHECK (delta <> 0),
	on_hand INTEGER NOT NULL, -- after it
	backorder INTEGER NOT NULL CHECK (backorder IN (0, 1)), -- at that time
	reason TEXT NOT NULL CHECK (reason IN ('sale', 'return', 'cancel', 'correction', 'import', 'initial', 'received', 'damaged')),
	ref TEXT NOT NULL DEFAULT '', -- the order's id, for sale, return and cancel
	note TEXT NOT NULL DEFAULT '',
	actor_kind TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor TEXT NOT NULL, -- the name of staff or a program; never of a customer
	at INTEGER NOT NULL,
	CHECK (on_hand >= 0 OR delta > 0 OR backorder = 1 OR reason IN ('import', 'initial'))
) STRICT, WITHOUT ROWID;

CREATE INDEX inventory_movement_variant ON inventory_movement (variant_id, id);
CREATE INDEX inventory_movement_ref ON inventory_movement (ref, variant_id) WHERE ref <> '';

CREATE TRIGGER inventory_movement_kept BEFORE DELETE ON inventory_movement BEGIN
	SELECT RAISE(ABORT, 'stock movements are kept');
END;
CREATE TRIGGER inventory_movement_fixed BEFORE UPDATE ON inventory_movement BEGIN
	SELECT RAISE(ABORT, 'stock movements do not change');
END;
