-- Delivery by zones, with prices by weight or by the worth of the goods, and days instead of words.
CREATE TABLE checkout_zone (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	places TEXT NOT NULL DEFAULT '[]', -- JSON: countries, regions, ranges of postal codes
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER
) STRICT;

ALTER TABLE checkout_shipping_method ADD COLUMN zone_id TEXT NOT NULL DEFAULT ''; -- '' goes to its countries
ALTER TABLE checkout_shipping_method ADD COLUMN basis TEXT NOT NULL DEFAULT 'flat' CHECK (basis IN ('flat', 'weight', 'subtotal'));
ALTER TABLE checkout_shipping_method ADD COLUMN tiers TEXT NOT NULL DEFAULT '[]'; -- JSON: prices from so many grams, or from such a subtotal in minor units
ALTER TABLE checkout_shipping_method ADD COLUMN days_min INTEGER NOT NULL DEFAULT 0; -- working days; 0 and 0 say nothing
ALTER TABLE checkout_shipping_method ADD COLUMN days_max INTEGER NOT NULL DEFAULT 0;
