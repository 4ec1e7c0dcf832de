package modules

import (
	"hash/fnv"
	"math/rand/v2"

	"wizamart/modules/catalog"
	"wizamart/tenant"
)

// visits invents who looked at the shop in the last weeks.
func (d *demo) visits(st *tenant.Store, s demoStore) error {
	found, err := d.products.Listing(d.rt.Ctx, st, catalog.ListingInput{})
	if err != nil {
		return err
	}
	var paths []string
	for _, c := range found.Cards {
		paths = append(paths, "/products/"+c.Slug)
	}
	h := fnv.New64a()
	h.Write([]byte(s.Code)) //nolint:errcheck // it never fails
	return d.counts.Seed(d.rt.Ctx, st, paths, 40+len(paths), rand.New(rand.NewPCG(h.Sum64(), 1)))
}
