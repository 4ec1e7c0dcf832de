package catalog

import (
	"context"

	"wizamart/tenant"
)

// typeSet is a store's types with their fields, and who answers for its products. Whoever gets it shares it: nobody changes it.
type typeSet struct {
	types  []ProductType // by name
	named  map[string]*ProductType
	fields []Field           // all living ones, by label
	byID   map[string]*Field // not Required: that is the type's
	byKey  map[string]*Field

	parties []Party // who answers for the products' safety, by name
}

// typeSetOf is the store's types as of now; in a transaction, as the transaction has them.
func (s *Service) typeSetOf(ctx context.Context, st *tenant.Store) (*typeSet, error) {
	if st.InTransaction() {
		return readTypeSet(ctx, st)
	}
	return s.typeSets.Of(st, func() (*typeSet, error) { return readTypeSet(ctx, st) })
}

// ofType is the type that a product's type names; nil where it has no fields of its own.
func (c *typeSet) ofType(name string) *ProductType { return c.named[typeKey(name)] }

// fieldsOf are the fields that products of a type have.
func (c *typeSet) fieldsOf(typeName string) []Field {
	if t := c.ofType(typeName); t != nil {
		return t.Fields
	}
	return nil
}

// typeByID finds a type, or nil.
func (c *typeSet) typeByID(id string) *ProductType {
	for i := range c.types {
		if c.types[i].ID == id {
			return &c.types[i]
		}
	}
	return nil
}

// users are the names of the types that have a field.
func (c *typeSet) users(fieldID string) (names []string) {
	for i := range c.types {
		if c.types[i].Field(fieldID) != nil {
			names = append(names, c.types[i].Name)
		}
	}
	return names
}

// Field finds one of the type's fields, or nil.
func (t *ProductType) Field(id string) *Field {
	for i := range t.Fields {
		if t.Fields[i].ID == id {
			return &t.Fields[i]
		}
	}
	return nil
}
