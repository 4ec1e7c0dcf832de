package orders

import (
	"wizamart/framework/country"
	"wizamart/framework/web"
	"wizamart/ui"
)

// countries are the choices of a country field. What stands there is kept, though it may be none that we know.
func countries(c *web.Context, selected string) []ui.Option {
	var out []ui.Option
	if selected != "" && !country.Valid(selected) {
		out = append(out, ui.Option{Value: selected, Label: selected, Selected: true})
	}
	for _, k := range country.List(c.Lang) {
		out = append(out, ui.Option{Value: k.Code, Label: k.Name, Selected: k.Code == selected})
	}
	return out
}
