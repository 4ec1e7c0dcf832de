package catalog

import (
	"slices"
	"strings"
	"unicode/utf8"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Category is a node of the category tree.
type Category struct {
	ID         string
	ParentID   string // "" at the top
	Slug       string
	Name       string
	TextSource string // HTML as given
	TextHTML   string // sanitised
	Hash       string // of its picture
	Position   int    // among its siblings
	Rule       Rule
	CreatedAt  database.Time
	UpdatedAt  database.Time
	DeletedAt  database.Time
}

// Rule makes products members by themselves: those of any of the types, or with any of the tags. Letter case does not count.
type Rule struct {
	Types []string `json:"types,omitempty"`
	Tags  []string `json:"tags,omitempty"`
}

// Empty tells whether the rule takes nothing.
func (r Rule) Empty() bool { return len(r.Types) == 0 && len(r.Tags) == 0 }

// Takes tells whether the product belongs by this rule.
func (r Rule) Takes(p *Product) bool {
	has := func(list []string, value string) bool {
		return value != "" && slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
	}
	return has(r.Types, p.Type) || slices.ContainsFunc(p.Tags, func(t string) bool { return has(r.Tags, t) })
}

// MaxDepth is how many levels a category tree has at most.
const MaxDepth = 5

// Validate checks the category by itself; its place in the tree is checked when it is saved.
func (c *Category) Validate() error {
	var f problem.Fields
	f.Check(strings.TrimSpace(c.Name) != "", "name", "Enter a name.")
	f.Check(utf8.RuneCountInString(c.Name) <= 100, "name", "Use at most %d characters.", 100)
	f.Check(ValidSlug(c.Slug), "slug", "Use letters, digits and hyphens, at most %d characters.", MaxTitle)
	f.Check(len(c.TextSource) <= MaxBody, "text", "The text is larger than %d kB.", MaxBody>>10)
	f.Check(len(c.Rule.Types) <= 50 && len(c.Rule.Tags) <= 50, "rule_types", "Use at most %d types and tags.", 50)
	return f.Err()
}
