-- How much one piece holds, for the price of a unit (Directive 98/6/EC, article 3): thousandths of content_unit.
ALTER TABLE catalog_variant ADD COLUMN content INTEGER NOT NULL DEFAULT 0 CHECK (content >= 0);
ALTER TABLE catalog_variant ADD COLUMN content_unit TEXT NOT NULL DEFAULT '' CHECK (content_unit IN ('', 'g', 'kg', 'ml', 'cl', 'l', 'cm', 'm', 'm²'));
