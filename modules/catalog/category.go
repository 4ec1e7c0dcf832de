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
	ID          string
	ParentID    string // "" at the top
	Slug        string
	Name        string
	TextSource  string // HTML as given
	TextHTML    string // sanitised
	Hash        string // of its picture
	Position    int    // among its siblings
	Rule        Rule
	Sort        string        // order of its products: "" by hand, else one of sorts
	PublishAt   database.Time // from when shoppers see it, and what is below it; zero: always
	UnpublishAt database.Time // from when they do not see it any more; zero: never
	CreatedAt   database.Time
	UpdatedAt   database.Time
	DeletedAt   database.Time
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
	f.Check(slices.ContainsFunc(sorts, func(o struct{ value, label string }) bool { return o.value == c.Sort }), "sort", "Choose an order.")
	f.Check(c.UnpublishAt.IsZero() || c.PublishAt.IsZero() || c.UnpublishAt.After(c.PublishAt.Time), "unpublish_at", "Choose a moment after the publishing.")
	return f.Err()
}
