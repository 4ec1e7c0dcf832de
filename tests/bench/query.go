package main

import (
	"fmt"

	"wizamart/modules/catalog"
)

// queries measures what the catalogue's pages read against the same SQL with nothing of ours around it.
func (b *bench) queries() error {
	d, err := b.demo()
	if err != nil {
		return err
	}
	products, err := service[*catalog.Service](d)
	if err != nil {
		return err
	}
	slug, err := d.product(b)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		name string
		run  func() error
	}{
		{"product by its slug", func() error { _, err := products.ProductBySlug(b.ctx, d.store, slug); return err }},
		{"all of a product page", func() error { _, err := products.ShopProduct(b.ctx, d.store, slug, ""); return err }},
		{"all of a listing page", func() error {
			_, err := products.Listing(b.ctx, d.store, catalog.ListingInput{Page: 1})
			return err
		}},
	} {
		if err := b.query(d, "queries/"+q.name, q.run); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}

func (b *bench) query(d *demo, name string, run func() error) error {
	if !b.wants(name) {
		return nil
	}
	calls, err := record(run, d.store.DB)
	if err != nil {
		return err
	}
	bare, err := openStraight(b.ctx, d.store.Path())
	if err != nil {
		return err
	}
	defer bare.close()
	// One snapshot, as the service reads.
	limit := func(int) error { return bare.transaction("BEGIN", func() error { return bare.replay(calls) }) }
	row, err := b.duel(name, loop(1, func(int) error { return run() }), loop(1, limit))
	if err != nil {
		return err
	}
	row.Unit, row.LimitIs, row.Statements = "reads/s", "the same SQL straight on modernc", float64(len(calls))
	row.Allocs, row.Bytes, err = heap(200, run)
	return err
}
