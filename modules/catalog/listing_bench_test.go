package catalog

import (
	"context"
	"fmt"
	"testing"

	"wizamart/tenant"
)

// fill puts n products of 4 variants with two options into a store: 40 brands, a tree of 20 categories by rule.
func fill(t testing.TB, s *Service, st *tenant.Store, n int) {
	t.Helper()
	ctx := context.Background()
	for i := range 20 {
		if _, err := s.CreateCategory(ctx, st, Category{Name: fmt.Sprint("Category ", i), Rule: Rule{Types: []string{fmt.Sprint("Type ", i)}}}); err != nil {
			t.Fatal(err)
		}
	}
	colours, sizes, things := []string{"Moss", "Slate", "Sand", "Navy", "Rust"}, []string{"XS", "S", "M", "L", "XL"}, []string{"jacket", "trousers", "shirt", "lamp", "chair", "mug"}
	for from := 0; from < n; from += 200 {
		err := st.Write(ctx, func(tx *tenant.Store) error {
			for i := from; i < min(from+200, n); i++ {
				p := Product{
					Title: fmt.Sprintf("%s %s %d", colours[i%5], things[i%6], i), Brand: fmt.Sprint("Brand ", i%40), Type: fmt.Sprint("Type ", i%20), Status: Active,
					BodySource: "<p>Made of good cotton, and made to last for many years.</p>",
					Options:    []Option{{Name: "Colour", Values: []string{colours[i%5], colours[(i+1)%5]}}, {Name: "Size", Values: []string{sizes[i%5], sizes[(i+2)%5]}}},
				}
				for k := range 4 {
					v := NewVariant()
					v.Price, v.Values = int64(1000+i%900*10), [3]string{p.Options[0].Values[k/2], p.Options[1].Values[k%2]}
					v.SKU = fmt.Sprintf("SKU-%05d-%d", i, k)
					p.Variants = append(p.Variants, v)
				}
				if _, err := s.Create(ctx, tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkListing(b *testing.B) {
	s, st, _ := openStore(b)
	fill(b, s, st, 10_000)
	b.Run("first after a change", func(b *testing.B) {
		for b.Loop() {
			s.shelves = shelves{}
			if _, err := s.Listing(context.Background(), st, ListingInput{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, in := range map[string]ListingInput{
		"everything": {}, "category": {Slug: "category-3"}, "search broad": {Query: "cotton"}, "search narrow": {Query: "moss jacket 1"},
		"search, facets": {Query: "cotton", Filters: Filters{Brands: []string{"Brand 5", "Brand 10"}, Options: map[string][]string{"Colour": {"Moss"}, "Size": {"XS", "L"}}}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if l, err := s.Listing(context.Background(), st, in); err != nil || l.Total == 0 {
					b.Fatal(err, l)
				}
			}
		})
	}
}
