package catalog

import (
	"context"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// Save writes a product as it is now over what was read before; before is nil for a new one. It is the one way in which a product
// changes: it validates, gives ids to new variants and images, keeps positions, price history, categories by rule and the search,
// carries stock changes over, audits, and announces the change. It belongs in a transaction. Nothing is written where nothing changed.
//
// Variants and images are matched by id: those that are no longer there are deleted, those without an id are new.
func (s *Service) Save(ctx context.Context, tx *tenant.Store, before, p *Product) (changed bool, err error) {
	if changed, err = s.saveUnindexed(ctx, tx, before, p); err != nil || !changed {
		return changed, err
	}
	return true, index(ctx, tx, p)
}

// saveUnindexed is Save without the row of the search table: whoever writes many products adds their rows at the end of the transaction. FTS5
// writes what it was given, and merges it, at each savepoint.
func (s *Service) saveUnindexed(ctx context.Context, tx *tenant.Store, before, p *Product) (changed bool, err error) {
	now := database.Now()
	p.prepare(before)
	if err := p.Validate(); err != nil {
		return false, err
	}
	if err := s.checkUnique(ctx, tx, p); err != nil {
		return false, err
	}
	p.summarise()
	fields := p.changedFields(before)
	if before != nil && len(fields) == 0 {
		return false, nil
	}
	p.UpdatedAt = now
	if before == nil {
		if err := s.roomForProduct(ctx, tx); err != nil {
			return false, err
		}
		p.CreatedAt = now
		err = insertProduct(ctx, tx, p)
	} else {
		err = updateProduct(ctx, tx, p)
	}
	if err != nil {
		return false, err
	}
	if before == nil {
		before = &Product{}
	}
	if err := saveTags(ctx, tx, before, p); err != nil {
		return false, err
	}
	if err := saveFields(ctx, tx, before, p); err != nil {
		return false, err
	}
	if err := saveSafety(ctx, tx, before, p); err != nil {
		return false, err
	}
	if err := saveImages(ctx, tx, before, p, now); err != nil {
		return false, err
	}
	if err := saveVariants(ctx, tx, before, p, now); err != nil {
		return false, err
	}
	if err := s.saveStock(ctx, tx, before, p); err != nil {
		return false, err
	}
	if err := s.saveCategories(ctx, tx, before, p); err != nil {
		return false, err
	}
	if before.ID == "" {
		return true, s.announce(ctx, tx, "created", p, nil, p.view(), nil)
	}
	return true, s.announce(ctx, tx, "updated", p, before.view(), p.view(), fields)
}

// prepare brings a product into the shape in which it is kept.
func (p *Product) prepare(before *Product) {
	p.Title, p.Brand, p.Type = strings.TrimSpace(p.Title), strings.TrimSpace(p.Brand), strings.TrimSpace(p.Type)
	if before == nil || before.BodySource != p.BodySource {
		p.BodyHTML = Sanitise(p.BodySource)
	}
	if p.ID == "" {
		p.ID = database.NewID()
	}
	if p.Handle == "" {
		p.Handle = p.Slug
	}
	p.Safety.prepare()
	var tags []string
	for _, t := range p.Tags {
		if t = strings.TrimSpace(t); t != "" && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	p.Tags = tags
	for i := range p.Images {
		im := &p.Images[i]
		if im.ID == "" {
			im.ID = database.NewID()
		}
		im.ProductID, im.Position = p.ID, i+1
	}
	for i := range p.Variants {
		v := &p.Variants[i]
		if v.ID == "" {
			v.ID = database.NewID()
		}
		v.ProductID, v.Position = p.ID, i+1
		v.SKU, v.Barcode = strings.TrimSpace(v.SKU), strings.TrimSpace(v.Barcode)
		if v.ImageID != "" && p.Image(v.ImageID) == nil {
			v.ImageID = ""
		}
	}
	p.collectValues()
}

// collectValues adds to the options' values those that variants have and the options do not name.
func (p *Product) collectValues() {
	for o := range p.Options[:min(len(p.Options), MaxOptions)] {
		for i := range p.Variants {
			if v := p.Variants[i].Values[o]; v != "" && !slices.Contains(p.Options[o].Values, v) {
				p.Options[o].Values = append(p.Options[o].Values, v)
			}
		}
	}
}

// checkUnique refuses a handle or an address that another living product has.
func (s *Service) checkUnique(ctx context.Context, tx *tenant.Store, p *Product) error {
	// Two look-ups: with OR, SQLite uses neither of the partial indexes and reads the whole table.
	rows, err := tx.QueryContext(ctx, `SELECT title FROM catalog_product WHERE slug = ? AND id <> ? AND deleted_at IS NULL
		UNION ALL SELECT title FROM catalog_product WHERE handle = ? AND id <> ? AND deleted_at IS NULL LIMIT 1`, p.Slug, p.ID, p.Handle, p.ID)
	others, err := collect(rows, err, scanString)
	if err != nil {
		return wrap("look for the address", err)
	}
	if len(others) > 0 {
		return problem.On("slug", "The product “%s” has this address already.", others[0])
	}
	return nil
}
