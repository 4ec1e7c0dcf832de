package catalog

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// TypeRow is a product type as lists have it: one with fields, or a name that products have and nothing more.
type TypeRow struct {
	ID       string // "" while it has no fields of its own
	Name     string
	Fields   int
	Products int
}

// ProductTypes lists the types with fields and the names that products have as their type, by name.
func (s *Service) ProductTypes(ctx context.Context, st *tenant.Store) ([]TypeRow, error) {
	c, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	use, err := typesInUse(ctx, st)
	if err != nil {
		return nil, err
	}
	var out []TypeRow
	at := map[string]int{}
	for i := range c.types {
		at[typeKey(c.types[i].Name)] = len(out)
		out = append(out, TypeRow{ID: c.types[i].ID, Name: c.types[i].Name, Fields: len(c.types[i].Fields)})
	}
	for _, u := range use {
		key := typeKey(u.name)
		if i, ok := at[key]; ok {
			out[i].Products += u.products
			continue
		}
		at[key] = len(out)
		out = append(out, TypeRow{Name: u.name, Products: u.products})
	}
	slices.SortFunc(out, func(a, b TypeRow) int { return strings.Compare(typeKey(a.Name), typeKey(b.Name)) })
	return out, nil
}

// ProductType reads a type with its fields; problem.NotFound for one that is not there.
func (s *Service) ProductType(ctx context.Context, st *tenant.Store, id string) (*ProductType, error) {
	c, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	t := c.typeByID(id)
	if t == nil {
		return nil, noType
	}
	return t, nil
}

func checkTypeName(c *typeSet, name, id string) error {
	var f problem.Fields
	f.Check(name != "", "name", "Enter a name.")
	f.Check(utf8.RuneCountInString(name) <= MaxTitle, "name", "Use at most %d characters.", MaxTitle)
	if t := c.ofType(name); t != nil && t.ID != id {
		f.Add("name", "There is a type “%s” already.", t.Name)
	}
	return f.Err()
}

// CreateType makes a type without fields. Products whose type has that name, in any letter case, are of it.
func (s *Service) CreateType(ctx context.Context, st *tenant.Store, name string) (*ProductType, error) {
	var out *ProductType
	err := st.Write(ctx, func(tx *tenant.Store) error {
		now := database.Now()
		t := &ProductType{ID: database.NewID(), Name: strings.TrimSpace(name), CreatedAt: now, UpdatedAt: now}
		c, err := readTypeSet(ctx, tx)
		if err != nil {
			return err
		}
		if err := checkTypeName(c, t.Name, ""); err != nil {
			return err
		}
		if len(c.types) >= MaxTypes {
			return problem.On("name", "A store has at most %d product types.", MaxTypes)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO catalog_type (id, name, name_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?)", t.ID, t.Name, typeKey(t.Name), now, now); err != nil {
			return wrap("insert the type", err)
		}
		out = t
		return record(ctx, tx, "catalog.type.created", "product_type", t.ID, t.Name, nil, map[string]any{"name": t.Name})
	})
	return out, err
}

// RenameType gives a type another name, and its products and the rules of categories with it, so that all stays where it is.
func (s *Service) RenameType(ctx context.Context, st *tenant.Store, id, name string) error {
	name = strings.TrimSpace(name)
	return st.Write(ctx, func(tx *tenant.Store) error {
		c, err := readTypeSet(ctx, tx)
		if err != nil {
			return err
		}
		t := c.typeByID(id)
		if t == nil {
			return noType
		}
		if t.Name == name {
			return nil
		}
		if err := checkTypeName(c, name, id); err != nil {
			return err
		}
		was, key := typeKey(t.Name), typeKey(name)
		if was != key {
			if _, n, err := typeNames(ctx, tx, key); err != nil || n > 0 {
				if err == nil {
					err = problem.On("name", "Products have the type “%s” already. Give them another type first.", name)
				}
				return err
			}
		}
		names, _, err := typeNames(ctx, tx, was)
		if err != nil {
			return err
		}
		now := database.Now()
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_type SET name = ?, name_key = ?, updated_at = ? WHERE id = ?", name, key, now, id); err != nil {
			return wrap("rename the type", err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_product SET product_type = ?, updated_at = ? WHERE product_type IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL", name, now, idList(names)); err != nil {
			return wrap("rename the products' type", err)
		}
		if err := renameInRules(ctx, tx, was, name); err != nil {
			return err
		}
		if err := s.reindexLater(ctx, tx, name); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.type.renamed", "product_type", id, name, map[string]any{"name": t.Name}, map[string]any{"name": name})
	})
}

