package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/checkout"
	"wizamart/modules/inventory"
	"wizamart/modules/orders/ordertype"
	"wizamart/modules/payments/paymenttype"
	"wizamart/tenant"
)

// checkouts measures the last step of a checkout, from a session that waits for its button to a durable order, against a bare transaction
// with the same writes on a copy of the store's file.
func (b *bench) checkouts() error {
	for _, row := range []struct{ shoppers, orders int }{{1, 80}, {16, 320}} {
		name := "checkout/" + count(row.shoppers, "shopper")
		if !b.wants(name) {
			continue
		}
		d, err := b.demo()
		if err != nil {
			return err
		}
		t, err := newTill(b, d, row.orders)
		if err != nil {
			return err
		}
		if err := t.measure(b, name, row.shoppers); err != nil {
			return err
		}
	}
	return nil
}

// till is a shop with sessions that only wait for the button.
type till struct {
	d       *demo
	service *checkout.Service
	goods   []catalogtype.Sellable
	ready   chan waiting
	orders  int // a round
	path    string

	placed  [][][]call // for each round that was not replayed yet: the writes of each order
	commits int
	total   int
}

type waiting struct{ session, seal string }

func newTill(b *bench, d *demo, orders int) (*till, error) {
	t := &till{d: d, orders: orders, ready: make(chan waiting, (rounds+2)*orders), path: filepath.Join(b.dir, fmt.Sprintf("checkout-%d.db", orders))}
	var err error
	if t.service, err = service[*checkout.Service](d); err != nil {
		return nil, err
	}
	if err := t.stock(b.ctx); err != nil {
		return nil, err
	}
	b.say("preparing %d checkouts …", cap(t.ready))
	var next atomic.Int64
	errs := make([]error, 16)
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for n := int(next.Add(1)); n <= cap(t.ready) && errs[w] == nil; n = int(next.Add(1)) {
				errs[w] = t.prepare(b.ctx, n)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return t, copyOf(b.ctx, d.store.Path(), t.path)
}

// stock finds goods of the demo and makes them plenty.
func (t *till) stock(ctx context.Context) error {
	products, err := service[*catalog.Service](t.d)
	if err != nil {
		return err
	}
	counted, err := service[*inventory.Service](t.d)
	if err != nil {
		return err
	}
	found, _, err := products.FindVariants(ctx, t.d.store, catalog.VariantFilter{Limit: 40})
	if err != nil {
		return err
	}
	for _, v := range found {
		if !v.OnSale || !v.RequiresShipping {
			continue
		}
		t.goods = append(t.goods, v)
		err := t.d.store.Write(ctx, func(tx *tenant.Store) error {
			if err := counted.SetPolicy(ctx, tx, v.VariantID, true, false); err != nil {
				return err
			}
			return counted.Set(ctx, tx, v.VariantID, 900_000, inventory.Correction)
		})
		if err != nil {
			return err
		}
	}
	if len(t.goods) < 2 {
		return errors.New("the demo sells nothing")
	}
	return nil
}

// prepare takes a shopper with two things in the cart to the last page.
func (t *till) prepare(ctx context.Context, n int) error {
	st := t.d.store
	var cart carttype.Cart
	for i := range 2 {
		item := t.goods[(n+i*7)%len(t.goods)]
		cart.Lines = append(cart.Lines, carttype.Line{Sellable: item, Wanted: 1 + i, Quantity: 1 + i})
	}
	sess, err := t.service.Start(ctx, st, checkout.StartInput{Cart: cart})
	if err != nil {
		return err
	}
	ways, err := t.service.ShippingMethods(ctx, st)
	if err != nil {
		return err
	}
	if len(ways) == 0 {
		return errors.New("the demo delivers nowhere")
	}
	to := ordertype.Address{Name: "Ada Byron", Line1: "Street 4", PostalCode: "1050", City: "Town", Country: "DK"}
	if home := ways[0].Countries; len(home) > 0 {
		to.Country = home[0]
	}
	contact := checkout.Contact{Email: fmt.Sprintf("ada%d-%d@example.com", t.orders, n), Shipping: to, BillingSame: true}
	if sess, _, err = t.service.SaveContact(ctx, st, sess, contact, false); err != nil {
		return err
	}
	if sess, _, err = t.service.ChooseDelivery(ctx, st, sess, ways[0].ID); err != nil {
		return err
	}
	if sess, _, err = t.service.ChoosePayment(ctx, st, sess, paymenttype.BankTransfer, ""); err != nil {
		return err
	}
	q, err := t.service.Quote(ctx, st, sess)
	t.ready <- waiting{sess.ID, q.Seal()}
	return err
}

func (t *till) measure(b *bench, name string, shoppers int) error {
	bare, err := openStraight(b.ctx, t.path)
	if err != nil {
		return err
	}
	defer bare.close()
	var mu sync.Mutex
	ours := func(time.Duration) (float64, error) { return t.place(b.ctx, shoppers) }
	limit := func(time.Duration) (float64, error) {
		batch := t.placed[0]
		t.placed = t.placed[1:]
		return together(shoppers, len(batch), func(i int) error {
			mu.Lock()
			defer mu.Unlock()
			return bare.transaction("BEGIN IMMEDIATE", func() error { return bare.replay(batch[i]) })
		})
	}
	// The limit is always one round behind, so that there is something to replay whichever comes first.
	if _, err := ours(0); err != nil {
		return err
	}
	row, err := b.duel(name, ours, limit)
	if err != nil {
		return err
	}
	row.Unit, row.LimitIs = "orders/s", "the same writes in a bare transaction"
	writes := 0
	for _, w := range t.placed[0] {
		writes += len(w)
	}
	row.Statements = float64(t.total) / float64((rounds+2)*t.orders)
	row.Note = fmt.Sprintf("%.1f of its statements write; %s durable commits an order, against 1", float64(writes)/float64(len(t.placed[0])), figure(float64(t.commits)/float64((rounds+2)*t.orders)))
	return nil
}

// place has the shoppers press their buttons, one round of orders in all, and keeps what was written.
func (t *till) place(ctx context.Context, shoppers int) (perSecond float64, err error) {
	calls, err := record(func() error {
		perSecond, err = together(shoppers, t.orders, func(int) error {
			w := <-t.ready
			placed, err := t.service.Place(ctx, t.d.store, w.session, checkout.PlaceInput{Seal: w.seal, Terms: true, Locale: "en"})
			if err == nil && placed.Existing {
				err = errors.New("an order was placed before it was")
			}
			return err
		})
		return err
	}, t.d.store.DB, t.d.app.Platform.DB)
	if err != nil {
		return 0, err
	}
	for _, c := range calls {
		if c.query == "COMMIT" {
			t.commits++
		}
	}
	t.total += len(calls)
	t.placed = append(t.placed, writesOf(calls))
	return perSecond, nil
}

// together does n pieces of work in so many goroutines and gives how many a second.
func together(workers, n int, do func(i int) error) (perSecond float64, err error) {
	var next atomic.Int64
	errs := make([]error, workers)
	started := time.Now()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && errs[w] == nil; i = int(next.Add(1)) - 1 {
				errs[w] = do(i)
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(started).Seconds(), errors.Join(errs...)
}
