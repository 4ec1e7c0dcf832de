package catalog

import (
	"strings"
	"testing"

	"wizamart/framework/problem"
)

func TestCategoryTree(t *testing.T) {
	s, st, _ := openStore(t)
	add := func(name, parent string) string {
		t.Helper()
		c, err := s.CreateCategory(ctx, st, Category{Name: name, ParentID: parent})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	shown := func() string {
		t.Helper()
		all, err := s.Categories(ctx, st)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range all {
			out = append(out, c.Name)
		}
		return strings.Join(out, " ")
	}
	a, b := add("A", ""), add("B", "")
	aa := add("AA", a)
	ab, aaa := add("AB", a), add("AAA", aa)
	if got := shown(); got != "A AA AAA AB B" {
		t.Errorf("made: %s", got)
	}
	for _, move := range []struct {
		id   string
		by   int
		want string
	}{{b, -1, "B A AA AAA AB"}, {b, -1, "B A AA AAA AB"}, {ab, -1, "B A AB AA AAA"}, {a, 1, "B A AB AA AAA"}, {a, -1, "A AB AA AAA B"}} {
		if err := s.MoveCategory(ctx, st, move.id, move.by); err != nil || shown() != move.want {
			t.Errorf("moved: %s, %v, want %s", shown(), err, move.want)
		}
	}
	for name, change := range map[string]func(*Category) error{
		"below itself":      func(c *Category) error { c.ParentID = c.ID; return nil },
		"below its child":   func(c *Category) error { c.ParentID = aaa; return nil },
		"below nothing":     func(c *Category) error { c.ParentID = "gone"; return nil },
		"without a name":    func(c *Category) error { c.Name = " "; return nil },
		"another's address": func(c *Category) error { c.Slug = "b"; return nil },
		"a path":            func(c *Category) error { c.Slug = "../b"; return nil },
	} {
		if _, err := s.UpdateCategory(ctx, st, a, change); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	deep := add("5", add("4", aaa))
	if _, err := s.CreateCategory(ctx, st, Category{Name: "6", ParentID: deep}); !problem.Is(err, problem.Invalid) {
		t.Errorf("a sixth level: %v", err)
	}
	gone, err := s.DeleteCategory(ctx, st, aa, false)
	if err != nil || len(gone) != 1 || shown() != "A AAA 4 5 AB B" && shown() != "A AB AAA 4 5 B" {
		t.Errorf("deleted alone: %s, %v", shown(), err)
	}
	gone, err = s.DeleteCategory(ctx, st, a, true)
	if err != nil || len(gone) != 5 || shown() != "B" {
		t.Errorf("deleted with those below: %s %v, %v", shown(), gone, err)
	}
	if err := s.RestoreCategories(ctx, st, gone); err != nil || len(strings.Fields(shown())) != 6 {
		t.Errorf("restored: %s, %v", shown(), err)
	}
}

func TestCategoryRules(t *testing.T) {
	s, st, _ := openStore(t)
	p := create(t, s, st, shirt())
	c, err := s.CreateCategory(ctx, st, Category{Name: "Warm", Rule: Rule{Types: []string{"SHIRTS"}, Tags: []string{"Down"}}})
	if err != nil {
		t.Fatal(err)
	}
	has := func(want bool, when string) {
		t.Helper()
		l, err := s.Listing(ctx, st, ListingInput{Slug: c.Slug})
		if err != nil || (l.Total == 1) != want {
			t.Errorf("%s: %d products, %v", when, l.Total, err)
		}
	}
	change := func(f func(*Product)) {
		t.Helper()
		if _, err := s.Update(ctx, st, p.ID, func(p *Product) error { f(p); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	has(true, "by type")
	change(func(p *Product) { p.Type = "Trousers" })
	has(false, "another type")
	change(func(p *Product) { p.Tags = append(p.Tags, "down") })
	has(true, "by tag")
	change(func(p *Product) { p.Categories = []string{c.ID}; p.Tags = nil })
	has(true, "by hand")
	change(func(p *Product) { p.Categories = nil })
	has(false, "taken out")
	if err := s.Assign(ctx, st, c.ID, []string{p.ID}, true); err != nil {
		t.Fatal(err)
	}
	has(true, "assigned")
	if _, err := s.UpdateCategory(ctx, st, c.ID, func(c *Category) error { c.Rule = Rule{}; return nil }); err != nil {
		t.Fatal(err)
	}
	has(true, "by hand, without the rule")
}
