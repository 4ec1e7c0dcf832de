package catalog

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// shelfFields is what listings need of the fields that shoppers filter by.
type shelfFields struct {
	list    []Field
	marks   []fieldMark
	of      [][]int32 // by product: the numbers of its marks, those of a field together; nil where none has any
	numbers [][]int64 // by field and product, millionths; nil for fields that hold no numbers
}

// fieldMark is a value that products share: a choice, yes or no, a word.
type fieldMark struct {
	field int32 // of list
	label string
	order int // among the field's
}

// nothingSaid stands where a product has no number.
const nothingSaid = math.MinInt64

// readFields reads what products say in fields that are filtered by, where their type has the field. at is where a seq stands on the shelf.
func (s *Service) readFields(ctx context.Context, st *tenant.Store, out *shelf, at map[int64]int32, now database.Time) error {
	set, err := s.typeSetOf(ctx, st)
	if err != nil {
		return err
	}
	number := map[string]int32{}
	f := &out.fields
	var ids []string
	for i := range set.fields {
		if one := &set.fields[i]; one.Shown && one.Filterable && len(set.users(one.ID)) > 0 {
			number[one.ID] = int32(len(f.list))
			f.list, ids = append(f.list, *one), append(ids, one.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	f.of, f.numbers = make([][]int32, len(out.products)), make([][]int64, len(f.list))
	marks := map[fieldMark]int32{}
	mark := func(product, field int32, label string, order int) {
		m := fieldMark{field, label, order}
		n := numbered(marks, m, func() { f.marks = append(f.marks, m) })
		f.of[product] = append(f.of[product], n)
		out.bytes += 8
	}
	rows, err := st.QueryContext(ctx, `SELECT p.seq, p.product_type, v.field_id, COALESCE(v.text, ''), v.number, COALESCE(v.choice_id, '') FROM catalog_value v
		JOIN catalog_product p ON p.id = v.product_id WHERE v.field_id IN (SELECT value FROM json_each(?)) AND `+inShop+` ORDER BY v.field_id, p.seq`, idList(ids), now)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var seq int64
		var typeName, fieldID, text, choice string
		var n *int64
		if err := r.Scan(&seq, &typeName, &fieldID, &text, &n, &choice); err != nil {
			return err
		}
		product, ok := at[seq]
		t := set.ofType(typeName)
		if !ok || t == nil || t.Field(fieldID) == nil {
			return nil
		}
		no := number[fieldID]
		one := &f.list[no]
		switch {
		case one.Kind == NumberField && n != nil:
			if f.numbers[no] == nil {
				f.numbers[no] = slices.Repeat([]int64{nothingSaid}, len(out.products))
				out.bytes += int64(8 * len(out.products))
			}
			f.numbers[no][product] = *n
		case one.Kind == YesNoField && n != nil && *n != 0:
			mark(product, no, "Yes", 0)
		case one.Kind == YesNoField && n != nil:
			mark(product, no, "No", 1)
		case choice != "":
			if i := slices.IndexFunc(one.Choices, func(c Choice) bool { return c.ID == choice }); i >= 0 {
				mark(product, no, one.Choices[i].Label, i)
			}
		case text != "":
			mark(product, no, text, 0)
		}
		return nil
	})
	return wrap("read what is filtered by", err)
}

// ordered sorts a field's marks: choices as the field has them, words by the alphabet.
func (f *shelfFields) ordered(marks []int32) {
	slices.SortFunc(marks, func(a, b int32) int {
		x, y := &f.marks[a], &f.marks[b]
		return cmp.Or(cmp.Compare(x.order, y.order), strings.Compare(strings.ToLower(x.label), strings.ToLower(y.label)))
	})
}
