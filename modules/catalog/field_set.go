package catalog

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

// SetFields changes what a product says in fields of its type, by their keys: text, numbers, true and false, lists of choices; nil and "" say
// nothing. Fields that are not named stay as they are. Complaints are on "fields.<key>".
func (s *Service) SetFields(ctx context.Context, st *tenant.Store, productID string, values map[string]any) (*Product, error) {
	set, err := s.typeSetOf(ctx, st)
	if err != nil {
		return nil, err
	}
	return s.Update(ctx, st, productID, func(p *Product) error { return set.setFields(p, values) })
}

// setFields puts values into the product. What its type requires is asked for where anything is set, unless it is a draft.
func (c *typeSet) setFields(p *Product, values map[string]any) error {
	if len(values) == 0 {
		return nil
	}
	var e problem.Fields
	var said []FieldValue
	fields := c.fieldsOf(p.Type)
	for key, value := range values {
		at := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key })
		if at < 0 {
			e.Add("fields."+key, "Products of the type “%s” have no such field.", p.Type)
			continue
		}
		v, err := fields[at].value(fieldTexts(value)...)
		if err != nil {
			e.Add("fields."+key, "%s", firstMessage(err))
			continue
		}
		said = append(said, v)
	}
	if err := p.sayFields(said); err != nil {
		return err
	}
	for i := range fields {
		if f := &fields[i]; f.Required && p.Status != Draft && p.FieldValue(f.ID).Empty() {
			e.Add("fields."+f.Key, "%s", firstMessage(errRequired))
		}
	}
	slices.SortStableFunc(e, func(a, b problem.Field) int { return strings.Compare(a.Name, b.Name) })
	return e.Err()
}

// fieldTexts is a value of JSON as a form would send it.
func fieldTexts(value any) []string {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return []string{v}
	case bool:
		return []string{strconv.FormatBool(v)}
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, fieldTexts(one)...)
		}
		return out
	case []string:
		return v
	}
	return []string{fmt.Sprint(value)}
}

// fieldsResource is what a product says in the fields of its type, by key, as programs see it.
func (c *typeSet) fieldsResource(p *Product) map[string]any {
	out := map[string]any{}
	fields := c.fieldsOf(p.Type)
	for i := range fields {
		f := &fields[i]
		v := p.FieldValue(f.ID)
		if v.Empty() {
			continue
		}
		switch {
		case f.Kind == NumberField && v.Number != nil:
			out[f.Key] = float64(*v.Number) / million
		case f.Kind == YesNoField && v.Number != nil:
			out[f.Key] = *v.Number != 0
		case f.Kind == ChoicesField:
			out[f.Key] = f.labels(v)
		default:
			if text := f.text(v); text != "" {
				out[f.Key] = text
			}
		}
	}
	return out
}

// sayFields puts values that somebody has set in place of what was said, and of what an import kept for those that differ.
func (p *Product) sayFields(values []FieldValue) error {
	var changed []string
	for _, v := range values {
		if was := p.FieldValue(v.Field); was.Empty() != v.Empty() || was != nil && !was.same(&v) {
			changed = append(changed, v.Key)
		}
		p.setField(v)
	}
	return p.dropColumns(changed)
}
