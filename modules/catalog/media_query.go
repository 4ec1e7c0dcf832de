package catalog

import (
	"context"
	"database/sql"

	"wizamart/tenant"
)

const mediaColumns = "hash, bytes, width, height, sizes, focus_x, focus_y, alt"

func scanMedia(rows *sql.Rows, m *Media) error {
	return rows.Scan(&m.Hash, &m.Bytes, &m.Width, &m.Height, &m.Sizes, &m.FocusX, &m.FocusY, &m.Alt)
}

// mediaBySource finds what was made of an uploaded file; it is empty when there is nothing, or it was deleted.
func mediaBySource(ctx context.Context, st *tenant.Store, source string) (Media, error) {
	return firstMedia(ctx, st, "source_hash = ?", source)
}

// Media finds a picture by its hash; it is empty when the store has none, or deleted it.
func (s *Service) Media(ctx context.Context, st *tenant.Store, hash string) (Media, error) {
	return firstMedia(ctx, st, "hash = ?", hash)
}

func firstMedia(ctx context.Context, st *tenant.Store, where, arg string) (Media, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+mediaColumns+" FROM catalog_media WHERE "+where+" AND deleted_at IS NULL LIMIT 1", arg)
	list, err := collect(rows, err, scanMedia)
	if err != nil || len(list) == 0 {
		return Media{}, wrap("look for a picture", err)
	}
	return list[0], nil
}

// PendingImages are images that still have to be fetched, oldest product first. Those that failed before are left out.
func (s *Service) PendingImages(ctx context.Context, st *tenant.Store, limit int) ([]Image, error) {
	rows, err := st.QueryContext(ctx, `SELECT `+imageColumns+` FROM catalog_image i LEFT JOIN catalog_media m ON m.hash = i.media_hash
		WHERE i.media_hash IS NULL AND i.deleted_at IS NULL AND i.problem = '' AND i.source_url <> '' ORDER BY i.product_id, i.position LIMIT ?`, limit)
	list, err := collect(rows, err, scanImage)
	return list, wrap("read pending images", err)
}
