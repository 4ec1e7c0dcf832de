-- Carts of signed-in customers. A guest's cart is a signed cookie.
CREATE TABLE cart_line (
	customer_id TEXT NOT NULL,
	variant_id TEXT NOT NULL,
	quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 999),
	seen INTEGER NOT NULL CHECK (seen >= 0), -- the price for one that the customer last saw, in minor units
	position INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (customer_id, variant_id)
) STRICT, WITHOUT ROWID;
