package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wizamart/modules/catalog"
)

// searchLimit is what 95 of 100 searches with facets may take at most.
const searchLimit = 15 * time.Millisecond

// searches measures listings with filters and facets in large catalogues, without the page around them.
func (b *bench) searches() error {
	for _, n := range []int{10_000, 100_000} {
		name := fmt.Sprintf("search/%d products", n)
		if n > 10_000 && !slices.ContainsFunc(b.only, func(o string) bool { return strings.HasPrefix(o, name) }) {
			continue // its import takes minutes: only when it is asked for by name
		}
		if b.wants(name) {
			if err := b.search(name, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) search(name string, products int) error {
	d, err := b.demo()
	if err != nil {
		return err
	}
	path := filepath.Join(b.dir, fmt.Sprintf("search-%d.csv", products))
	if err := generate(path, products*4); err != nil {
		return err
	}
	i := &importing{b: b, d: d, path: path}
	if i.products, err = service[*catalog.Service](d); err != nil {
		return err
	}
	st, release, err := i.fresh()
	if err != nil {
		return err
	}
	defer release()
	started := time.Now()
	if _, err := i.run(st); err != nil {
		return err
	}
	imported := time.Since(started)
	from := int64(5000)
	asked := []catalog.ListingInput{
		{}, {Page: 40}, {Filters: catalog.Filters{Sort: "price", Brands: []string{"Brand 3", "Brand 7"}}}, {Query: "hills"}, {Query: "product 77"}, {Query: "SKU-00012"},
		{Query: "jacket", Filters: catalog.Filters{Options: map[string][]string{"Size": {"M"}, "Colour": {"Blue"}}, From: &from}}, {Query: "outdoor", Filters: catalog.Filters{InStock: true}},
		{Query: "bran 12 jackts"},
	}
	var took []float64 // ms
	first := 0.0
	for round := range 30 {
		for _, in := range asked {
			started := time.Now()
			if _, err := i.products.Listing(b.ctx, st, in); err != nil {
				return err
			}
			ms := time.Since(started).Seconds() * 1000
			if round == 0 && first == 0 {
				first = ms // the shelf is made
				continue
			}
			took = append(took, ms)
		}
	}
	p50, p95 := quantile(took, 0.5), quantile(took, 0.95)
	row := b.add(&Row{Name: name, Unit: "ms at most, 95 of 100", Ours: p95, Limit: searchLimit.Seconds() * 1000, LimitIs: "the goal", Ratio: searchLimit.Seconds() * 1000 / p95})
	row.reached("≤ 15 ms", p95 <= searchLimit.Seconds()*1000)
	row.Note = fmt.Sprintf("half take %s ms, the first after a change %s ms; imported in %s s", figure(p50), figure(first), figure(imported.Seconds()))
	row.Allocs, row.Bytes, err = heap(50, func() error { _, err := i.products.Listing(b.ctx, st, asked[6]); return err })
	return err
}
