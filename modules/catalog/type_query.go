package catalog

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

func readTypeSet(ctx context.Context, st *tenant.Store) (*typeSet, error) {
	c := &typeSet{named: map[string]*ProductType{}, byID: map[string]*Field{}, byKey: map[string]*Field{}}
	rows, err := st.QueryContext(ctx, "SELECT id, name, created_at, updated_at FROM catalog_type WHERE deleted_at IS NULL ORDER BY name_key")
	c.types, err = collect(rows, err, func(r *sql.Rows, t *ProductType) error { return r.Scan(&t.ID, &t.Name, &t.CreatedAt, &t.UpdatedAt) })
	if err != nil {
		return nil, wrap("read the product types", err)
	}
	if c.parties, err = readParties(ctx, st); err != nil {
		return nil, err
	}
	for i := range c.types {
		c.named[typeKey(c.types[i].Name)] = &c.types[i]
	}
	if err := c.readFields(ctx, st); err != nil {
		return nil, err
	}
	rows, err = st.QueryContext(ctx, "SELECT type_id, field_id, required FROM catalog_type_field ORDER BY type_id, position, field_id")
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var typeID, fieldID string
		var required bool
		if err := r.Scan(&typeID, &fieldID, &required); err != nil {
			return err
		}
		t, f := c.typeByID(typeID), c.byID[fieldID]
		if t != nil && f != nil {
			own := *f
			own.Required = required
			t.Fields = append(t.Fields, own)
		}
		return nil
	})
	return c, wrap("read which type has which fields", err)
}

func (c *typeSet) readFields(ctx context.Context, st *tenant.Store) error {
	rows, err := st.QueryContext(ctx, `SELECT id, key, label, kind, unit, help, shown, filterable, created_at, updated_at FROM catalog_field
		WHERE deleted_at IS NULL ORDER BY label COLLATE NOCASE, key`)
	c.fields, err = collect(rows, err, scanField)
	if err != nil {
		return wrap("read the fields", err)
	}
	for i := range c.fields {
		c.byID[c.fields[i].ID], c.byKey[c.fields[i].Key] = &c.fields[i], &c.fields[i]
	}
	rows, err = st.QueryContext(ctx, "SELECT field_id, id, label FROM catalog_field_choice WHERE deleted_at IS NULL ORDER BY field_id, position, id")
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var field string
		var one Choice
		if err := r.Scan(&field, &one.ID, &one.Label); err != nil {
			return err
		}
		if f := c.byID[field]; f != nil {
			f.Choices = append(f.Choices, one)
		}
		return nil
	})
	return wrap("read the fields' choices", err)
}

func scanField(r *sql.Rows, f *Field) error {
	return r.Scan(&f.ID, &f.Key, &f.Label, &f.Kind, &f.Unit, &f.Help, &f.Shown, &f.Filterable, &f.CreatedAt, &f.UpdatedAt)
}

// valueColumn is what a product says in its fields, as productColumns has it.
const valueColumn = `(SELECT json_group_array(json_object('f', field_id, 'k', key, 't', text, 'n', number, 'c', choice_id)) FROM (
	SELECT w.field_id, f.key, w.text, w.number, w.choice_id FROM catalog_value w JOIN catalog_field f ON f.id = w.field_id WHERE w.product_id = p.id ORDER BY w.field_id, w.position))`

// valueScan scans it.
type valueScan struct{ to *[]FieldValue }

func (s valueScan) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("scan what fields hold: %T is not text", src)
	}
	*s.to = nil
	if text == "[]" {
		return nil
	}
	var rows []struct {
		F, K string
		T, C *string
		N    *int64
	}
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return err
	}
	for _, r := range rows {
		if n := len(*s.to); r.C != nil && n > 0 && (*s.to)[n-1].Field == r.F {
			(*s.to)[n-1].Choices = append((*s.to)[n-1].Choices, *r.C)
			continue
		}
		v := FieldValue{Field: r.F, Key: r.K, Number: r.N}
		if r.T != nil {
			v.Text = *r.T
		}
		if r.C != nil {
			v.Choices = []string{*r.C}
		}
		*s.to = append(*s.to, v)
	}
	return nil
}

