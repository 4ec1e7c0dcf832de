package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/framework/config"
)

const (
	flooders       = 16
	neighbourPace  = 20 * time.Millisecond // between two requests of the neighbour's shoppers
	neighbourPart  = 4                     // times the part: percentiles need requests
	neighbourTimes = 2.0                   // times its quiet figure, or
	neighbourMS    = 20.0                  // milliseconds: what a neighbour's 99th percentile may take
)

// neighbours floods one shop and measures another. The flood has sixteen connections without a pause: searches that no cache keeps, carts and checkouts, and the
// API without a token, each request from an address of its own (two networks of IPv4, one of IPv6). The neighbour's shoppers open pages from the cache and pages that are
// made for them, one request each 20 ms. Rate limits are as an operator finds them, flooders and shoppers share this process and its processors.
func (b *bench) neighbours() error {
	for _, limits := range []int{100, 0} {
		name := "neighbour/p99, the other shop flooded"
		if limits == 0 {
			name += ", rate limits off"
		}
		if !b.wants(name) {
			continue
		}
		if err := b.neighbour(name, limits); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) neighbour(name string, limits int) error {
	d, err := b.demoOf(fmt.Sprint("neighbour", limits), false, func(cfg *config.Serve) { cfg.RateLimits, cfg.PageCache = limits, 16 })
	if err != nil {
		return err
	}
	defer d.close() //nolint:errcheck // a temporary directory
	other := ""
	for _, info := range d.app.Platform.Stores() {
		if info.ID != d.store.ID() {
			other = info.Code + "." + domain
		}
	}
	if other == "" {
		return errors.New("the demo has one store")
	}
	t := &till{d: d}
	if err := t.stock(b.ctx); err != nil {
		return err
	}
	if _, err := d.visit(b.ctx, other, b.part); err != nil { // caches, statements
		return err
	}
	var quiet, loud, quiet50, loud50 []float64
	f := &flood{d: d, variant: t.goods[0].VariantID}
	began := time.Duration(0)
	for range rounds {
		times, err := d.visit(b.ctx, other, neighbourPart*b.part)
		if err != nil {
			return err
		}
		quiet, quiet50 = append(quiet, quantile(times, 0.99)), append(quiet50, quantile(times, 0.5))
		stop := f.start(b.ctx)
		started := time.Now()
		times, err = d.visit(b.ctx, other, neighbourPart*b.part)
		stop()
		began += time.Since(started)
		if err != nil {
			return err
		}
		loud, loud50 = append(loud, quantile(times, 0.99)), append(loud50, quantile(times, 0.5))
		b.say("%s: %s ms quiet, %s ms beside the flood", name, figure(quiet[len(quiet)-1]), figure(loud[len(loud)-1]))
	}
	per := func(n *atomic.Int64) string { return figure(float64(n.Load()) / began.Seconds()) }
	row := &Row{Name: name, Unit: "ms", Ours: median(loud), Limit: median(quiet), LimitIs: "the same shop while the other is quiet", Ratio: median(quiet) / median(loud)}
	row.Note = fmt.Sprintf("p50 %s ms, quiet %s ms; none failed; the flood got %s answers, %s refusals and %s others a second", figure(median(loud50)), figure(median(quiet50)), per(&f.answered), per(&f.refused), per(&f.others))
	b.add(row).reached("≤ max(2×, 20 ms)", row.Ours <= max(neighbourTimes*row.Limit, neighbourMS))
	return nil
}

// visit has a shop's shoppers come for d, and gives how long each request took, in milliseconds. All have to be answered.
func (d *demo) visit(ctx context.Context, host string, long time.Duration) ([]float64, error) {
	var mu sync.Mutex
	var times []float64
	var failed atomic.Value
	var all sync.WaitGroup
	tick := time.NewTicker(neighbourPace)
	defer tick.Stop()
	paths := []string{"/", "/cart", "/search?q=coat", "/"}
	for i, end := 0, time.Now().Add(long); time.Now().Before(end) && failed.Load() == nil; i++ {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		all.Go(func() {
			started := time.Now()
			status, err := d.send(ctx, host, http.MethodGet, paths[i%len(paths)], "", fmt.Sprintf("192.0.2.%d", i%200+1))
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("the neighbour's %s answers %d", paths[i%len(paths)], status)
			}
			if err != nil {
				failed.Store(err)
				return
			}
			mu.Lock()
			times = append(times, ms(time.Since(started)))
			mu.Unlock()
		})
	}
	all.Wait()
	err, _ := failed.Load().(error)
	return times, err
}

var floodTransport = &http.Transport{MaxIdleConnsPerHost: 4 * flooders, DisableCompression: true}

func (d *demo) send(ctx context.Context, host, method, path, form, address string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+d.addr+path, strings.NewReader(form))
	if err != nil {
		return 0, err
	}
	req.Host = host
	req.Header.Set("X-Forwarded-For", address)
	req.Header.Set("Accept", "text/html")
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := floodTransport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// flood is what is sent to the shop, and what comes of it.
type flood struct {
	d                         *demo
	variant                   string
	answered, refused, others atomic.Int64
}

// start floods until the function that it gives is called.
func (f *flood) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	for w := range flooders {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				host, method, path, form := f.d.host, http.MethodGet, "", ""
				switch w % 4 {
				case 0, 1:
					path = fmt.Sprintf("/search?q=a%d", rand.IntN(1_000_000))
				case 2:
					method, path, form = http.MethodPost, "/cart/lines", url.Values{"variant": {f.variant}, "quantity": {"1"}}.Encode()
					if i%2 == 1 {
						path, form = "/checkout", "x=1"
					}
				case 3:
					host, path = domain, "/api/v1/stores/fjord/products"
				}
				status, err := f.d.send(ctx, host, method, path, form, floodAddress())
				switch {
				case err != nil: // the flood's end
				case status == http.StatusTooManyRequests:
					f.refused.Add(1)
				case status < 400:
					f.answered.Add(1)
				default:
					f.others.Add(1)
				}
			}
		})
	}
	return func() { cancel(); all.Wait() }
}

func floodAddress() string {
	n := rand.Uint32()
	switch n % 3 {
	case 0:
		return fmt.Sprintf("198.18.%d.%d", n>>8&255, n>>16&255)
	case 1:
		return fmt.Sprintf("198.19.%d.%d", n>>8&255, n>>16&255)
	}
	return fmt.Sprintf("2001:db8:%x::%x", n>>8&0xffff, n>>24)
}
