package catalog

import (
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const synonymKey = "catalog.synonyms"

var synonymSetting = app.Setting{
	Key: synonymKey, Scope: database.Store, Group: "Search", Label: "Words that mean the same", Kind: app.LongText, Max: 10_000,
	Help: "One group a line, parted by commas: sofa, couch, settee. Who searches for one finds the others too.",
	Check: func(text string) error {
		for _, line := range strings.Split(text, "\n") {
			if strings.TrimSpace(line) != "" && len(synonymGroup(line)) < 2 {
				return problem.New(problem.Invalid, "“%s” is a single word. Write at least two that mean the same, parted by commas.", strings.TrimSpace(line))
			}
		}
		return nil
	},
}

func synonymGroup(line string) (out []string) {
	for _, w := range strings.Split(line, ",") {
		if words := searchWords(w); len(words) > 0 {
			out = append(out, words.String())
		}
	}
	return out
}

// synonymsOf are a store's synonyms by word.
func synonymsOf(st *tenant.Store) map[string][]string {
	text, _ := st.Settings().Get(synonymKey)
	if text == "" {
		return nil
	}
	out := map[string][]string{}
	for _, line := range strings.Split(text, "\n") {
		group := synonymGroup(line)
		for _, w := range group {
			for _, other := range group {
				if other != w {
					out[w] = append(out[w], other)
				}
			}
		}
	}
	return out
}
