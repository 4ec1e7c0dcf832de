package catalog

import (
	"context"

	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// saveVariants writes the difference. A combination of options is unique among the living, so variants that take another
// combination leave their old ones first: two may swap.
func saveVariants(ctx context.Context, tx *tenant.Store, before, p *Product, now database.Time) error {
	leave := func(id string) error {
		_, err := tx.ExecContext(ctx, "UPDATE catalog_variant SET deleted_at = ?, updated_at = ? WHERE id = ?", now, now, id)
		return wrap("delete a variant", err)
	}
	for i := range before.Variants {
		old := &before.Variants[i]
		if v := p.Variant(old.ID); v == nil || v.Values != old.Values {
			if err := leave(old.ID); err != nil {
				return err
			}
		}
	}
	for i := range p.Variants {
		v := &p.Variants[i]
		old := before.Variant(v.ID)
		if old != nil && v.same(old) {
			continue
		}
		if old == nil {
			v.CreatedAt = now
		}
		v.UpdatedAt = now
		if err := writeVariant(ctx, tx, v); err != nil {
			return err
		}
		if old != nil && old.Price == v.Price && equal(old.CompareAt, v.CompareAt) {
			continue
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO catalog_price_change (variant_id, price, compare_at, at) VALUES (?, ?, ?, ?)", v.ID, v.Price, v.CompareAt, now)
		if err != nil {
			return wrap("note a price", err)
		}
	}
	return nil
}

func writeVariant(ctx context.Context, tx *tenant.Store, v *Variant) error {
	var image any
	if v.ImageID != "" {
		image = v.ImageID
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO catalog_variant (id, product_id, position, option1, option2, option3, sku, barcode, price, compare_at, cost,
		grams, weight_unit, content, content_unit, requires_shipping, taxable, tax_class, tracker, fulfilment, image_id, import_data, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET position = excluded.position, option1 = excluded.option1, option2 = excluded.option2, option3 = excluded.option3,
		sku = excluded.sku, barcode = excluded.barcode, price = excluded.price, compare_at = excluded.compare_at, cost = excluded.cost, grams = excluded.grams,
		weight_unit = excluded.weight_unit, content = excluded.content, content_unit = excluded.content_unit, requires_shipping = excluded.requires_shipping, taxable = excluded.taxable, tax_class = excluded.tax_class, tracker = excluded.tracker,
		fulfilment = excluded.fulfilment, image_id = excluded.image_id, import_data = excluded.import_data, updated_at = excluded.updated_at, deleted_at = NULL
		WHERE product_id = excluded.product_id`,
		v.ID, v.ProductID, v.Position, v.Values[0], v.Values[1], v.Values[2], v.SKU, v.Barcode, v.Price, v.CompareAt, v.Cost,
		v.Grams, v.WeightUnit, v.Content.Thousandths, v.Content.Unit, v.RequiresShipping, v.Taxable, v.TaxClass, v.Tracker, v.Fulfilment, image, v.ImportData, v.CreatedAt, v.UpdatedAt)
	return wrap("save a variant", err)
}

// saveStock carries the stock changes over. A new variant whose stock nobody stated starts with nothing where its siblings
// are counted, and is not counted itself where they are not.
func (s *Service) saveStock(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	if s.stock == nil {
		return nil
	}
	fresh := false
	for i := range p.Variants {
		v := &p.Variants[i]
		c := v.Stock
		if before.Variant(v.ID) == nil {
			fresh = true
			continue
		}
		if v.Stock = nil; c == nil { // carried over once
			continue
		}
		if err := s.stock.SetPolicy(ctx, tx, v.ID, c.Tracked, c.Backorder); err != nil {
			return wrap("set the stock's policy", err)
		}
		if c.OnHand != nil && c.Tracked {
			if err := s.stock.Set(ctx, tx, v.ID, *c.OnHand, c.Reason); err != nil {
				return wrap("set the stock", err)
			}
		}
	}
	if !fresh {
		return nil
	}
	return s.firstStock(ctx, tx, before, p)
}

func (s *Service) firstStock(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	levels, err := s.levels(ctx, tx, before)
	if err != nil {
		return err
	}
	var like inventorytype.Level
	if len(before.Variants) > 0 {
		like = levels[before.Variants[0].ID]
	}
	var initial []inventorytype.Initial
	for i := range p.Variants {
		v := &p.Variants[i]
		if before.Variant(v.ID) != nil {
			continue
		}
		first := inventorytype.Initial{VariantID: v.ID, Tracked: like.Tracked, Backorder: like.Backorder}
		if c := v.Stock; c != nil {
			first.Tracked, first.Backorder = c.Tracked, c.Backorder
			if c.OnHand != nil {
				first.OnHand = *c.OnHand
			}
		}
		v.Stock = nil
		initial = append(initial, first)
	}
	return wrap("set the first stock", s.stock.SetInitial(ctx, tx, initial))
}
