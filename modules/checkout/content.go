package checkout

import (
	"context"
	"sync"

	"wizamart/tenant"
)

// content is what a merchant has set for all checkouts of a store. Whoever gets it shares it: nobody changes it.
type content struct {
	ways      []ShippingMethod // in the merchant's order, switched off ones included
	zones     []Zone
	reach     []Country // that goods go to
	automatic []offered // discounts in force by themselves
}

// kept keeps stores' content in memory while it is what their files hold: see tenant.Store.ContentVersion.
type kept struct {
	mu    sync.RWMutex
	known map[string]keptContent // by store; bounded by maxDecoded
}

type keptContent struct {
	version uint64
	content *content
}

// of is the store's content. In a transaction it is what was committed last: these tables are written by merchants alone,
// never in a transaction that also quotes, so that an order and a change which share a commit come one after the other.
func (k *kept) of(ctx context.Context, st *tenant.Store) (*content, error) {
	version := st.ContentVersion("checkout") // before it is read: what is kept is at least as new
	k.mu.RLock()
	known, ok := k.known[st.ID()]
	k.mu.RUnlock()
	if ok && known.version == version {
		return known.content, nil
	}
	c, err := readContent(ctx, st)
	if err != nil || st.InTransaction() { // what others in the same commit wrote may still be undone
		return c, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= maxDecoded {
		k.known = map[string]keptContent{}
	}
	k.known[st.ID()] = keptContent{version, c}
	return c, nil
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
