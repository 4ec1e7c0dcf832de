package catalog

import (
	"context"
	"errors"
	"slices"
	"strings"

	"wizamart/framework/problem"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// MaxVariantEdits is how many variants are changed at once.
const MaxVariantEdits = 1000

// VariantEdit is a change of one variant and of the product that it belongs to.
type VariantEdit struct {
	VariantID string
	Seen      int64                              // the product's UpdatedAt when it was read, in milliseconds; 0 does not look
	Change    func(p *Product, v *Variant) error // may run again; its complaints are about fields of the variant, such as "price"
	Stock     *StockEdit                         // nil leaves the stock
}

// StockEdit says how many pieces there are; nil is not counted.
type StockEdit struct {
	OnHand *int
	Look   bool // refuse when the stock is not Was any more
	Was    *int
}

// EditVariants changes many variants in one transaction: all or none. A product that is not what was seen any more is a conflict, on the
// field "row-<variant>"; other complaints are on "price-<variant>" and so on. changed are the products that are different now.
func (s *Service) EditVariants(ctx context.Context, st *tenant.Store, edits []VariantEdit) (changed []Changed, err error) {
	if len(edits) > MaxVariantEdits {
		return nil, problem.New(problem.Invalid, "Change at most %d variants at once.", MaxVariantEdits)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		e := editing{Service: s, edits: map[string][]VariantEdit{}}
		if err := e.read(ctx, tx, edits); err != nil {
			return err
		}
		for _, p := range e.products {
			if err := e.save(ctx, tx, p); err != nil {
				return err
			}
		}
		changed = e.changed
		return e.refusal()
	})
	if err != nil {
		return nil, err
	}
	return changed, nil
}

// Changed is a product before and after a change, with the stocks that the change set, by variant.
type Changed struct {
	Before, After *Product
	Stock         map[string]undoStock
}

// editing is one run of EditVariants.
type editing struct {
	*Service
	products []*Product               // in the order in which they are first named
	edits    map[string][]VariantEdit // by product
	levels   map[string]inventorytype.Level
	fields   problem.Fields
	conflict bool
	changed  []Changed
}

func (e *editing) refusal() error {
	if len(e.fields) == 0 {
		return nil
	}
	if e.conflict {
		return &problem.Error{Code: problem.Conflict, Message: "Somebody else changed some of these products meanwhile. Nothing was saved; what you typed is still here.", Fields: e.fields}
	}
	return e.fields.Err()
}

func (e *editing) read(ctx context.Context, tx *tenant.Store, edits []VariantEdit) error {
	ids := make([]string, len(edits))
	for i := range edits {
		ids[i] = edits[i].VariantID
	}
	list, err := products(ctx, tx, `WHERE p.deleted_at IS NULL AND p.id IN (SELECT product_id FROM catalog_variant
		WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL)`, idList(ids))
	if err != nil {
		return err
	}
	of := map[string]*Product{}
	for i := range list {
		for k := range list[i].Variants {
			of[list[i].Variants[k].ID] = &list[i]
		}
	}
	stock := []string{}
	for _, edit := range edits {
		p := of[edit.VariantID]
		if p == nil {
			e.conflict = true
			e.fields.Add("row-"+edit.VariantID, "This variant was deleted meanwhile.")
			continue
		}
		if e.edits[p.ID] == nil {
			e.products = append(e.products, p)
		}
		e.edits[p.ID] = append(e.edits[p.ID], edit)
		if edit.Stock != nil {
			stock = append(stock, edit.VariantID)
		}
	}
	e.levels, err = e.levelsOf(ctx, tx, stock)
	return err
}

// save changes one product and notes what is wrong with it.
func (e *editing) save(ctx context.Context, tx *tenant.Store, before *Product) error {
	after, edits, faults := before.clone(), e.edits[before.ID], len(e.fields)
	for _, edit := range edits {
		if edit.Seen != 0 && edit.Seen != before.UpdatedAt.UnixMilli() {
			e.conflict = true
			e.fields.Add("row-"+edit.VariantID, "Somebody else changed this product meanwhile. Save again to put yours in place of theirs.")
			continue
		}
		v := after.Variant(edit.VariantID)
		if err := e.note(edit.Change(after, v), edits, edit.VariantID); err != nil {
			return err
		}
		if edit.Stock != nil {
			e.stockOf(v, edit.Stock)
		}
	}
	if len(e.fields) > faults {
		return nil
	}
	changed := false
	err := tx.Write(ctx, func(tx *tenant.Store) (err error) { // a refusal undoes this product alone, so that the next one's complaints are known too
		changed, err = e.Save(ctx, tx, before, after)
		return err
	})
	if changed {
		c := Changed{Before: before, After: after, Stock: map[string]undoStock{}}
		for _, edit := range edits {
			if edit.Stock != nil {
				c.Stock[edit.VariantID] = undoStock{counted(e.levels[edit.VariantID]), edit.Stock.OnHand}
			}
		}
		e.changed = append(e.changed, c)
	}
	return e.note(err, edits, edits[0].VariantID)
}

func (e *editing) stockOf(v *Variant, in *StockEdit) {
	level, field := e.levels[v.ID], "stock-"+v.ID
	now := counted(level)
	if in.Look && !equal(now, in.Was) {
		e.conflict = true
		if now == nil {
			e.fields.Add(field, "It is not counted any more. Save again to set it to yours.")
		} else {
			e.fields.Add(field, "It is %d now: some were sold or counted meanwhile. Save again to set it to yours.", *now)
		}
		return
	}
	if in.OnHand != nil && *in.OnHand < 0 && !level.Backorder && *in.OnHand != level.OnHand {
		e.fields.Add(field, "Enter a whole number of zero or more.")
		return
	}
	v.Stock = &StockChange{Tracked: in.OnHand != nil, Backorder: level.Backorder, OnHand: in.OnHand, Reason: "correction"}
	v.Tracker = map[bool]string{true: "shopify", false: ""}[in.OnHand != nil] // the word that files have for "counted by the shop itself"
}

// counted is how many pieces there are; nil where nobody counts.
func counted(l inventorytype.Level) *int {
	if !l.Tracked {
		return nil
	}
	return &l.OnHand
}

// note puts a refusal's complaints where they are seen: on the cell of a variant that is being changed, or on the row of variant id.
func (e *editing) note(err error, edits []VariantEdit, id string) error {
	var refused *problem.Error
	if err == nil || !errors.As(err, &refused) || refused.Code == problem.Internal {
		return err
	}
	if refused.Code == problem.Conflict {
		e.conflict = true
	}
	if len(refused.Fields) == 0 {
		e.fields.Add("row-"+id, "%s", refused.Message)
	}
	for _, f := range refused.Fields {
		known := slices.ContainsFunc(edits, func(edit VariantEdit) bool { return strings.HasSuffix(f.Name, "-"+edit.VariantID) })
		switch {
		case known:
			e.fields = append(e.fields, f)
		case slices.Contains(gridKeys, f.Name):
			e.fields.Add(f.Name+"-"+id, "%s", f.Message)
		default:
			e.fields.Add("row-"+id, "%s", f.Message)
		}
	}
	return nil
}
