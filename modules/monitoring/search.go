package monitoring

import (
	"maps"
	"strings"

	"github.com/pocketbase/dbx"
)

// like is a pattern that finds the text anywhere.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// without are the parameters but for some.
func without(params dbx.Params, names ...string) dbx.Params {
	out := maps.Clone(params)
	for _, n := range names {
		delete(out, n)
	}
	return out
}
