package catalog

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

var noField = problem.New(problem.NotFound, "This type does not have this field.")

// editType runs a change of a type's fields in a transaction; the types are as they were before.
func (s *Service) editType(ctx context.Context, st *tenant.Store, typeID string, change func(tx *tenant.Store, c *typeSet, t *ProductType) error) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		c, err := readTypeSet(ctx, tx)
		if err != nil {
			return err
		}
		t := c.typeByID(typeID)
		if t == nil {
			return noType
		}
		return change(tx, c, t)
	})
}

// AddField gives a type a further field, behind the others. A field of that key and kind which the store has already is shared, whatever else in says:
// what products said in it is there again.
func (s *Service) AddField(ctx context.Context, st *tenant.Store, typeID string, in Field) (*Field, error) {
	var out *Field
	err := s.editType(ctx, st, typeID, func(tx *tenant.Store, c *typeSet, t *ProductType) error {
		f := in
		if known := c.byID[in.ID]; known != nil {
			f = *known
			f.Required = in.Required
		} else {
			f.ID = ""
			f.prepare()
			if err := f.Validate(); err != nil {
				return err
			}
			if err := s.takeKey(ctx, tx, c, &f); err != nil {
				return err
			}
		}
		if t.Field(f.ID) != nil {
			return problem.On("label", "The type has the field “%s” already.", f.Label)
		}
		if len(t.Fields) >= MaxTypeFields {
			return problem.On("label", "A type has at most %d fields.", MaxTypeFields)
		}
		out = &f
		if f.ID == "" {
			if len(c.fields) >= MaxFields {
				return problem.On("label", "A store has at most %d fields.", MaxFields)
			}
			f.ID = database.NewID()
			if err := insertField(ctx, tx, &f); err != nil {
				return err
			}
		}
		return s.join(ctx, tx, t, &f, len(t.Fields)+1)
	})
	return out, err
}

// takeKey finds the field that has f's key: one of the same kind is taken in its place, one that no type has any more steps back.
func (s *Service) takeKey(ctx context.Context, tx *tenant.Store, c *typeSet, f *Field) error {
	known := c.byKey[f.Key]
	switch {
	case known == nil:
		return nil
	case known.Kind == f.Kind:
		required := f.Required
		*f = *known
		f.Required = required
		return nil
	case len(c.users(known.ID)) == 0:
		return retireField(ctx, tx, known.ID)
	}
	return problem.On("key", "The field “%s” of another type has this key and holds something else. Choose another key.", known.Label)
}

// join adds a field to a type and says so.
func (s *Service) join(ctx context.Context, tx *tenant.Store, t *ProductType, f *Field, position int) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO catalog_type_field (type_id, field_id, position, required) VALUES (?, ?, ?, ?)", t.ID, f.ID, position, f.Required)
	if err != nil {
		return wrap("add the field", err)
	}
	if err := s.reindexLater(ctx, tx, t.Name); err != nil {
		return err
	}
	return record(ctx, tx, "catalog.type.field_added", "product_type", t.ID, t.Name, nil, f.view())
}

// UpdateField changes one of a type's fields, for all types that have it; whether it is required is the type's own. Where products would lose what they
// say, by another kind or by a choice that is no longer there, it is refused on "sure" unless sure is set; RestoreField takes another kind back.
func (s *Service) UpdateField(ctx context.Context, st *tenant.Store, typeID, fieldID string, sure bool, change func(*Field) error) (*Field, error) {
	var out *Field
	err := s.editType(ctx, st, typeID, func(tx *tenant.Store, c *typeSet, t *ProductType) error {
		before := t.Field(fieldID)
		if before == nil {
			return noField
		}
		f := *before
		f.Choices = append([]Choice(nil), before.Choices...)
		if err := change(&f); err != nil {
			return err
		}
		f.prepare()
		if err := f.Validate(); err != nil {
			return err
		}
		if other := c.byKey[f.Key]; other != nil && other.ID != fieldID {
			return problem.On("key", "The field “%s” has this key.", other.Label)
		}
		if fmt.Sprint(before.view()) == fmt.Sprint(f.view()) {
			out = before
			return nil
		}
		var err error
		if f.Kind != before.Kind {
			err = convertField(ctx, tx, before, &f, sure)
		} else {
			err = updateField(ctx, tx, before, &f, sure)
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_type_field SET required = ? WHERE type_id = ? AND field_id = ?", f.Required, t.ID, f.ID); err != nil {
			return wrap("save whether the field is required", err)
		}
		for _, name := range c.users(fieldID) {
			if err := s.reindexLater(ctx, tx, name); err != nil {
				return err
			}
		}
		out = &f
		return record(ctx, tx, "catalog.type.field_changed", "product_type", t.ID, t.Name, before.view(), f.view())
	})
	return out, err
}

