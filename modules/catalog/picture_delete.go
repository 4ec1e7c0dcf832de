package catalog

import (
	"context"
	"regexp"
	"slices"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Shown tells which of some pictures, by their hashes, others than the catalogue show: orders, pages, the theme.
type Shown func(ctx context.Context, st *tenant.Store, hashes []string) ([]string, error)

// DeletePictures takes pictures out of the library; kept is how many stay because a product, a category, a brand, a text or one of Shown has them. Their files
// stay: RestorePictures, a product that is brought back, and a store that is restored to a moment before need them. Those that do not exist count nothing.
func (s *Service) DeletePictures(ctx context.Context, st *tenant.Store, hashes []string) (deleted []string, kept int, err error) {
	if len(hashes) == 0 {
		return nil, 0, problem.On("picture", "Choose a picture first.")
	}
	if len(hashes) > maxChosen {
		return nil, 0, problem.On("picture", "Choose at most %d pictures at once.", maxChosen)
	}
	shown, err := s.picturesInTexts(ctx, st) // before the transaction: it reads every product's text
	if err != nil {
		return nil, 0, err
	}
	for _, ask := range s.Shown {
		list, err := ask(ctx, st, hashes)
		if err != nil {
			return nil, 0, err
		}
		shown = append(shown, list...)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		deleted, kept = nil, 0
		now := database.Now()
		for _, hash := range hashes {
			p, err := s.Picture(ctx, tx, hash)
			if problem.Is(err, problem.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if p.Uses > 0 || slices.Contains(shown, hash) {
				kept++
				continue
			}
			if _, err := tx.ExecContext(ctx, "UPDATE catalog_media SET deleted_at = ? WHERE hash = ?", now, hash); err != nil {
				return wrap("delete a picture", err)
			}
			if err := record(ctx, tx, "catalog.picture.deleted", "picture", hash, p.String(), p.view(), nil); err != nil {
				return err
			}
			deleted = append(deleted, hash)
		}
		return nil
	})
	return deleted, kept, err
}

// RestorePictures brings pictures back into the library. Those that are there, and those that never were, count nothing.
func (s *Service) RestorePictures(ctx context.Context, st *tenant.Store, hashes []string) (restored int, err error) {
	err = st.Write(ctx, func(tx *tenant.Store) error {
		restored = 0
		for _, hash := range hashes {
			result, err := tx.ExecContext(ctx, "UPDATE catalog_media SET deleted_at = NULL WHERE hash = ? AND deleted_at IS NOT NULL", hash)
			if err != nil {
				return wrap("restore a picture", err)
			}
			if n, err := result.RowsAffected(); err != nil || n == 0 {
				continue
			}
			p, err := s.Picture(ctx, tx, hash)
			if err != nil {
				return err
			}
			if err := record(ctx, tx, "catalog.picture.restored", "picture", hash, p.String(), nil, p.view()); err != nil {
				return err
			}
			restored++
		}
		return nil
	})
	return restored, err
}

var mediaAddress = regexp.MustCompile(`/media/([0-9a-f]{64})`)

// picturesInTexts are the hashes of pictures that descriptions of products, categories and brands name, those of deleted ones too: they may come back.
func (s *Service) picturesInTexts(ctx context.Context, st *tenant.Store) (hashes []string, err error) {
	rows, err := st.QueryContext(ctx, `SELECT body_html FROM catalog_product WHERE instr(body_html, '/media/') > 0 UNION ALL
		SELECT text_html FROM catalog_category WHERE instr(text_html, '/media/') > 0 UNION ALL SELECT text_html FROM catalog_brand WHERE instr(text_html, '/media/') > 0`)
	texts, err := collect(rows, err, scanString)
	for _, text := range texts {
		for _, found := range mediaAddress.FindAllStringSubmatch(text, -1) {
			hashes = append(hashes, found[1])
		}
	}
	return hashes, wrap("read which pictures texts show", err)
}
