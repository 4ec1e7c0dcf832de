package catalog

import (
	"sync"
	"sync/atomic"
	"testing"

	"wizamart/tenant"
)

// Whoever asks after a price was changed gets that price or a later one: from memory, from a snapshot and in a transaction.
func TestSellablesAreNeverOld(t *testing.T) {
	s, st, _ := openStore(t)
	p := create(t, s, st, Product{Title: "Cap", Status: Active, Variants: []Variant{{Price: 1}}})
	id := []string{p.Variants[0].ID}
	var answered atomic.Int64
	answered.Store(1)
	ask := func(st *tenant.Store) error {
		least := answered.Load()
		sold, err := s.Sellables(ctx, st, id)
		if price := sold[id[0]].Price.Minor; err == nil && price < least {
			t.Errorf("the price is %d after it was set to %d", price, least)
		}
		return err
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, how := range []func() error{
		func() error { return ask(st) },
		func() error { return st.View(ctx, ask) },
		func() error { return st.Write(ctx, ask) },
	} {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if err := how(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for price := int64(2); price <= 25; price++ {
		if _, err := s.Update(ctx, st, p.ID, func(p *Product) error { p.Variants[0].Price = price; return nil }); err != nil {
			t.Error(err)
		}
		answered.Store(price)
	}
	close(done)
	wg.Wait()
	if err := ask(st); err != nil {
		t.Fatal(err)
	}
}
