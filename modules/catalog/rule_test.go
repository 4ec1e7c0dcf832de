package catalog

import (
	"slices"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

func TestConditions(t *testing.T) {
	before := int64(2000)
	f := &ruleFacts{
		title: "Wool Shirt", brand: "Fjell", kind: "Shirts", tags: []string{"Winter"}, price: 1500, compareAt: &before, counted: true, pieces: 4, sells: true,
		created: database.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
	}
	for _, c := range []struct {
		test, value string
		want        bool
	}{
		{"title_contains", "wool", true}, {"title_contains", "silk", false}, {"title_lacks", "silk", true}, {"title_begins", "WOOL", true}, {"title_begins", "shirt", false},
		{"type_is", "shirts", true}, {"type_not", "Shirts", false}, {"brand_is", "FJELL", true}, {"brand_not", "Other", true}, {"tag_is", "winter", true}, {"tag_not", "winter", false},
		{"price_from", "15.00", true}, {"price_from", "15.01", false}, {"price_to", "15.00", true}, {"price_to", "14.99", false},
		{"sale_yes", "", true}, {"sale_no", "", false}, {"sale_from", "25", true}, {"sale_from", "26", false},
		{"stock_in", "", true}, {"stock_out", "", false}, {"stock_from", "4", true}, {"stock_from", "5", false}, {"stock_to", "4", true}, {"stock_to", "3", false},
		{"created_from", "2026-03-01", true}, {"created_from", "2026-03-02", false}, {"created_before", "2026-03-01", false}, {"created_before", "2026-03-02", true},
		{"published_from", "2020-01-01", false}, {"published_before", "2030-01-01", false},
	} {
		condition := Condition{c.test, c.value}
		if complaint := condition.check("EUR"); complaint != "" {
			t.Errorf("%s %s: %s", c.test, c.value, complaint)
		}
		if got, _ := condition.holds(f, "EUR"); got != c.want {
			t.Errorf("%s %s: %v", c.test, c.value, got)
		}
	}
	wool, silk := Condition{"title_contains", "wool"}, Condition{"title_contains", "silk"}
	for _, c := range []struct {
		rule Rule
		want bool
	}{
		{Rule{}, false}, {Rule{All: true}, false}, {Rule{Conditions: []Condition{silk, wool}}, true}, {Rule{Conditions: []Condition{silk}}, false},
		{Rule{Conditions: []Condition{wool, silk}, All: true}, false}, {Rule{Conditions: []Condition{wool, wool}, All: true}, true},
		{Rule{Types: []string{"shirts"}, Conditions: []Condition{silk}}, true},
	} {
		if got, _ := c.rule.takes(f, "EUR"); got != c.want {
			t.Errorf("%+v: %v", c.rule, got)
		}
	}
	for _, c := range []Condition{{"price_from", "x"}, {"price_to", "-1"}, {"sale_from", "101"}, {"stock_from", "many"}, {"created_from", "1.3.2026"}, {"title_contains", " "}, {"nothing", "x"}} {
		if c.check("EUR") == "" {
			t.Errorf("%+v is taken", c)
		}
	}
}

// A rule says until when it takes a product: the first end where all conditions have to hold, the last where one is enough.
func TestRuleEnds(t *testing.T) {
	day := func(n int) database.Time { return database.At(time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC)) }
	f := &ruleFacts{title: "Wool Shirt", created: day(1), published: day(5), now: day(6)}
	wool, created, published, over := Condition{"title_contains", "wool"}, Condition{"created_within", "10"}, Condition{"published_within", "10"}, Condition{"created_within", "5"}
	for _, c := range []struct {
		all        bool
		conditions []Condition
		in         bool
		until      database.Time
	}{
		{false, []Condition{created}, true, day(11)}, {false, []Condition{over}, false, database.Time{}}, {true, []Condition{created, over}, false, database.Time{}},
		{false, []Condition{published, created}, true, day(15)}, {true, []Condition{published, created}, true, day(11)},
		{false, []Condition{created, wool}, true, database.Time{}}, {true, []Condition{wool, created}, true, day(11)}, {false, []Condition{over, created}, true, day(11)},
	} {
		in, until := Rule{All: c.all, Conditions: c.conditions}.takes(f, "EUR")
		if in != c.in || !until.Equal(c.until.Time) {
			t.Errorf("all %t of %v: %t until %v, want %t until %v", c.all, c.conditions, in, until, c.in, c.until)
		}
	}
	for _, days := range []string{"0", "-1", "3651", "x", "1.5"} {
		if c := (Condition{"created_within", days}); c.check("EUR") == "" {
			t.Errorf("%q days are taken", days)
		}
	}
}

