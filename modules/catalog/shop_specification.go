package catalog

import (
	"net/url"
	"strings"
	"time"

	"wizamart/framework/web"
)

// specification is a row of the table on the product's page.
type specification struct {
	Name, Value string
	URL         string // the value is the address of
	Lines       bool   // it has several lines
	Day         bool   // it is the day At
	At          time.Time
}

func specifications(c *web.Context, told []toldField) (out []specification) {
	for _, t := range told {
		row := specification{Name: t.Label, Value: t.text(t.Value)}
		switch t.Kind {
		case NumberField:
			row.Value = numberWords(c, *t.Value.Number, t.Unit)
		case YesNoField:
			row.Value = c.T(map[bool]string{true: "Yes", false: "No"}[*t.Value.Number != 0])
		case ChoicesField:
			row.Value = strings.Join(t.labels(t.Value), ", ")
		case LinesField:
			row.Lines = true
		case DateField:
			at, err := time.Parse(time.DateOnly, t.Value.Text)
			row.Day, row.At = err == nil, at
		case URLField:
			row.URL = t.Value.Text
			if u, err := url.Parse(t.Value.Text); err == nil {
				row.Value = strings.TrimSuffix(u.Host+u.Path, "/")
			}
		}
		out = append(out, row)
	}
	return out
}

// numberWords are millionths as people of the page's language read them, with the unit: 12,5 l.
func numberWords(c *web.Context, n int64, unit string) string {
	text := c.T("%v", float64(n)/million)
	if unit != "" {
		text += "\u00a0" + unit
	}
	return text
}

// properties tells machines what the product says in its fields: schema.org additionalProperty.
func (d *productView) properties(data map[string]any) {
	var out []map[string]any
	for i, t := range d.Told {
		one := map[string]any{"@type": "PropertyValue", "propertyID": t.Key, "name": t.Label, "value": d.Table[i].Value}
		switch t.Kind {
		case NumberField:
			one["value"] = float64(*t.Value.Number) / million
			said(one, "unitText", t.Unit)
		case YesNoField:
			one["value"] = *t.Value.Number != 0
		case ChoicesField:
			one["value"] = t.labels(t.Value)
		case DateField, URLField:
			one["value"] = t.Value.Text
		}
		out = append(out, one)
	}
	if len(out) > 0 {
		data["additionalProperty"] = out
	}
}
