package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"wizamart/modules/catalog/shopifycsv"
	"wizamart/tenant"
)

// metafield is how product files name a field's column, behind its label: “Material (product.metafields.custom.material)”.
func metafield(key string) string { return "(product.metafields.custom." + key + ")" }

// fieldColumn is the field's column in files that no import has named.
func fieldColumn(f *Field) string { return f.Label + " " + metafield(f.Key) }

// columnKey is the key of the field that a column speaks of.
func columnKey(column string) (key string, ok bool) {
	_, rest, ok := strings.Cut(column, "(product.metafields.custom.")
	if !ok || !strings.HasSuffix(rest, ")") {
		return "", false
	}
	return strings.ToLower(strings.TrimSuffix(rest, ")")), true
}

// fieldColumns are the columns of a store's fields that its imports have not brought already, by key.
func (c *typeSet) fieldColumns(known []string) (out []string) {
	has := map[string]bool{}
	for _, column := range known {
		if key, ok := columnKey(column); ok {
			has[key] = true
		}
	}
	for i := range c.fields {
		if f := &c.fields[i]; !has[f.Key] {
			out = append(out, fieldColumn(f))
		}
	}
	slices.Sort(out)
	return out
}

// put brings what a product says in its fields into the columns of a file. Text that came with an import stays as it was written as long as it
// means the same.
func (c *typeSet) put(extra shopifycsv.Fields, p *Product, columns []string) shopifycsv.Fields {
	for _, column := range columns {
		key, ok := columnKey(column)
		f := c.byKey[key]
		if !ok || f == nil {
			continue
		}
		is := p.FieldValue(f.ID)
		kept, there := extra.Get(column)
		if there {
			if v, err := f.value(kept); err != nil && is.Empty() || err == nil && (is.Empty() && v.Empty() || !is.Empty() && v.same(is)) {
				continue
			}
		} else if is.Empty() {
			continue
		}
		extra = slices.Clone(extra)
		extra.Set(column, f.text(is))
	}
	return extra
}

// takeFields reads the columns of fields that a file's product has. What a field cannot hold is told and left as it was; the column
// is kept with the product all the same, as is text that is written otherwise than an export would.
func (g *merge) takeFields(p *Product, kept *shopifycsv.Fields) {
	if len(g.types.fields) == 0 {
		return
	}
	for _, cell := range g.file.Extra {
		key, ok := columnKey(cell.Column)
		f := g.types.byKey[key]
		if !ok || f == nil {
			continue
		}
		v, err := f.value(cell.Value)
		if err != nil {
			g.chunk.warnings = append(g.chunk.warnings, ImportIssue{g.file.Line, cell.Column, CodeField, asSentence(firstMessage(err))})
			continue
		}
		p.setField(v)
		if cell.Value == f.text(&v) {
			*kept = slices.DeleteFunc(slices.Clone(*kept), func(o shopifycsv.Field) bool { return o.Column == cell.Column })
		}
	}
	if g.before == nil || g.lenient {
		return
	}
	// A column that is there and empty says that nothing is said.
	for i := range g.types.fields {
		f := &g.types.fields[i]
		if _, said := g.said(f.Key); !said && slices.ContainsFunc(g.fileColumns, func(column string) bool {
			key, ok := columnKey(column)
			return ok && key == f.Key
		}) {
			p.setField(FieldValue{Field: f.ID, Key: f.Key})
		}
	}
}

// said is what the file's product has in the column of a field.
func (g *merge) said(key string) (string, bool) {
	for _, cell := range g.file.Extra {
		if k, ok := columnKey(cell.Column); ok && k == key {
			return cell.Value, true
		}
	}
	return "", false
}

// importFields readies an import for the store's fields.
func (m *importing) importFields(ctx context.Context, st *tenant.Store, columns []string) (err error) {
	m.fileColumns = columns
	m.types, err = m.typeSetOf(ctx, st)
	return err
}

// adopt fills fields of the product's type from the columns that an import has kept with it: files often come before fields.
func (c *typeSet) adopt(p *Product) error {
	fields := c.fieldsOf(p.Type)
	if len(fields) == 0 || !strings.Contains(string(p.ImportData), "(product.metafields.custom.") {
		return nil
	}
	var data productData
	if err := p.ImportData.Decode(&data); err != nil {
		return wrap("read what the import kept", err)
	}
	for _, cell := range data.Extra {
		key, _ := columnKey(cell.Column)
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key })
		if at < 0 || !p.FieldValue(fields[at].ID).Empty() {
			continue
		}
		if v, err := fields[at].value(cell.Value); err == nil {
			p.setField(v)
		}
	}
	return nil
}

// dropColumns forgets the text that an import kept for fields: somebody has said something else, or nothing.
func (p *Product) dropColumns(keys []string) error {
	if len(keys) == 0 || !strings.Contains(string(p.ImportData), "(product.metafields.custom.") {
		return nil
	}
	var data productData
	if err := p.ImportData.Decode(&data); err != nil {
		return wrap("read what the import kept", err)
	}
	data.Extra = replace(data.Extra, nil, func(column string) bool {
		key, ok := columnKey(column)
		return ok && slices.Contains(keys, key)
	})
	var err error
	p.ImportData, err = encodeData(data)
	return err
}

// unclaimed are the columns of metafields that files have brought and no field has, by label and key.
func (c *typeSet) unclaimed(columns []string) (out []Choice) {
	for _, column := range columns {
		key, ok := columnKey(column)
		if ok && fieldKey.MatchString(key) && c.byKey[key] == nil {
			label, _, _ := strings.Cut(column, "(product.metafields.custom.")
			out = append(out, Choice{ID: key, Label: cmp.Or(strings.TrimSpace(label), key)})
		}
	}
	return out
}