// loses refuses a change by which n products lose something.
func loses(n int, field, example string) error {
	if n == 1 {
		return problem.On("sure", "One product loses what it says in “%s”: “%s”. Tick the box below to go on.", field, clip(example))
	}
	return problem.On("sure", "%d products lose what they say in “%s”, such as “%s”. Tick the box below to go on.", n, field, clip(example))
}

// updateField writes a field of the same kind.
func updateField(ctx context.Context, tx *tenant.Store, before, f *Field, sure bool) error {
	for _, c := range before.Choices {
		if f.choice(c.ID) != nil {
			continue
		}
		n, err := fieldUse(ctx, tx, f.ID, c.ID)
		if err != nil {
			return err
		}
		if n > 0 && !sure {
			return loses(n, f.Label, c.Label)
		}
	}
	return writeField(ctx, tx, f)
}

// RemoveField takes a field from a type. What products say in it is kept and shown no more, until it is added again; RestoreField undoes it.
func (s *Service) RemoveField(ctx context.Context, st *tenant.Store, typeID, fieldID string) error {
	return s.editType(ctx, st, typeID, func(tx *tenant.Store, _ *typeSet, t *ProductType) error {
		f := t.Field(fieldID)
		if f == nil {
			return noField
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM catalog_type_field WHERE type_id = ? AND field_id = ?", typeID, fieldID); err != nil {
			return wrap("remove the field", err)
		}
		if err := s.reindexLater(ctx, tx, t.Name); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.type.field_removed", "product_type", t.ID, t.Name, f.view(), nil)
	})
}

// RestoreField undoes RemoveField, or a change of a field's kind: then fieldID is that of the field as it was before, and all types that have its
// successor get it back.
func (s *Service) RestoreField(ctx context.Context, st *tenant.Store, typeID, fieldID string, required bool) error {
	return s.editType(ctx, st, typeID, func(tx *tenant.Store, c *typeSet, t *ProductType) error {
		if t.Field(fieldID) != nil {
			return nil // it was undone already
		}
		if f := c.byID[fieldID]; f != nil {
			own := *f
			own.Required = required
			return s.join(ctx, tx, t, &own, len(t.Fields)+1)
		}
		rows, err := tx.QueryContext(ctx, `SELECT id, key, label, kind, unit, help, shown, filterable, created_at, updated_at FROM catalog_field WHERE id = ?`, fieldID)
		list, err := collect(rows, err, scanField)
		if err != nil {
			return wrap("look for the field", err)
		}
		if len(list) == 0 {
			return noField
		}
		successor := c.byKey[list[0].Key]
		if successor == nil || t.Field(successor.ID) == nil {
			return noField
		}
		if err := retireField(ctx, tx, successor.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_field SET deleted_at = NULL, updated_at = ? WHERE id = ?", database.Now(), fieldID); err != nil {
			return wrap("restore the field", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_type_field SET field_id = ? WHERE field_id = ?", fieldID, successor.ID); err != nil {
			return wrap("give the types the field back", err)
		}
		for _, name := range c.users(successor.ID) {
			if err := s.reindexLater(ctx, tx, name); err != nil {
				return err
			}
		}
		return record(ctx, tx, "catalog.type.field_restored", "product_type", t.ID, t.Name, successor.view(), list[0].view())
	})
}

// MoveField moves a field of a type by places: −1 is one forward.
func (s *Service) MoveField(ctx context.Context, st *tenant.Store, typeID, fieldID string, by int) error {
	return s.editType(ctx, st, typeID, func(tx *tenant.Store, _ *typeSet, t *ProductType) error {
		var ids []string
		at := -1
		for i := range t.Fields {
			if t.Fields[i].ID == fieldID {
				at = i
			}
			ids = append(ids, t.Fields[i].ID)
		}
		if at < 0 {
			return noField
		}
		to := min(max(at+by, 0), len(ids)-1)
		if to == at {
			return nil
		}
		was := t.view()
		ids[at], ids[to] = ids[to], ids[at]
		t.Fields[at], t.Fields[to] = t.Fields[to], t.Fields[at]
		for i, id := range ids {
			if _, err := tx.ExecContext(ctx, "UPDATE catalog_type_field SET position = ? WHERE type_id = ? AND field_id = ?", i+1, typeID, id); err != nil {
				return wrap("order the fields", err)
			}
		}
		return record(ctx, tx, "catalog.type.fields_ordered", "product_type", t.ID, t.Name, was, t.view())
	})
}

// view is what the audit keeps of a field.
func (f *Field) view() map[string]any {
	return map[string]any{
		"key": f.Key, "label": f.Label, "kind": string(f.Kind), "unit": f.Unit, "help": f.Help, "choices": f.Choices,
		"shown": f.Shown, "filterable": f.Filterable, "required": f.Required,
	}
}
