package catalog

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func insertField(ctx context.Context, tx *tenant.Store, f *Field) error {
	f.CreatedAt = database.Now()
	_, err := tx.ExecContext(ctx, `INSERT INTO catalog_field (id, key, label, kind, unit, help, shown, filterable, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, f.ID, f.Key, f.Label, string(f.Kind), f.Unit, f.Help, f.Shown, f.Filterable, f.CreatedAt, f.CreatedAt)
	if err != nil {
		return wrap("insert the field", err)
	}
	return writeChoices(ctx, tx, f)
}

func writeField(ctx context.Context, tx *tenant.Store, f *Field) error {
	f.UpdatedAt = database.Now()
	_, err := tx.ExecContext(ctx, `UPDATE catalog_field SET key = ?, label = ?, unit = ?, help = ?, shown = ?, filterable = ?, updated_at = ? WHERE id = ?`,
		f.Key, f.Label, f.Unit, f.Help, f.Shown, f.Filterable, f.UpdatedAt, f.ID)
	if err != nil {
		return wrap("save the field", err)
	}
	return writeChoices(ctx, tx, f)
}

// writeChoices writes a field's choices; those that are no longer there are kept for the products that chose them, and offered and shown no more.
func writeChoices(ctx context.Context, tx *tenant.Store, f *Field) error {
	var ids []string
	for i, c := range f.Choices {
		ids = append(ids, c.ID)
		_, err := tx.ExecContext(ctx, `INSERT INTO catalog_field_choice (id, field_id, label, position) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET label = excluded.label, position = excluded.position, deleted_at = NULL WHERE field_id = excluded.field_id`, c.ID, f.ID, c.Label, i+1)
		if err != nil {
			return wrap("save a choice", err)
		}
	}
	_, err := tx.ExecContext(ctx, "UPDATE catalog_field_choice SET deleted_at = ? WHERE field_id = ? AND deleted_at IS NULL AND id NOT IN (SELECT value FROM json_each(?))", database.Now(), f.ID, idList(ids))
	return wrap("remove choices", err)
}

func retireField(ctx context.Context, tx *tenant.Store, id string) error {
	_, err := tx.ExecContext(ctx, "UPDATE catalog_field SET deleted_at = ? WHERE id = ?", database.Now(), id)
	return wrap("retire the field", err)
}

// convertField puts a field of another kind in before's place, in all types, with what products say as far as the kind can hold it. before and its
// values stay, so that it can be taken back.
func convertField(ctx context.Context, tx *tenant.Store, before, f *Field, sure bool) error {
	values, err := valuesOf(ctx, tx, before)
	if err != nil {
		return err
	}
	f.ID = database.NewID()
	for i := range f.Choices {
		f.Choices[i].ID = database.NewID()
	}
	if f.Kind.HasChoices() && len(f.Choices) == 0 {
		f.Choices = choicesFrom(values, f.Kind)
	}
	lost, example := 0, ""
	for i := range values {
		v := &values[i]
		if v.now, err = f.value(v.text); err != nil && !v.deleted {
			if lost++; example == "" {
				example = v.text
			}
		}
	}
	if lost > 0 && !sure {
		return loses(lost, before.Label, example)
	}
	if err := retireField(ctx, tx, before.ID); err != nil {
		return err
	}
	if err := insertField(ctx, tx, f); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE catalog_type_field SET field_id = ? WHERE field_id = ?", f.ID, before.ID); err != nil {
		return wrap("change the kind", err)
	}
	for i := range values {
		if v := &values[i]; !v.now.Empty() {
			if err := insertValue(ctx, tx, v.product, &v.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldValue is what a product says in a field.
type heldValue struct {
	product string
	deleted bool
	text    string
	now     FieldValue // in the field's new kind
}

// valuesOf reads what all products say in a field, as text.
func valuesOf(ctx context.Context, tx *tenant.Store, f *Field) ([]heldValue, error) {
	var out []heldValue
	var open FieldValue
	flush := func() {
		if n := len(out); n > 0 && out[n-1].text == "" {
			out[n-1].text = f.text(&open)
		}
		open = FieldValue{}
	}
	rows, err := tx.QueryContext(ctx, `SELECT v.product_id, p.deleted_at IS NOT NULL, COALESCE(v.text, ''), v.number, COALESCE(v.choice_id, '') FROM catalog_value v
		JOIN catalog_product p ON p.id = v.product_id WHERE v.field_id = ? ORDER BY v.product_id, v.position`, f.ID)
	_, err = collect(rows, err, func(r *sql.Rows, _ *struct{}) error {
		var h heldValue
		var v FieldValue
		var choice string
		if err := r.Scan(&h.product, &h.deleted, &v.Text, &v.Number, &choice); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].product != h.product {
			flush()
			out, open = append(out, h), v
		}
		if choice != "" {
			open.Choices = append(open.Choices, choice)
		}
		return nil
	})
	flush()
	out = slices.DeleteFunc(out, func(h heldValue) bool { return h.text == "" })
	return out, wrap("read what products say", err)
}

// choicesFrom makes choices of what products say, in alphabetical order, as many as a field may have.
func choicesFrom(values []heldValue, kind FieldKind) []Choice {
	var labels []string
	for i := range values {
		parts := []string{values[i].text}
		if kind == ChoicesField {
			parts = strings.Split(values[i].text, ";")
		}
		for _, label := range parts {
			label = strings.TrimSpace(label)
			if label != "" && len([]rune(label)) <= MaxLabel && !strings.ContainsAny(label, ";\n") && !slices.ContainsFunc(labels, func(o string) bool { return strings.EqualFold(o, label) }) {
				labels = append(labels, label)
			}
		}
	}
	slices.SortFunc(labels, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	var out []Choice
	for _, label := range labels[:min(len(labels), MaxChoices)] {
		out = append(out, Choice{ID: database.NewID(), Label: label})
	}
	return out
}

// errRequired is what a field says that has to be filled in.
var errRequired = problem.New(problem.Invalid, "Fill this in.")
