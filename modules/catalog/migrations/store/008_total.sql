-- How many products there are, kept by triggers: what a store may have is checked for each product that comes, and counting takes longer the more there are.
CREATE TABLE catalog_total (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	products INTEGER NOT NULL -- that are not deleted
) STRICT;
INSERT INTO catalog_total (one, products) SELECT 1, count(*) FROM catalog_product WHERE deleted_at IS NULL;
CREATE TRIGGER catalog_total_insert AFTER INSERT ON catalog_product WHEN NEW.deleted_at IS NULL BEGIN
	UPDATE catalog_total SET products = products + 1;
END;
CREATE TRIGGER catalog_total_update AFTER UPDATE OF deleted_at ON catalog_product WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL) BEGIN
	UPDATE catalog_total SET products = products + CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END;
END;
CREATE TRIGGER catalog_total_delete AFTER DELETE ON catalog_product WHEN OLD.deleted_at IS NULL BEGIN
	UPDATE catalog_total SET products = products - 1;
END;
