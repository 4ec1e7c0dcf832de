package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/pagecache"
	"wizamart/modules"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

const (
	cacheMiB       = 64   // the default of --page-cache
	keptGoal       = 0.7  // of a bare handler's speed
	madeGoal       = 10   // times the CPU of a page's own SQL
	hitGoal        = 0.95 // of all answers
	crowdOrders    = 50   // a second
	crowdCarts     = 20   // one of so many requests writes a customer's cart
	manyStores     = 10_000
	manyOpen       = 128 // files
	manyMiB        = 16
	manyRequests   = 40_000
	manyReaders    = 8
	zipfSkew       = 1.1
	bestPeerRecord = 5785 // answers/s of the fastest open peer: PocketBase, one 0.8 kB JSON record
)

// cache measures pages that come from memory, and what they cost when they do not.
func (b *bench) cache() error {
	return errors.Join(b.kept(), b.made(), b.crowd(), b.many())
}

// kept is a page from memory against a bare handler that sends the same bytes.
func (b *bench) kept() error {
	d, err := b.demo()
	if err != nil {
		return err
	}
	slug, err := d.product(b)
	if err != nil {
		return err
	}
	d.app.Pages = pagecache.New(cacheMiB<<20, time.Now)
	defer func() { d.app.Pages = nil }()
	for _, clients := range []int{1, 16} {
		name := "cache/kept product page, " + count(clients, "client")
		if err := b.page(d, name, "/products/"+slug, clients); err != nil || !b.wants(name) {
			return err
		}
		row := b.rows[len(b.rows)-1]
		row.reached(fmt.Sprintf("≥ %v×, > %d/s", keptGoal, bestPeerRecord), row.CPU >= keptGoal && row.Ours > bestPeerRecord)
		row.Note += "; judged by CPU"
	}
	return nil
}

// made is what a page costs when nothing is kept, against the statements that it runs.
func (b *bench) made() error {
	const name = "cache/product page made anew"
	if !b.wants(name) {
		return nil
	}
	d, err := b.demo()
	if err != nil {
		return err
	}
	slug, err := d.product(b)
	if err != nil {
		return err
	}
	ask := func() error { return answer(d.handler, d.host, "/products/"+slug) }
	if err := ask(); err != nil {
		return err
	}
	calls, err := record(ask, d.store.DB)
	if err != nil {
		return err
	}
	bare, err := openStraight(b.ctx, d.store.Path())
	if err != nil {
		return err
	}
	defer bare.close() //nolint:errcheck // it only reads
	row, err := b.duel(name, loop(1, func(int) error { return ask() }),
		loop(1, func(int) error { return bare.transaction("BEGIN", func() error { return bare.replay(calls) }) }))
	if err != nil {
		return err
	}
	row.Unit, row.LimitIs, row.Statements = "pages/s", "the page's own SQL", float64(len(calls))
	row.reached(fmt.Sprintf("≥ %.2f×", 1.0/madeGoal), row.CPU >= 1.0/madeGoal)
	row.Note = "without a network; judged by CPU"
	row.Allocs, row.Bytes, err = heap(200, ask)
	return err
}