// saveFields writes what the product says in its fields, where that differs.
func saveFields(ctx context.Context, tx *tenant.Store, before, p *Product) error {
	for i := range before.Fields {
		v := &before.Fields[i]
		if now := p.FieldValue(v.Field); now != nil && now.same(v) {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_value WHERE product_id = ? AND field_id = ?", p.ID, v.Field); err != nil {
			return wrap("clear a field", err)
		}
	}
	for i := range p.Fields {
		v := &p.Fields[i]
		if was := before.FieldValue(v.Field); was != nil && was.same(v) {
			continue
		}
		if err := insertValue(ctx, tx, p.ID, v); err != nil {
			return err
		}
	}
	return nil
}

func insertValue(ctx context.Context, tx *tenant.Store, productID string, v *FieldValue) error {
	const sql = "INSERT INTO catalog_value (product_id, field_id, position, text, number, choice_id) VALUES (?, ?, ?, ?, ?, ?)"
	if len(v.Choices) == 0 {
		var text any
		if v.Number == nil {
			text = v.Text
		}
		_, err := tx.ExecContext(ctx, sql, productID, v.Field, 0, text, v.Number, nil)
		return wrap("save a field", err)
	}
	for i, id := range v.Choices {
		if _, err := tx.ExecContext(ctx, sql, productID, v.Field, i, nil, nil, id); err != nil {
			return wrap("save a field's choice", err)
		}
	}
	return nil
}

// fieldWords are the words of a product's fields that a search finds it by.
func fieldWords(ctx context.Context, tx *tenant.Store, p *Product) ([]string, error) {
	if len(p.Fields) == 0 || p.Type == "" {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT COALESCE(c.label, v.text) FROM catalog_type t
		JOIN catalog_type_field tf ON tf.type_id = t.id JOIN catalog_field f ON f.id = tf.field_id AND f.deleted_at IS NULL
		JOIN catalog_value v ON v.field_id = f.id AND v.product_id = ?
		LEFT JOIN catalog_field_choice c ON c.id = v.choice_id
		WHERE t.name_key = ? AND t.deleted_at IS NULL AND f.shown = 1 AND f.kind IN ('text', 'choice', 'choices') AND (c.id IS NULL OR c.deleted_at IS NULL)
		ORDER BY tf.position, v.position`, p.ID, typeKey(p.Type))
	list, err := collect(rows, err, scanString)
	return list, wrap("read the words of the fields", err)
}

// typeNames are the ways in which living products write the type of that key.
func typeNames(ctx context.Context, st *tenant.Store, key string) (names []string, products int, err error) {
	use, err := typesInUse(ctx, st)
	for _, u := range use {
		if typeKey(u.name) == key {
			names, products = append(names, u.name), products+u.products
		}
	}
	return names, products, err
}

type typeUse struct {
	name     string
	products int
}

func typesInUse(ctx context.Context, st *tenant.Store) ([]typeUse, error) {
	rows, err := st.QueryContext(ctx, "SELECT product_type, count(*) FROM catalog_product WHERE deleted_at IS NULL AND product_type <> '' GROUP BY 1 ORDER BY 1")
	list, err := collect(rows, err, func(r *sql.Rows, u *typeUse) error { return r.Scan(&u.name, &u.products) })
	return list, wrap("count the types in use", err)
}

// fieldUse counts the living products that say something in a field, or that chose one of its choices.
func fieldUse(ctx context.Context, st *tenant.Store, fieldID, choiceID string) (int, error) {
	rows, err := st.QueryContext(ctx, `SELECT count(DISTINCT v.product_id) FROM catalog_value v JOIN catalog_product p ON p.id = v.product_id
		WHERE v.field_id = ?1 AND (?2 = '' OR v.choice_id = ?2) AND p.deleted_at IS NULL`, fieldID, choiceID)
	n, err := collect(rows, err, func(r *sql.Rows, n *int) error { return r.Scan(n) })
	if err != nil {
		return 0, wrap("count who has a field", err)
	}
	return n[0], nil
}

var noType = problem.New(problem.NotFound, "This product type does not exist.")
