-- Nothing looks lines up by their variant, and a search for a part of a SKU reads all of them.
DROP INDEX orders_line_variant;
DROP INDEX orders_line_sku;