func TestCollectionStaysExact(t *testing.T) {
	s, st, stock := openStore(t)
	p := create(t, s, st, shirt())
	cat := create(t, s, st, Product{Title: "Cap", Status: Active})
	c, err := s.CreateCategory(ctx, st, Category{Name: "Sale", Sort: "-price", Rule: Rule{All: true, Conditions: []Condition{{"sale_yes", ""}, {"price_to", "60"}}}})
	if err != nil {
		t.Fatal(err)
	}
	scarce, err := s.CreateCategory(ctx, st, Category{Name: "Last pieces", Rule: Rule{Conditions: []Condition{{"stock_to", "3"}}}})
	if err != nil {
		t.Fatal(err)
	}
	has := func(category string, want ...string) {
		t.Helper()
		all, err := s.CategoryRows(ctx, st)
		if err != nil {
			t.Fatal(err)
		}
		slug := all[slices.IndexFunc(all, func(c Category) bool { return c.ID == category })].Slug
		l, err := s.Listing(ctx, st, ListingInput{Slug: slug})
		if err != nil || len(l.Cards) != len(want) {
			t.Fatalf("%+v, want %v, %v", l, want, err)
		}
		cards := l.Cards
		for i := range want {
			if cards[i].ProductID != want[i] {
				t.Errorf("card %d is %s", i, cards[i].Title)
			}
		}
	}
	has(c.ID)
	before := int64(9900)
	for _, id := range []string{p.ID, cat.ID} {
		if _, err := s.Update(ctx, st, id, func(p *Product) error { p.Variants[0].CompareAt = &before; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	has(c.ID, p.ID, cat.ID)
	if err := s.ArrangeCategory(ctx, st, c.ID, []string{cat.ID, p.ID}); err != nil {
		t.Fatal(err)
	}
	has(c.ID, p.ID, cat.ID) // by price still
	if _, err := s.UpdateCategory(ctx, st, c.ID, func(c *Category) error { c.Sort = ""; return nil }); err != nil {
		t.Fatal(err)
	}
	has(c.ID, cat.ID, p.ID)
	if _, err := s.Update(ctx, st, cat.ID, func(p *Product) error { p.Variants[0].Price = 6001; return nil }); err != nil {
		t.Fatal(err)
	}
	has(c.ID, p.ID)

	stockChanged := func() {
		t.Helper()
		if err := st.Write(ctx, func(tx *tenant.Store) error { return s.StockChanged(ctx, tx, p.Variants[0].ID) }); err != nil {
			t.Fatal(err)
		}
	}
	has(scarce.ID)
	for i := range p.Variants {
		stock.SetPolicy(ctx, st, p.Variants[i].ID, true, false)
	}
	stockChanged()
	has(scarce.ID, p.ID)
	stock.Set(ctx, st, p.Variants[0].ID, 4, "")
	stockChanged()
	has(scarce.ID)
	_, err = s.UpdateCategory(ctx, st, c.ID, func(c *Category) error { c.Rule = Rule{Conditions: []Condition{{"price_to", "cheap"}}}; return nil })
	if !problem.Is(err, problem.Invalid) {
		t.Errorf("a condition without sense: %v", err)
	}
}
