-- When a picture was taken out of the library; its row and its files stay, for undoing and for the past that a replica brings back.
ALTER TABLE catalog_media ADD COLUMN deleted_at INTEGER;

-- Whatever comes to show a picture brings it back: what was deleted is only what nothing shows.
CREATE TRIGGER catalog_media_image_added AFTER INSERT ON catalog_image WHEN NEW.media_hash IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
CREATE TRIGGER catalog_media_image_changed AFTER UPDATE OF media_hash, deleted_at ON catalog_image WHEN NEW.media_hash IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
CREATE TRIGGER catalog_media_product_restored AFTER UPDATE OF deleted_at ON catalog_product WHEN NEW.deleted_at IS NULL AND OLD.deleted_at IS NOT NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE deleted_at IS NOT NULL AND hash IN (SELECT media_hash FROM catalog_image WHERE product_id = NEW.id AND deleted_at IS NULL);
END;
CREATE TRIGGER catalog_media_category_added AFTER INSERT ON catalog_category WHEN NEW.media_hash IS NOT NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
CREATE TRIGGER catalog_media_category_changed AFTER UPDATE OF media_hash, deleted_at ON catalog_category WHEN NEW.media_hash IS NOT NULL AND NEW.deleted_at IS NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
CREATE TRIGGER catalog_media_brand_added AFTER INSERT ON catalog_brand WHEN NEW.media_hash IS NOT NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
CREATE TRIGGER catalog_media_brand_changed AFTER UPDATE OF media_hash ON catalog_brand WHEN NEW.media_hash IS NOT NULL BEGIN
	UPDATE catalog_media SET deleted_at = NULL WHERE hash = NEW.media_hash AND deleted_at IS NOT NULL;
END;
