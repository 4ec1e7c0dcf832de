package catalog

import (
	"context"
	"database/sql"
	"reflect"
	"slices"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// undoFor is how long an action can be taken back.
const undoFor = 24 * time.Hour

// undoState is what an action changed, as it was before.
type undoState struct {
	Products   []undoProduct  `json:"products,omitempty"`
	Categories []undoCategory `json:"categories,omitempty"`
	Pictures   []string       `json:"pictures,omitempty"` // hashes of those that the action deleted
	OrderOf    string         `json:"order_of,omitempty"` // id of a category whose products were put in order by hand
	Order      []string       `json:"order,omitempty"`
}

// undoProduct is a product before an action. Version is its UpdatedAt after it, in milliseconds: what was changed again since is left alone.
type undoProduct struct {
	ID          string        `json:"id"`
	Version     int64         `json:"version"`
	Deleted     bool          `json:"deleted,omitempty"` // by the action
	Title       string        `json:"title"`
	Status      Status        `json:"status"`
	PublishedAt database.Time `json:"published_at"`
	UnpublishAt database.Time `json:"unpublish_at,omitzero"`
	Tags        []string      `json:"tags"`
	Variants    []undoVariant `json:"variants,omitempty"` // those that the action changed
	Whole       *Product      `json:"whole,omitempty"`    // all of it, where the action may have changed anything but the stock
}

type undoVariant struct {
	ID        string     `json:"id"`
	SKU       string     `json:"sku"`
	Barcode   string     `json:"barcode"`
	Price     int64      `json:"price"`
	CompareAt *int64     `json:"compare_at"`
	Cost      *int64     `json:"cost"`
	Grams     int64      `json:"grams"`
	TaxClass  string     `json:"tax_class"`
	Tracker   string     `json:"tracker"`
	Stock     *undoStock `json:"stock,omitempty"`
}

// undoStock is a stock before and after an action; nil is not counted.
type undoStock struct{ Was, Is *int }

type undoCategory struct {
	Category
	Version int64 `json:"version"`           // as that of a product
	Deleted bool  `json:"deleted,omitempty"` // by the action
}

func (u *undoState) empty() bool {
	return len(u.Products) == 0 && len(u.Categories) == 0 && len(u.Pictures) == 0 && u.OrderOf == ""
}

// deletes tells whether the action deleted something: taking that back needs the permission to delete.
func (u *undoState) deletes() bool {
	if len(u.Pictures) > 0 {
		return true
	}
	for i := range u.Products {
		if u.Products[i].Deleted {
			return true
		}
	}
	for i := range u.Categories {
		if u.Categories[i].Deleted {
			return true
		}
	}
	return false
}

// stocks tells whether the action set the stock of something.
func (u *undoState) stocks() bool {
	for i := range u.Products {
		if slices.ContainsFunc(u.Products[i].Variants, func(v undoVariant) bool { return v.Stock != nil }) {
			return true
		}
	}
	return false
}

func (u *undoState) deletedCategories() (ids []string) {
	for i := range u.Categories {
		if u.Categories[i].Deleted {
			ids = append(ids, u.Categories[i].ID)
		}
	}
	return ids
}

func newUndoProduct(before, after *Product) undoProduct {
	u := undoProduct{ID: before.ID, Title: before.Title, Status: before.Status, PublishedAt: before.PublishedAt, UnpublishAt: before.UnpublishAt, Tags: before.Tags}
	if u.Deleted = after == nil; u.Deleted {
		return u
	}
	u.Version = after.UpdatedAt.UnixMilli()
	for i := range before.Variants {
		v := &before.Variants[i]
		if now := after.Variant(v.ID); now != nil && !v.same(now) {
			u.Variants = append(u.Variants, newUndoVariant(v))
		}
	}
	return u
}

func newUndoVariant(v *Variant) undoVariant {
	return undoVariant{
		ID: v.ID, SKU: v.SKU, Barcode: v.Barcode, Price: v.Price, CompareAt: v.CompareAt, Cost: v.Cost, Grams: v.Grams, TaxClass: v.TaxClass, Tracker: v.Tracker,
	}
}

func (u *undoVariant) back(v *Variant) {
	v.SKU, v.Barcode, v.Price, v.CompareAt, v.Cost, v.Grams, v.TaxClass, v.Tracker = u.SKU, u.Barcode, u.Price, u.CompareAt, u.Cost, u.Grams, u.TaxClass, u.Tracker
}

// undoOf is what takes the changes of EditVariants back.
func undoOf(changed []Changed) *undoState {
	out := &undoState{}
	for i := range changed {
		c := &changed[i]
		u := newUndoProduct(c.Before, c.After)
		for id, stock := range c.Stock {
			at := -1
			for k := range u.Variants {
				if u.Variants[k].ID == id {
					at = k
				}
			}
			if at < 0 {
				at = len(u.Variants)
				u.Variants = append(u.Variants, newUndoVariant(c.Before.Variant(id)))
			}
			u.Variants[at].Stock = &stock
		}
		out.Products = append(out.Products, u)
	}
	return out
}

// undoProducts is what takes back whatever happened to products since they were read.
func (s *Service) undoProducts(ctx context.Context, st *tenant.Store, before []Product) (*undoState, error) {
	ids := make([]string, len(before))
	for i := range before {
		ids[i] = before[i].ID
	}
	list, err := s.ProductsByID(ctx, st, ids)
	if err != nil {
		return nil, err
	}
	now := map[string]*Product{}
	for i := range list {
		now[list[i].ID] = &list[i]
	}
	out := &undoState{}
	for i := range before {
		after := now[before[i].ID]
		if after == nil || !after.UpdatedAt.Equal(before[i].UpdatedAt.Time) {
			out.Products = append(out.Products, newUndoProduct(&before[i], after))
		}
	}
	return out, nil
}

// undoCategories is what takes back whatever happened to categories since all of them were read.
func (s *Service) undoCategories(ctx context.Context, st *tenant.Store, before []Category) (*undoState, error) {
	list, err := s.CategoryRows(ctx, st)
	if err != nil {
		return nil, err
	}
	out := &undoState{}
	for i := range before {
		u := undoCategory{Category: before[i], Deleted: true}
		same := false
		for k := range list {
			if list[k].ID == u.ID {
				u.Deleted, u.Version = false, list[k].UpdatedAt.UnixMilli()
				same = reflect.DeepEqual(list[k].view(), u.view())
			}
		}
		if !same {
			out.Categories = append(out.Categories, u)
		}
	}
	return out, nil
}

// keepUndo keeps what takes an action back, for a day; it gives an id, or "" where there is nothing to take back.
func (s *Service) keepUndo(ctx context.Context, st *tenant.Store, state *undoState) (id string, err error) {
	if state.empty() {
		return "", nil
	}
	text, err := jsonText(state)
	if err != nil {
		return "", err
	}
	now := s.now()
	id = database.NewID()
	kind := "products"
	if len(state.Products) == 0 {
		kind = "categories"
	}
	return id, st.Write(ctx, func(tx *tenant.Store) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM catalog_undo WHERE created_at < ?", database.At(now.Add(-undoFor)))
		if err == nil {
			_, err = tx.ExecContext(ctx, "INSERT INTO catalog_undo (id, kind, state, created_at) VALUES (?, ?, ?, ?)", id, kind, text, database.At(now))
		}
		return wrap("keep what takes an action back", err)
	})
}

var noUndo = problem.New(problem.NotFound, "This cannot be undone any more.")

func (s *Service) undoState(ctx context.Context, st *tenant.Store, id string) (*undoState, error) {
	rows, err := st.QueryContext(ctx, "SELECT state FROM catalog_undo WHERE id = ? AND created_at >= ?", id, database.At(s.now().Add(-undoFor)))
	list, err := collect(rows, err, func(r *sql.Rows, u *undoState) error { return r.Scan(jsonColumn{u}) })
	if err != nil {
		return nil, wrap("read what takes an action back", err)
	}
	if len(list) == 0 {
		return nil, noUndo
	}
	return &list[0], nil
}
