package catalog

import (
	"context"
	"slices"
	"strings"

	"wizamart/framework/web"
	"wizamart/tenant"
	"wizamart/ui"
)

// ownFields are the fields of the product's type on the product's page.
type ownFields struct {
	Type, TypeID string
	Hint         string // beside the type
	Inputs       []fieldInput
}

// fieldInput is a field as the form has it.
type fieldInput struct {
	ID, Name, Label, Help, Value string
	Kind                         FieldKind
	Unit, Type, Mode             string
	Max                          int
	Wide, Required               bool
	Choices                      []ui.Option     // of a select
	Checks                       []ui.Option     // of which any can be chosen
	Chosen                       map[string]bool // by id
}

// typeChoices are the types that a product may be given: those with fields and those in use.
func (s *Service) typeChoices(ctx context.Context, st *tenant.Store, set *typeSet) ([]string, error) {
	out, err := s.Types(ctx, st, 100)
	if err != nil {
		return nil, err
	}
	for i := range set.types {
		if name := set.types[i].Name; !slices.ContainsFunc(out, func(o string) bool { return typeKey(o) == typeKey(name) }) {
			out = append(out, name)
		}
	}
	return out, nil
}

// ownFields readies the form's fields. The page shows those of the type that the product has; another type's are there once it was saved.
func (s *Service) ownFields(c *web.Context, p *Product, form *web.Form) (types []string, own ownFields, err error) {
	set, err := s.typeSetOf(c.Ctx(), c.Store)
	if err != nil {
		return nil, own, err
	}
	if types, err = s.typeChoices(c.Ctx(), c.Store, set); err != nil {
		return nil, own, err
	}
	t := set.ofType(p.Type)
	if t == nil {
		if len(set.types) > 0 {
			own.Hint = c.T("A type with fields asks for them here once you have saved.")
		}
		return types, own, nil
	}
	own.Type, own.TypeID = t.Name, t.ID
	for i := range t.Fields {
		own.Inputs = append(own.Inputs, newFieldInput(c, &t.Fields[i], p.FieldValue(t.Fields[i].ID)))
	}
	return types, own, nil
}

func newFieldInput(c *web.Context, f *Field, v *FieldValue) fieldInput {
	in := fieldInput{
		ID: f.ID, Name: "field-" + f.ID, Label: f.Label, Help: f.Help, Kind: f.Kind, Unit: f.Unit, Required: f.Required, Type: "text", Max: MaxFieldText,
		Value: f.text(v), Wide: f.Kind == LinesField, Chosen: map[string]bool{},
	}
	switch f.Kind {
	case NumberField:
		in.Mode, in.Max = "decimal", 40
	case DateField:
		in.Type = "date"
	case URLField:
		in.Type, in.Max = "url", 2000
	case YesNoField:
		in.Choices = []ui.Option{{Value: "true", Label: c.T("Yes")}, {Value: "false", Label: c.T("No")}}
	case ChoiceField:
		in.Choices = []ui.Option{}
		for _, one := range f.Choices {
			in.Choices = append(in.Choices, ui.Option{Value: one.Label, Label: one.Label})
		}
	case ChoicesField:
		for _, one := range f.Choices {
			in.Checks = append(in.Checks, ui.Option{Value: one.Label, Label: one.Label})
		}
		if !v.Empty() {
			for _, label := range f.labels(v) {
				in.Chosen[label] = true
			}
		}
	}
	return in
}

// withFields adds to a change of the product what the form says in its fields. Complaints go to the form. A draft may leave out what is required.
func (s *Service) withFields(c *web.Context, form *web.Form, p *Product, change func(*Product) error) (func(*Product) error, error) {
	set, err := s.typeSetOf(c.Ctx(), c.Store)
	if err != nil {
		return nil, err
	}
	t := set.typeByID(form.Value("fields_of"))
	if t == nil {
		return change, nil
	}
	strict := typeKey(form.Value("type")) == typeKey(t.Name) && Status(form.Value("status")) != Draft
	shown := form.Values("field_shown")
	var values []FieldValue
	for i := range t.Fields {
		f := &t.Fields[i]
		if !slices.Contains(shown, f.ID) {
			continue
		}
		v, err := f.value(form.Values("field-" + f.ID)...)
		if err != nil {
			form.Fail("field-"+f.ID, "%s", firstMessage(err))
		} else if strict && f.Required && v.Empty() {
			form.Fail("field-"+f.ID, "%s", firstMessage(errRequired))
		}
		values = append(values, v)
	}
	return func(p *Product) error {
		if err := p.sayFields(values); err != nil {
			return err
		}
		return change(p)
	}, nil
}

// toldField is a field of a product with what it says, as the shop shows it.
type toldField struct {
	*Field
	Value *FieldValue
}

// shownFields are the fields in which a product says something to shoppers.
func (c *typeSet) shownFields(p *Product) (out []toldField) {
	fields := c.fieldsOf(p.Type)
	for i := range fields {
		f := &fields[i]
		if v := p.FieldValue(f.ID); f.Shown && !v.Empty() && strings.TrimSpace(f.text(v)) != "" {
			out = append(out, toldField{f, v})
		}
	}
	return out
}
