package checkout

import (
	"context"

	"wizamart/tenant"
)

// content is what a merchant has set for all checkouts of a store. Whoever gets it shares it: nobody changes it.
type content struct {
	ways      []ShippingMethod // in the merchant's order, switched off ones included
	zones     []Zone
	reach     []Country // that goods go to
	automatic []offered // discounts in force by themselves
}

// contentOf is the store's content, kept in memory. Merchants alone write these tables, never in a transaction that also quotes.
func (s *Service) contentOf(ctx context.Context, st *tenant.Store) (*content, error) {
	return s.content.Of(st, func() (*content, error) { return readContent(ctx, st) })
}

func readContent(ctx context.Context, st *tenant.Store) (*content, error) {
	c := &content{}
	var err error
	if c.ways, err = methods(ctx, st); err != nil {
		return nil, err
	}
	if c.zones, err = zones(ctx, st); err != nil {
		return nil, err
	}
	if c.automatic, err = offers(ctx, st, nil); err != nil {
		return nil, err
	}
	c.reach = reach(c.ways, c.zones)
	return c, nil
}