// crowd is a shop in a rush: readers, carts being written, and orders that take stock.
func (b *bench) crowd() error {
	name := fmt.Sprintf("cache/hits with %d orders/s and %d %% carts", crowdOrders, 100/crowdCarts)
	if !b.wants(name) {
		return nil
	}
	d, err := b.demo()
	if err != nil {
		return err
	}
	stock, err := service[*inventory.Service](d)
	if err != nil {
		return err
	}
	slug, err := d.product(b)
	if err != nil {
		return err
	}
	t := &till{d: d}
	if err := t.stock(b.ctx); err != nil {
		return err
	}
	goods := make([]string, len(t.goods))
	for i, v := range t.goods {
		goods[i] = v.VariantID
	}
	d.app.Pages = pagecache.New(cacheMiB<<20, time.Now)
	defer func() { d.app.Pages = nil }()
	ctx, stop := context.WithCancel(b.ctx)
	var orders, asked atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(time.Second / crowdOrders)
		defer tick.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			<-tick.C
			err := d.store.Write(context.WithoutCancel(ctx), func(tx *tenant.Store) error {
				return stock.Take(ctx, tx, fmt.Sprint("order-", i), []inventorytype.Line{{VariantID: goods[i%len(goods)], Quantity: 1}})
			})
			if err != nil {
				failed.Store(&err)
				return
			}
			orders.Add(1)
		}
	})
	paths := []string{"/", "/products", "/products?page=2", "/products/" + slug}
	started := time.Now()
	for w := range 4 {
		all.Go(func() {
			for i := w; ctx.Err() == nil; i++ {
				asked.Add(1)
				if i%crowdCarts == 0 {
					customer := fmt.Sprint("customer-", i%500)
					err := d.store.Write(context.WithoutCancel(ctx), func(tx *tenant.Store) error {
						_, err := tx.ExecContext(ctx, `INSERT INTO cart_line (customer_id, variant_id, quantity, seen, position, updated_at) VALUES (?, ?, 1, 1, 1, 1)
							ON CONFLICT DO UPDATE SET quantity = quantity + 1`, customer, goods[i%len(goods)])
						return err
					})
					if err != nil {
						failed.Store(&err)
						return
					}
					continue
				}
				if err := answer(d.handler, d.host, paths[i%len(paths)]); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	select {
	case <-time.After(10 * b.part):
	case <-b.ctx.Done():
	}
	stop()
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	took := time.Since(started).Seconds()
	s := d.app.Pages.Stats()
	ratio := float64(s.Hits+s.Shared) / float64(s.Hits+s.Shared+s.Misses)
	b.add(&Row{Name: name, Unit: "% from memory", Ours: 100 * ratio, Note: fmt.Sprintf("%d pages made, %.0f requests/s, %.0f orders/s", s.Misses, float64(asked.Load())/took, float64(orders.Load())/took)}).
		reached(fmt.Sprintf("≥ %.0f", 100*hitGoal), ratio >= hitGoal)
	return nil
}

// many is a platform with many stores, asked for as people do: a few very often, most now and then.
func (b *bench) many() error {
	name := fmt.Sprintf("cache/%d stores by Zipf", manyStores)
	if len(b.only) == 0 || !b.wants(name) { // it takes longer than all others together
		return nil
	}
	b.say("making %d stores …", manyStores)
	cfg := config.Serve{Listen: "127.0.0.1:0", BaseDomain: domain, PublicScheme: "http", OpenStores: manyOpen, PageCache: manyMiB, ShutdownGrace: 5}
	a, err := app.Open(b.ctx, filepath.Join(b.dir, "many"), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), modules.Assemble)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		a.Close(ctx) //nolint:errcheck // a temporary directory
	}()
	made, err := stamp(b.ctx, a, filepath.Join(b.dir, "many"), manyStores)
	if err != nil {
		return err
	}
	handler := a.Handler()
	took := make([][]float64, manyReaders)
	errs := make([]error, manyReaders)
	started := time.Now()
	var all sync.WaitGroup
	peak, err := peakHeap(func() error {
		for w := range manyReaders {
			all.Go(func() {
				zipf := rand.NewZipf(rand.New(rand.NewPCG(uint64(w), 1)), zipfSkew, 1, uint64(len(made)-1))
				for range manyRequests / manyReaders {
					at := time.Now()
					if errs[w] = answer(handler, made[zipf.Uint64()]+"."+domain, "/"); errs[w] != nil {
						return
					}
					took[w] = append(took[w], float64(time.Since(at).Microseconds())/1000)
				}
			})
		}
		all.Wait()
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	var times []float64
	for _, t := range took {
		times = append(times, t...)
	}
	s := a.Pages.Stats()
	b.add(&Row{Name: name, Unit: "requests/s", Ours: float64(len(times)) / time.Since(started).Seconds(), Note: fmt.Sprintf(
		"p50 %.2f ms, p99 %.1f ms; %.1f %% from memory; %.1f of %d MiB kept, %d dropped; %d of %d files open; heap at most %.0f MiB more",
		median(times), quantile(times, 0.99), 100*float64(s.Hits+s.Shared)/float64(len(times)), float64(s.Bytes)/(1<<20), manyMiB, s.Evicted, a.Platform.OpenStores(), len(made), peak/(1<<20))}).
		reached("bounded", s.Bytes <= manyMiB<<20 && a.Platform.OpenStores() <= manyOpen+manyReaders)
	return nil
}

// answer has a handler answer a guest's GET.
func answer(h http.Handler, host, path string) error {
	r, err := http.NewRequest("GET", "http://"+host+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Encoding", "gzip")
	r.RemoteAddr = "127.0.0.1:1"
	w := &status{nowhere: nowhere{h: http.Header{}}}
	if h.ServeHTTP(w, r); w.code != http.StatusOK {
		return fmt.Errorf("GET %s%s answers %d", host, path, w.code)
	}
	return nil
}

type status struct {
	nowhere
	code int
}

func (s *status) WriteHeader(code int) { s.code = code }
