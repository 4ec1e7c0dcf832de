package catalog

import (
	"context"
	"database/sql"
	"strings"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// PictureFilter says which pictures of the store to list, the newest first.
type PictureFilter struct {
	Search string // words of descriptions and of the titles of products that show it
	Use    PictureUse
	Limit  int // 0 is 48
	Offset int
}

// PictureUse narrows a list of pictures.
type PictureUse string

const (
	UsedPictures     PictureUse = "used"
	UnusedPictures   PictureUse = "unused"
	NamelessPictures PictureUse = "nameless" // without a description
)

// The uses of picture m, in products and categories that are not deleted.
const (
	usedBy    = "catalog_image i JOIN catalog_product p ON p.id = i.product_id AND p.deleted_at IS NULL WHERE i.media_hash = m.hash AND i.deleted_at IS NULL"
	uses      = "(SELECT count(DISTINCT p.id) FROM " + usedBy + ") + (SELECT count(*) FROM catalog_category c WHERE c.media_hash = m.hash AND c.deleted_at IS NULL) + (SELECT count(*) FROM catalog_brand b WHERE b.media_hash = m.hash)"
	unused    = "NOT EXISTS (SELECT 1 FROM " + usedBy + ") AND NOT EXISTS (SELECT 1 FROM catalog_category c WHERE c.media_hash = m.hash AND c.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM catalog_brand b WHERE b.media_hash = m.hash)"
	described = "EXISTS (SELECT 1 FROM " + usedBy + " AND i.alt <> '')"
	nameless  = "(EXISTS (SELECT 1 FROM " + usedBy + " AND i.alt = '') OR m.alt = '' AND NOT " + described + ")"
)

const pictureColumns = `m.hash, m.bytes, m.width, m.height, m.sizes, m.focus_x, m.focus_y,
	CASE WHEN m.alt <> '' THEN m.alt ELSE COALESCE((SELECT i.alt FROM ` + usedBy + ` AND i.alt <> '' ORDER BY i.created_at LIMIT 1), '') END,
	` + uses + `, ` + nameless + `, m.sized, m.created_at`

func scanPicture(r *sql.Rows, p *Picture) error {
	return r.Scan(&p.Hash, &p.Bytes, &p.Width, &p.Height, &p.Sizes, &p.FocusX, &p.FocusY, &p.Alt, &p.Uses, &p.Nameless, &p.Sized, &p.CreatedAt)
}

func (f *PictureFilter) where() (where string, args []any) {
	where = "m.deleted_at IS NULL"
	for _, word := range strings.Fields(f.Search)[:min(len(strings.Fields(f.Search)), maxWords)] {
		where += " AND (instr(lower(m.alt), lower(?)) > 0 OR EXISTS (SELECT 1 FROM " + usedBy + " AND (instr(lower(i.alt), lower(?)) > 0 OR instr(lower(p.title), lower(?)) > 0)))"
		args = append(args, word, word, word)
	}
	switch f.Use {
	case UsedPictures:
		where += " AND NOT (" + unused + ")"
	case UnusedPictures:
		where += " AND " + unused
	case NamelessPictures:
		where += " AND " + nameless
	}
	return where, args
}

// Pictures lists pictures of the store; total is how many match in all.
func (s *Service) Pictures(ctx context.Context, st *tenant.Store, f PictureFilter) (list []Picture, total int, err error) {
	if f.Limit <= 0 {
		f.Limit = 48
	}
	where, args := f.where()
	rows, err := st.QueryContext(ctx, "SELECT count(*) FROM catalog_media m WHERE "+where, args...)
	counts, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return nil, 0, wrap("count pictures", err)
	}
	rows, err = st.QueryContext(ctx, "SELECT "+pictureColumns+" FROM catalog_media m WHERE "+where+" ORDER BY m.created_at DESC, m.hash DESC LIMIT ? OFFSET ?", append(args, f.Limit, f.Offset)...)
	list, err = collect(rows, err, scanPicture)
	return list, counts[0], wrap("list pictures", err)
}

// Picture finds a picture by its hash, or is problem.NotFound.
func (s *Service) Picture(ctx context.Context, st *tenant.Store, hash string) (*Picture, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+pictureColumns+" FROM catalog_media m WHERE m.hash = ? AND m.deleted_at IS NULL", hash)
	list, err := collect(rows, err, scanPicture)
	if err != nil {
		return nil, wrap("read a picture", err)
	}
	if len(list) == 0 {
		return nil, noPicture
	}
	return &list[0], nil
}

// PictureProducts are the products that show a picture, in the order of their titles.
func (s *Service) PictureProducts(ctx context.Context, st *tenant.Store, hash string) ([]catalogtype.Named, error) {
	return named(ctx, st, `deleted_at IS NULL AND id IN (SELECT product_id FROM catalog_image WHERE media_hash = ? AND deleted_at IS NULL)
		ORDER BY title COLLATE NOCASE, id LIMIT 100`, hash)
}
