package catalog

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/problem"
)

// FieldValue is what a product says in a field. Which member counts follows from the field's kind.
type FieldValue struct {
	Field   string   // its id
	Key     string   // of the field, for the audit
	Text    string   // text, lines, url; date as ISO 8601
	Number  *int64   // millionths; of yes_no 1 or 0
	Choices []string // ids, in the field's order
}

// Empty tells whether nothing is said.
func (v *FieldValue) Empty() bool {
	return v == nil || v.Text == "" && v.Number == nil && len(v.Choices) == 0
}

func (v *FieldValue) same(o *FieldValue) bool {
	return v.Text == o.Text && (v.Number == nil) == (o.Number == nil) && (v.Number == nil || *v.Number == *o.Number) && slices.Equal(v.Choices, o.Choices)
}

// FieldValue finds what the product says in a field, or nil.
func (p *Product) FieldValue(fieldID string) *FieldValue {
	for i := range p.Fields {
		if p.Fields[i].Field == fieldID {
			return &p.Fields[i]
		}
	}
	return nil
}

// setField puts a value in place of what was said; an empty one takes it away.
func (p *Product) setField(v FieldValue) {
	p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(o FieldValue) bool { return o.Field == v.Field })
	if !v.Empty() {
		p.Fields = append(p.Fields, v)
		slices.SortFunc(p.Fields, func(a, b FieldValue) int { return strings.Compare(a.Field, b.Field) })
	}
}

// fieldsView is what the audit keeps of the fields.
func (p *Product) fieldsView() map[string]any {
	out := map[string]any{}
	for _, v := range p.Fields {
		name := v.Key
		if _, twice := out[name]; twice || name == "" {
			name = v.Field
		}
		switch {
		case v.Number != nil:
			out[name] = *v.Number
		case len(v.Choices) > 0:
			out[name] = strings.Join(v.Choices, " ")
		default:
			out[name] = v.Text
		}
	}
	return out
}

const million = 1_000_000

// formatNumber is millionths as they are typed: 12.5.
func formatNumber(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign + strconv.FormatInt(n/million, 10)
	if rest := n % million; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(million+rest, 10)[1:], "0")
	}
	return text
}

// parseNumber reads “12.5”, “12,5” or “-3”, with or without the unit behind it: at most twelve digits before the point and six behind.
func parseNumber(text, unit string) (n int64, ok bool) {
	text = strings.TrimSpace(text)
	if unit != "" && len(text) > len(unit) && strings.EqualFold(text[len(text)-len(unit):], unit) {
		text = strings.TrimSpace(text[:len(text)-len(unit)])
	}
	negative := strings.HasPrefix(text, "-") || strings.HasPrefix(text, "−")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "-"), "−")
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(text, ",", "."), ".")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if whole == "" || !digits(whole) || !digits(fraction) || len(fraction) > 6 || len(whole) > 12 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(fraction + "000000")[:6], 10, 64)
	if err != nil {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

// choiceSeparator stands between several choices, in files as Shopify has it.
const choiceSeparator = "; "

// value reads one or several texts as a value of the field; all empty ones are nothing said.
func (f *Field) value(texts ...string) (v FieldValue, err error) {
	v = FieldValue{Field: f.ID, Key: f.Key}
	if f.Kind == ChoicesField {
		for _, t := range texts {
			for one := range strings.SplitSeq(t, ";") {
				if one = strings.TrimSpace(one); one == "" {
					continue
				}
				c := f.choiceCalled(one)
				if c == nil {
					return v, problem.New(problem.Invalid, "“%s” is none of the choices.", clip(one))
				}
				v.Choices = append(v.Choices, c.ID)
			}
		}
		v.order(f)
		return v, nil
	}
	text := ""
	if len(texts) > 0 {
		text = strings.TrimSpace(strings.ReplaceAll(texts[0], "\r\n", "\n"))
	}
	if text == "" {
		return v, nil
	}
	long := func(most int) error {
		if utf8.RuneCountInString(text) > most {
			return problem.New(problem.Invalid, "Use at most %d characters.", most)
		}
		return nil
	}
	switch f.Kind {
	case NumberField:
		n, ok := parseNumber(text, f.Unit)
		if !ok {
			return v, problem.New(problem.Invalid, "Enter a number with at most six decimals, such as 12.5.")
		}
		v.Number = &n
	case YesNoField:
		var n int64
		switch strings.ToLower(text) {
		case "yes", "true", "1", "on":
			n = 1
		case "no", "false", "0":
		default:
			return v, problem.New(problem.Invalid, "Choose yes or no.")
		}
		v.Number = &n
	case ChoiceField:
		c := f.choiceCalled(text)
		if c == nil {
			return v, problem.New(problem.Invalid, "“%s” is none of the choices.", clip(text))
		}
		v.Choices = []string{c.ID}
	case DateField:
		if len(text) > 10 && (text[10] == 'T' || text[10] == ' ') { // a moment: its day
			text = text[:10]
		}
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return v, problem.New(problem.Invalid, "Enter a date such as 2026-03-31.")
		}
		v.Text = text
	case URLField:
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(text) > 2000 {
			return v, problem.New(problem.Invalid, "Enter an address that begins with https://.")
		}
		v.Text = text
	case LinesField:
		v.Text = text
		return v, long(MaxFieldLines)
	default:
		v.Text = strings.Join(strings.Fields(text), " ")
		return v, long(MaxFieldText)
	}
	return v, nil
}

// order puts choices into the field's order, each once; those that the field no longer has go.
func (v *FieldValue) order(f *Field) {
	chosen := v.Choices
	v.Choices = nil
	for i := range f.Choices {
		if slices.Contains(chosen, f.Choices[i].ID) {
			v.Choices = append(v.Choices, f.Choices[i].ID)
		}
	}
}

// text is the value as value reads it: the way into files and fields of other kinds.
func (f *Field) text(v *FieldValue) string {
	if v.Empty() {
		return ""
	}
	switch f.Kind {
	case NumberField:
		if v.Number != nil {
			return formatNumber(*v.Number)
		}
	case YesNoField:
		if v.Number != nil {
			return map[bool]string{true: "true", false: "false"}[*v.Number != 0]
		}
	case ChoiceField, ChoicesField:
		return strings.Join(f.labels(v), choiceSeparator)
	default:
		return v.Text
	}
	return ""
}

// labels are those of a value's choices that the field still has.
func (f *Field) labels(v *FieldValue) (out []string) {
	for _, id := range v.Choices {
		if c := f.choice(id); c != nil {
			out = append(out, c.Label)
		}
	}
	return out
}

// Text is what a product says in the field, as people type it; "" for nothing.
func (f *Field) Text(p *Product) string { return f.text(p.FieldValue(f.ID)) }
