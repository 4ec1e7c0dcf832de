package catalog

import (
	"context"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Duplicate makes a draft like the product: options, variants, prices, pictures, files, categories. Stock starts at nothing, counted as the
// original's is; barcodes are not copied, because they name one article.
func (s *Service) Duplicate(ctx context.Context, st *tenant.Store, id, title string) (*Product, error) {
	var out *Product
	err := st.Write(ctx, func(tx *tenant.Store) error {
		p, err := s.Product(ctx, tx, id)
		if err != nil {
			return err
		}
		levels, err := s.levels(ctx, tx, p)
		if err != nil {
			return err
		}
		c := p.clone()
		c.ID, c.Seq, c.Title, c.Status, c.PublishedAt, c.UnpublishAt, c.ImportData = "", 0, title, Draft, database.Time{}, database.Time{}, nil
		if c.Slug, err = s.FreeSlug(ctx, tx, MakeSlug(title, "product")); err != nil {
			return err
		}
		c.Handle = c.Slug
		images := map[string]string{}
		for i := range c.Images {
			fresh := database.NewID()
			images[c.Images[i].ID] = fresh
			c.Images[i].ID, c.Images[i].ImportData = fresh, nil
		}
		for i := range c.Variants {
			v := &c.Variants[i]
			level := levels[v.ID]
			none := 0
			v.Stock = &StockChange{Tracked: level.Tracked, Backorder: level.Backorder, OnHand: &none}
			v.ID, v.Barcode, v.ImportData, v.ImageID = "", "", nil, images[v.ImageID]
		}
		out = c
		if _, err = s.Save(ctx, tx, nil, c); err != nil {
			return err
		}
		return s.copyFiles(ctx, tx, p, c)
	})
	return out, err
}
