package catalog

import (
	"cmp"
	"context"
	"strconv"

	"wizamart/framework/money"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// GridPage is how many variants a page of the grid shows.
const GridPage = 500

// gridKeys are the columns of the grid; a cell's field is "<key>-<variant>".
var gridKeys = []string{"title", "status", "sku", "barcode", "price", "compare_at", "cost", "grams", "stock", "tax_class"}

// GridRow is a variant as the grid shows it.
type GridRow struct {
	ProductID string
	VariantID string
	Product   string // title
	Variant   string // title; "" where the product has no options
	Status    Status
	SKU       string
	Barcode   string
	Price     int64
	CompareAt *int64
	Cost      *int64
	Grams     int64
	TaxClass  string
	Seen      int64 // the product's UpdatedAt, in milliseconds
	First     bool  // of its product's on this page: title and status are changed here
	Level     inventorytype.Level
}

// Label is how the row is called.
func (r *GridRow) Label() string {
	if r.Variant == "" {
		return r.Product
	}
	return r.Product + " – " + r.Variant
}

// text is what a cell shows.
func (r *GridRow) text(key, currency string) string {
	amount := func(minor *int64) string {
		if minor == nil {
			return ""
		}
		return money.New(*minor, currency).Decimal()
	}
	switch key {
	case "title":
		return r.Product
	case "status":
		return string(r.Status)
	case "sku":
		return r.SKU
	case "barcode":
		return r.Barcode
	case "price":
		return amount(&r.Price)
	case "compare_at":
		return amount(r.CompareAt)
	case "cost":
		return amount(r.Cost)
	case "grams":
		return strconv.FormatInt(r.Grams, 10)
	case "stock":
		if !r.Level.Tracked {
			return ""
		}
		return strconv.Itoa(r.Level.OnHand)
	}
	return r.TaxClass
}

// Grid lists the variants of products, in the order of the products' list, with how many there are in all.
func (s *Service) Grid(ctx context.Context, st *tenant.Store, f ListFilter) ([]GridRow, int, error) {
	limit := cmp.Or(f.Limit, GridPage)
	f.now = s.moment()
	if f.Search != "" && matchQuery(f.Search) == "" {
		return nil, 0, nil
	}
	if f.Stock != "" || f.Sort == "stock" {
		all := f
		all.Limit, all.Offset = 1<<30, 0
		list, _, err := s.listByStock(ctx, st, all)
		if err != nil {
			return nil, 0, err
		}
		f = ListFilter{IDs: []string{}, Offset: f.Offset, Sort: "ids"}
		for i := range list {
			f.IDs = append(f.IDs, list[i].ID)
		}
	}
	total, err := countGrid(ctx, st, &f)
	if err != nil || total == 0 {
		return nil, 0, err
	}
	rows, err := gridRows(ctx, st, &f, limit, f.Offset)
	if err != nil {
		return nil, 0, err
	}
	return rows, total, s.gridStock(ctx, st, rows)
}

// GridByVariant reads rows by their variants' ids; those that are deleted are missing.
func (s *Service) GridByVariant(ctx context.Context, st *tenant.Store, ids []string) ([]GridRow, error) {
	rows, err := gridByVariant(ctx, st, ids)
	if err != nil {
		return nil, err
	}
	return rows, s.gridStock(ctx, st, rows)
}

func (s *Service) gridStock(ctx context.Context, st *tenant.Store, rows []GridRow) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].VariantID
	}
	levels, err := s.levelsOf(ctx, st, ids)
	for i := range rows {
		rows[i].Level = levels[rows[i].VariantID]
		rows[i].First = i == 0 || rows[i-1].ProductID != rows[i].ProductID
	}
	return err
}
