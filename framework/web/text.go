package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Texts is the message catalogue. The English text is the key, so English needs no file; other languages
// stand in messages/<tag>.json of each module, as {"English": "translation"}.
type Texts struct {
	builder *catalog.Builder
	tags    []language.Tag
	match   language.Matcher
}

// NewTexts reads the modules' messages.
func NewTexts(sources []fs.FS) (*Texts, error) {
	t := &Texts{builder: catalog.NewBuilder(catalog.Fallback(language.English)), tags: []language.Tag{language.English}}
	known := map[language.Tag]bool{language.English: true}
	for _, src := range sources {
		names, err := fs.Glob(src, "messages/*.json")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			tag, err := language.Parse(strings.TrimSuffix(path.Base(name), ".json"))
			if err != nil {
				return nil, fmt.Errorf("messages %s: %w", name, err)
			}
			data, err := fs.ReadFile(src, name)
			if err != nil {
				return nil, err
			}
			var texts map[string]string
			if err := json.Unmarshal(data, &texts); err != nil {
				return nil, fmt.Errorf("messages %s: %w", name, err)
			}
			for k, v := range texts {
				if err := t.builder.SetString(tag, k, v); err != nil {
					return nil, fmt.Errorf("messages %s, %q: %w", name, k, err)
				}
			}
			if !known[tag] {
				known[tag] = true
				t.tags = append(t.tags, tag)
			}
		}
	}
	t.match = language.NewMatcher(t.tags)
	return t, nil
}

// Match picks the best language there are messages for, by the preferences given (BCP 47 tags or an Accept-Language value).
func (t *Texts) Match(preferences ...string) string {
	tag, _ := language.MatchStrings(t.match, preferences...)
	base, _ := tag.Base()
	return base.String()
}

// Printer formats messages, numbers and amounts for a locale.
func (t *Texts) Printer(locale string) *message.Printer {
	tag, err := language.Parse(locale)
	if err != nil {
		tag = language.English
	}
	return message.NewPrinter(tag, message.Catalog(t.builder))
}
