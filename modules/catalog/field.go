package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// FieldKind is what a field holds.
type FieldKind string

// Kinds of fields.
const (
	TextField    FieldKind = "text"    // one line
	LinesField   FieldKind = "lines"   // several lines
	NumberField  FieldKind = "number"  // at most six decimals, with a unit
	YesNoField   FieldKind = "yes_no"  // or nothing said
	ChoiceField  FieldKind = "choice"  // one of the field's choices
	ChoicesField FieldKind = "choices" // any of them
	DateField    FieldKind = "date"    // ISO 8601
	URLField     FieldKind = "url"     // http or https
)

// FieldKinds in the order in which pages list them.
var FieldKinds = []FieldKind{TextField, LinesField, NumberField, YesNoField, ChoiceField, ChoicesField, DateField, URLField}

// Limits of types and fields. Characters are Unicode code points.
const (
	MaxTypes      = 500
	MaxFields     = 250 // of a store
	MaxTypeFields = 50
	MaxChoices    = 200
	MaxLabel      = 100  // characters of a label, a unit's are 20
	MaxFieldText  = 1000 // characters of a text
	MaxFieldLines = 10_000
)

// Field is something that the products of a type say of themselves. Types share fields: what is changed here is changed for all of them.
type Field struct {
	ID         string
	Key        string // in files, addresses and the API
	Label      string
	Kind       FieldKind
	Unit       string // of a number
	Help       string // for those who fill it in
	Choices    []Choice
	Shown      bool // in the shop
	Filterable bool // listings are narrowed down by it
	Required   bool // by the type that it was read with
	CreatedAt  database.Time
	UpdatedAt  database.Time
}

// Choice is one of a field's. Its label may change; products keep it.
type Choice struct {
	ID    string
	Label string
}

// ProductType is the products' type of that name, with its fields in order.
type ProductType struct {
	ID        string
	Name      string
	Fields    []Field
	CreatedAt database.Time
	UpdatedAt database.Time
}

// HasChoices tells whether values are taken from a list.
func (k FieldKind) HasChoices() bool { return k == ChoiceField || k == ChoicesField }

// CanFilter tells whether listings can be narrowed down by fields of this kind.
func (k FieldKind) CanFilter() bool {
	return k == TextField || k == NumberField || k == YesNoField || k.HasChoices()
}

// typeKey tells types apart: letter case does not count.
func typeKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

var fieldKey = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// keyOf is a key made of a label.
func keyOf(label string) string {
	key := strings.ReplaceAll(MakeSlug(label, "field"), "-", "_")
	return key[:min(len(key), 64)]
}

// choice finds one by id, or nil.
func (f *Field) choice(id string) *Choice {
	for i := range f.Choices {
		if f.Choices[i].ID == id {
			return &f.Choices[i]
		}
	}
	return nil
}

// choiceCalled finds one by its label in any letter case, or nil.
func (f *Field) choiceCalled(label string) *Choice {
	label = strings.TrimSpace(label)
	for i := range f.Choices {
		if strings.EqualFold(f.Choices[i].Label, label) {
			return &f.Choices[i]
		}
	}
	return nil
}

// prepare brings a field into the shape in which it is kept.
func (f *Field) prepare() {
	f.Label, f.Unit, f.Help, f.Key = strings.TrimSpace(f.Label), strings.TrimSpace(f.Unit), strings.TrimSpace(f.Help), strings.ToLower(strings.TrimSpace(f.Key))
	if f.Key == "" {
		f.Key = keyOf(f.Label)
	}
	if f.Kind != NumberField {
		f.Unit = ""
	}
	f.Filterable = f.Filterable && f.Kind.CanFilter()
	var kept []Choice
	for _, c := range f.Choices {
		if c.Label = strings.TrimSpace(c.Label); c.Label != "" && f.Kind.HasChoices() {
			if c.ID == "" {
				c.ID = database.NewID()
			}
			kept = append(kept, c)
		}
	}
	f.Choices = kept
}

// Validate checks a field against the rules that hold without looking at others.
func (f *Field) Validate() error {
	var e problem.Fields
	e.Check(f.Label != "", "label", "Enter a name.")
	e.Check(utf8.RuneCountInString(f.Label) <= MaxLabel, "label", "Use at most %d characters.", MaxLabel)
	e.Check(fieldKey.MatchString(f.Key), "key", "Use small letters, digits, hyphens and underscores, at most 64.")
	e.Check(slices.Contains(FieldKinds, f.Kind), "kind", "Choose what the field holds.")
	e.Check(utf8.RuneCountInString(f.Unit) <= 20, "unit", "Use at most %d characters.", 20)
	e.Check(utf8.RuneCountInString(f.Help) <= 300, "help", "Use at most %d characters.", 300)
	if f.Kind.HasChoices() {
		e.Check(len(f.Choices) <= MaxChoices, "choices", "Use at most %d choices.", MaxChoices)
	}
	for i, c := range f.Choices {
		e.Check(utf8.RuneCountInString(c.Label) <= MaxLabel, "choices", "Use at most %d characters.", MaxLabel)
		e.Check(!strings.ContainsRune(c.Label, ';'), "choices", "A choice cannot contain a semicolon: files part choices by it.")
		if slices.ContainsFunc(f.Choices[:i], func(o Choice) bool { return strings.EqualFold(o.Label, c.Label) }) {
			e.Add("choices", "Two choices are called “%s”.", c.Label)
		}
	}
	return e.Err()
}