// renameInRules puts the new name into the rules of categories that name the old one: their members stay the same.
func renameInRules(ctx context.Context, tx *tenant.Store, was, name string) error {
	list, err := categories(ctx, tx, "WHERE c.rule <> '{}' AND c.deleted_at IS NULL")
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		before := c.view()
		if !c.Rule.renameType(was, name) {
			continue
		}
		c.UpdatedAt = database.Now() // what was done to the category before is not taken back over it
		if err := writeCategory(ctx, tx, c); err != nil {
			return err
		}
		if err := record(ctx, tx, "catalog.category.updated", "category", c.ID, c.Name, before, c.view()); err != nil {
			return err
		}
	}
	return nil
}

// DeleteType takes a type's fields off its products. They keep the name, and what they say in the fields is there again after RestoreType.
func (s *Service) DeleteType(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		c, err := readTypeSet(ctx, tx)
		if err != nil {
			return err
		}
		t := c.typeByID(id)
		if t == nil {
			return noType
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_type SET deleted_at = ?, updated_at = ? WHERE id = ?", database.Now(), database.Now(), id); err != nil {
			return wrap("delete the type", err)
		}
		if err := s.reindexLater(ctx, tx, t.Name); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.type.deleted", "product_type", id, t.Name, t.view(), nil)
	})
}

// RestoreType brings a deleted type back with its fields; problem.Conflict when another has its name meanwhile.
func (s *Service) RestoreType(ctx context.Context, st *tenant.Store, id string) error {
	return st.Write(ctx, func(tx *tenant.Store) error {
		rows, err := tx.QueryContext(ctx, "SELECT name FROM catalog_type WHERE id = ? AND deleted_at IS NOT NULL", id)
		names, err := collect(rows, err, scanString)
		if err != nil {
			return wrap("look for the type", err)
		}
		if len(names) == 0 {
			return noType
		}
		c, err := readTypeSet(ctx, tx)
		if err != nil {
			return err
		}
		if t := c.ofType(names[0]); t != nil {
			return problem.New(problem.Conflict, "There is a type “%s” already.", t.Name)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE catalog_type SET deleted_at = NULL, updated_at = ? WHERE id = ?", database.Now(), id); err != nil {
			return wrap("restore the type", err)
		}
		if err := s.reindexLater(ctx, tx, names[0]); err != nil {
			return err
		}
		return record(ctx, tx, "catalog.type.restored", "product_type", id, names[0], nil, map[string]any{"name": names[0]})
	})
}

// view is what the audit keeps of a type.
func (t *ProductType) view() map[string]any {
	var fields []string
	for i := range t.Fields {
		fields = append(fields, t.Fields[i].Key)
	}
	return map[string]any{"name": t.Name, "fields": fields}
}

// renameType puts name in place of the type of the key was, and tells whether the rule names it.
func (r *Rule) renameType(was, name string) (found bool) {
	r.Types, r.Conditions = slices.Clone(r.Types), slices.Clone(r.Conditions)
	for i := range r.Types {
		if typeKey(r.Types[i]) == was {
			r.Types[i], found = name, true
		}
	}
	for i := range r.Conditions {
		if o := &r.Conditions[i]; (o.Test == "type_is" || o.Test == "type_not") && typeKey(o.Value) == was {
			o.Value, found = name, true
		}
	}
	return found
}
