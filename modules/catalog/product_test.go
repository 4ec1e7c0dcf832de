package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

var ctx = context.Background()

func shirt() Product {
	p := Product{
		Title: "Ælva wool shirt", BodySource: `<p>Warm &amp; light<script>alert(1)</script></p>`, Brand: "Fjell", Type: "Shirts", Tags: []string{"wool", " wool", "winter"}, Status: Active,
		Options: []Option{{Name: "Colour"}, {Name: "Size"}},
	}
	for _, c := range []string{"Moss", "Grün"} {
		for i, s := range []string{"S", "M"} {
			v := NewVariant()
			v.Values, v.Price, v.SKU = [3]string{c, s}, int64(4900+100*i), "FJ-"+c[:1]+s
			p.Variants = append(p.Variants, v)
		}
	}
	return p
}

func create(t *testing.T, s *Service, st *tenant.Store, p Product) *Product {
	t.Helper()
	out, err := s.Create(ctx, st, p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func scalar(t *testing.T, st *tenant.Store, query string) int {
	t.Helper()
	var n int
	if err := st.NewQuery(query).Row(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCreateAndRead(t *testing.T) {
	s, st, _ := openStore(t)
	made := create(t, s, st, shirt())
	p, err := s.ProductBySlug(ctx, st, "aelva-wool-shirt")
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case p.ID != made.ID, len(p.Variants) != 4, p.PriceMin != 4900, p.PriceMax != 5000, !slices.Equal(p.Tags, []string{"wool", "winter"}):
		t.Errorf("read back: %+v", p)
	case strings.Contains(p.BodyHTML, "script"), !strings.Contains(p.BodySource, "<script>"):
		t.Errorf("body: shown %q, kept %q", p.BodyHTML, p.BodySource)
	case !slices.Equal(p.Options[0].Values, []string{"Moss", "Grün"}), p.VariantTitle(&p.Variants[3]) != "Grün / M":
		t.Errorf("options: %+v", p.Options)
	}
	if n := scalar(t, st, "SELECT count(*) FROM catalog_price_change"); n != 4 {
		t.Errorf("%d first prices, want 4", n)
	}
	again := create(t, s, st, shirt())
	if again.Slug != "aelva-wool-shirt-2" {
		t.Errorf("second slug %q", again.Slug)
	}
	cards, total, err := s.Cards(ctx, st, CardFilter{})
	if err != nil || total != 2 || len(cards) != 2 || len(cards[0].VariantIDs) != 4 || cards[0].Price.String() != "49.00 EUR" {
		t.Errorf("cards %v %d %v", cards, total, err)
	}
	sold, err := s.Sellables(ctx, st, []string{p.Variants[1].ID, "unknown"})
	if v := sold[p.Variants[1].ID]; err != nil || len(sold) != 1 || !v.OnSale || v.VariantTitle != "Moss / M" || v.Price.Minor != 5000 {
		t.Errorf("sellables %+v %v", sold, err)
	}
}

func TestUpdateWritesTheDifference(t *testing.T) {
	s, st, stock := openStore(t)
	p := create(t, s, st, shirt())
	published := func() int { return scalar(t, st, "SELECT count(*) FROM event_outbox") }
	before := published()
	if _, err := s.Update(ctx, st, p.ID, func(*Product) error { return nil }); err != nil || published() != before {
		t.Errorf("an update that changes nothing: %v, %d events", err, published()-before)
	}
	swapped, err := s.Update(ctx, st, p.ID, func(p *Product) error {
		p.Variants[0].Values, p.Variants[1].Values = p.Variants[1].Values, p.Variants[0].Values
		p.Variants[0].Price = 5900
		seven := 7
		p.Variants[0].Stock = &StockChange{Tracked: true, OnHand: &seven}
		return nil
	})
	if err != nil || swapped.PriceMax != 5900 || published() != before+1 {
		t.Fatalf("swap: %v %+v", err, swapped)
	}
	if l := (*stock)[p.Variants[0].ID]; !l.Tracked || l.OnHand != 7 {
		t.Errorf("stock %+v", l)
	}
	if n := scalar(t, st, "SELECT count(*) FROM catalog_price_change"); n != 5 {
		t.Errorf("%d prices noted, want 5", n)
	}
	fewer, err := s.Update(ctx, st, p.ID, func(p *Product) error { p.Variants = p.Variants[2:]; return nil })
	if err != nil || len(fewer.Variants) != 2 {
		t.Fatal(err)
	}
	gone, err := s.Sellables(ctx, st, []string{p.Variants[0].ID})
	if err != nil || gone[p.Variants[0].ID].OnSale || gone[p.Variants[0].ID].Title == "" {
		t.Errorf("a deleted variant is %+v", gone)
	}
}

func TestRefusals(t *testing.T) {
	s, st, _ := openStore(t)
	other := create(t, s, st, shirt())
	p := create(t, s, st, shirt())
	for name, test := range map[string]struct {
		field  string
		change func(*Product)
	}{
		"no title":           {"title", func(p *Product) { p.Title = " " }},
		"long title":         {"title", func(p *Product) { p.Title = strings.Repeat("ä", 256) }},
		"taken address":      {"slug", func(p *Product) { p.Slug = other.Slug }},
		"address with path":  {"slug", func(p *Product) { p.Slug = "../etc/passwd" }},
		"negative price":     {"price-" + p.Variants[1].ID, func(p *Product) { p.Variants[1].Price = -1 }},
		"absurd price":       {"price-" + p.Variants[1].ID, func(p *Product) { p.Variants[1].Price = 1 << 60 }},
		"no variant":         {"options", func(p *Product) { p.Variants = nil }},
		"twins":              {"options", func(p *Product) { p.Variants[0].Values = p.Variants[1].Values }},
		"four options":       {"options", func(p *Product) { p.Options = make([]Option, 4) }},
		"1,001 variants":     {"options", func(p *Product) { p.Variants = manyVariants(1001) }},
		"unknown status":     {"status", func(p *Product) { p.Status = "hidden" }},
		"negative weight":    {"grams-" + p.Variants[0].ID, func(p *Product) { p.Variants[0].Grams = -5 }},
		"endless body":       {"body", func(p *Product) { p.BodySource = strings.Repeat("x", MaxBody+1) }},
		"two equal options":  {"options", func(p *Product) { p.Options[1].Name = "colour" }},
		"251 tags":           {"tags", func(p *Product) { p.Tags = manyTags(251) }},
		"negative compareAt": {"compare_at-" + p.Variants[0].ID, func(p *Product) { n := int64(-1); p.Variants[0].CompareAt = &n }},
	} {
		_, err := s.Update(ctx, st, p.ID, func(p *Product) error { test.change(p); return nil })
		var e *problem.Error
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e = err.(*problem.Error)
		if e.Fields[0].Name != test.field {
			t.Errorf("%s: complaint about %s", name, e.Fields[0].Name)
		}
	}
}

func manyVariants(n int) []Variant {
	out := make([]Variant, n)
	for i := range out {
		out[i] = NewVariant()
		out[i].Values[0] = fmt.Sprint(i)
	}
	return out
}

func manyTags(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("tag ", i)
	}
	return out
}

// Sellables come from memory, and are never older than the last change that was answered.
func TestSellablesFollowEachChange(t *testing.T) {
	s, st, _ := openStore(t)
	p := create(t, s, st, shirt())
	id := p.Variants[0].ID
	price := func(on *tenant.Store) int64 {
		t.Helper()
		sold, err := s.Sellables(t.Context(), on, []string{id})
		if err != nil || !sold[id].OnSale {
			t.Fatalf("%+v %v", sold, err)
		}
		return sold[id].Price.Minor
	}
	asked := 0
	price(st)
	st.DB.Trace(func(string, []any) { asked++ })
	if price(st); asked != 0 {
		t.Errorf("%d statements for what is known", asked)
	}
	st.DB.Trace(nil)
	for range 20 {
		p, err := s.Update(t.Context(), st, p.ID, func(p *Product) error { p.Variants[0].Price++; return nil })
		if err != nil {
			t.Fatal(err)
		}
		if got := price(st); got != p.Variants[0].Price {
			t.Fatalf("%d, changed to %d", got, p.Variants[0].Price)
		}
		if err := st.Write(t.Context(), func(tx *tenant.Store) error { price(tx); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDeleteRestoreDuplicateBulk(t *testing.T) {
	s, st, _ := openStore(t)
	p := create(t, s, st, shirt())
	if err := s.Delete(ctx, st, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Product(ctx, st, p.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("a deleted product is read: %v", err)
	}
	if _, n, _ := s.Search(ctx, st, "wool", 1); n != 0 {
		t.Error("a deleted product is found")
	}
	thief := create(t, s, st, shirt())
	back, err := s.Restore(ctx, st, p.ID)
	if err != nil || back.Slug != thief.Slug+"-2" || len(back.Variants) != 4 {
		t.Fatalf("restored %+v %v", back, err)
	}
	if _, n, _ := s.Search(ctx, st, "wool", 1); n != 2 {
		t.Error("a restored product is not found")
	}
	c, err := s.Duplicate(ctx, st, p.ID, "Copy of a shirt")
	if err != nil || c.Status != Draft || len(c.Variants) != 4 || c.Variants[0].ID == p.Variants[0].ID {
		t.Fatalf("copy %+v %v", c, err)
	}
	n, err := s.Bulk(ctx, st, []string{c.ID, thief.ID, "gone"}, "tag", " sale ")
	if err != nil || n != 2 {
		t.Fatalf("bulk %d %v", n, err)
	}
	if n, err = s.Bulk(ctx, st, []string{c.ID}, "activate", ""); err != nil || n != 1 {
		t.Fatal(err)
	}
	if got, _ := s.Product(ctx, st, c.ID); !got.PublishedAt.Equal(got.PublishedAt.Time) || got.PublishedAt.IsZero() || !slices.Contains(got.Tags, "sale") {
		t.Errorf("activated copy %+v", got)
	}
	if _, err := s.Bulk(ctx, st, []string{c.ID}, "explode", ""); !problem.Is(err, problem.Invalid) {
		t.Error(err)
	}
	rows, total, err := s.List(ctx, st, ListFilter{Search: "shir", Sort: "stock", Stock: InStock})
	if err != nil || total != 3 || rows[0].Variants != 4 {
		t.Errorf("list %v %d %v", rows, total, err)
	}
}

func TestSearch(t *testing.T) {
	s, st, _ := openStore(t)
	create(t, s, st, shirt())
	for query, want := range map[string]int{
		"wool": 1, "WOO": 1, "ælva": 1, "grun": 1, "moss shirt": 1, "fjel shir": 1, "shirt trousers": 0, "FJ-MS": 1, "fj ms": 1, "winter": 1, "warm": 1,
		`" OR 1`: 0, "***": 0, "": 0, "wool NOT shirt": 0, "title:wool": 0, "Warm &": 1, strings.Repeat("wool ", 500): 1, "alert": 0,
	} {
		if _, n, err := s.Search(ctx, st, query, 1); err != nil || n != want {
			t.Errorf("search %.30q: %d found, %v, want %d", query, n, err, want)
		}
	}
	p := shirt()
	p.Title, p.Tags = "Éclair à la crème", []string{"Süßes"}
	create(t, s, st, p)
	for _, query := range []string{"eclair", "ÉCLAIR", "creme ecl", "suß"} {
		if _, n, err := s.Search(ctx, st, query, 1); err != nil || n != 1 {
			t.Errorf("search %q: %d found, %v", query, n, err)
		}
	}
}
