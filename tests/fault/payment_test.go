package fault

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/modules/payments/stripefake"
)

// buyer is a shopper on the way from an order to its payment.
type buyer struct {
	*shopper
	token string
	ends  string // where the walk ends by itself: "ordered", "sent to pay", "paid"; "" goes on
	at    point  // where the server is killed under it; 0 is nowhere
}

func (b buyer) String() string {
	if b.at.n == 0 {
		return "the server dies when the shopper has " + b.ends
	}
	return fmt.Sprintf("the server dies %s call %d", map[bool]string{false: "before", true: "after"}[b.at.done], b.at.n)
}

// The card payment's steps: placed, page made, paid at the provider, return or message, looked up, authorised, collected, booked with its mail. kill -9
// between any two of them, for a shopper each, at the same moment; then again under their refunds. Whatever the moment, in the end each payment that was
// collected has its order, each order one payment, and refunds went back once.
func TestKilledWhilePaying(t *testing.T) {
	p := newProvider(t)
	s := newSite(t, "")
	goods := s.goods("fjord", 900)
	s.edit(s.storeFile("fjord"), "UPDATE tenant_setting SET value = '"+p.url+"' WHERE key = 'payments.test_card'")
	s.start("--replica-config", "off")
	returning := s.buyers(t, p, goods, func(b buyer) error { return s.walk(p, b, s.comeBack) })
	s.kill()
	s.start()
	s.payAgain(t, p, returning)
	for range 2 { // messages come late, twice, and the last one first
		for _, e := range slices.Backward(p.about("")) {
			if err := s.tell("fjord", e); err != nil {
				t.Error(err)
			}
		}
	}
	s.paid(t, returning)

	absent := s.buyers(t, p, goods, func(b buyer) error {
		return s.walk(p, b, func(b buyer) error {
			for _, e := range p.about(b.token) {
				if err := s.tell("fjord", e); err != nil {
					return err
				}
			}
			return nil
		})
	})
	s.kill()
	s.start()
	s.payAgain(t, p, absent) // and no message comes: the night's review finds them
	s.kill()
	s.edit(s.storeFile("fjord"), "UPDATE job SET run_at = 0 WHERE kind = 'payments.review' AND state = 'queued'")
	s.start()
	s.paid(t, absent)
	all := append(returning, absent...)
	s.refunds(t, p, all[0], all[1])
	s.kill()

	read(t, copyOf(t, s.storeFile("fjord")))
	s.agree(t, p, all)
	t.Logf("killed 6 times under %d shoppers: each paid once and has one order, two refunds went back once", len(all))
}

// buyers order a piece each, and go on to pay at the same time, each to a point of their own, until all of them are there. How many points there are tells a
// shopper under whom nothing is killed.
func (s *site) buyers(t *testing.T, p *provider, goods []string, walk func(b buyer) error) (out []buyer) {
	t.Helper()
	first := s.buyer(t, goods[0])
	if err := walk(first); err != nil {
		t.Fatal(err)
	}
	steps := p.heard(first.token)
	if len(steps) < 4 {
		t.Fatalf("a payment took %v", steps)
	}
	plan := []buyer{{ends: "ordered"}, {ends: "been sent to pay"}, {ends: "paid"}}
	for n := range steps {
		plan = append(plan, buyer{at: point{n + 1, false}}, buyer{at: point{n + 1, true}})
	}
	var all sync.WaitGroup
	done, held := make(chan error, len(plan)), 0
	for i, b := range plan {
		who := s.buyer(t, goods[i%len(goods)])
		b.shopper, b.token = who.shopper, who.token
		if out = append(out, b); b.at.n > 0 {
			p.stopAt(b.token, b.at)
			held++
		}
	}
	for _, b := range out {
		all.Go(func() {
			if err := walk(b); b.at.n == 0 {
				done <- err
			}
		})
	}
	for i := range out {
		select {
		case <-p.held:
		case err := <-done:
			if err != nil {
				t.Errorf("before anything was killed: %v", err)
			}
		case <-time.After(60 * time.Second):
			t.Fatalf("only %d of %d shoppers are where the server is to be killed", i, len(out))
		}
	}
	s.kill()
	all.Wait()
	return append(out, first)
}

func (s *site) buyer(t *testing.T, variant string) buyer {
	t.Helper()
	g := s.shopper("fjord")
	g.pays = "card"
	form, err := g.prepare(variant)
	if err != nil {
		t.Fatal(err)
	}
	to, err := g.post("/checkout/orders", form)
	token, ok := strings.CutSuffix(strings.TrimPrefix(to, "/orders/"), "/payment")
	if err != nil || !ok {
		t.Fatalf("the order leads to %q, %v", to, err)
	}
	return buyer{shopper: g, token: token}
}

// walk is what a shopper does after the order, up to where it ends.
func (s *site) walk(p *provider, b buyer, then func(b buyer) error) error {
	if b.ends == "ordered" {
		return nil
	}
	page, err := b.begin()
	if err != nil || b.ends == "been sent to pay" {
		return err
	}
	if err := p.Pay(page, stripefake.Good); err != nil || b.ends == "paid" {
		return err
	}
	return then(b)
}

// begin presses the button on the order's payment page, and gives the id of the provider's page.
func (b buyer) begin() (string, error) {
	to, err := b.post("/orders/"+b.token+"/payment", nil)
	if err != nil {
		return "", err
	}
	id, ok := strings.CutPrefix(to, "/pay/")
	if !ok {
		return "", fmt.Errorf("%w: it leads to %s", errRefused, to)
	}
	return id, nil
}

func (s *site) comeBack(b buyer) error {
	_, _, _, err := b.ask(http.MethodGet, "/orders/"+b.token+"/payment?back=1", nil)
	return err
}

// payAgain lets those who could not pay before try once more.
func (s *site) payAgain(t *testing.T, p *provider, list []buyer) {
	t.Helper()
	for _, b := range list {
		if len(p.payments(b.token)) > 0 {
			continue
		}
		page, err := b.begin()
		if err == nil {
			err = p.Pay(page, stripefake.Good)
		}
		if err != nil {
			t.Errorf("%s; the next try: %v", b, err)
		}
	}
}

// paid waits until every shopper's page says so.
func (s *site) paid(t *testing.T, list []buyer) {
	t.Helper()
	for _, b := range list {
		until(t, b.String()+", and the order is paid", func() bool {
			_, page, _, err := b.ask(http.MethodGet, "/orders/"+b.token, nil)
			return err == nil && strings.Contains(page, `class="done">Paid<`)
		})
	}
}

// refunds gives two orders money back while the server is killed: before the provider heard of it, then after it was asked what became of that, and, for the
// second one, after it had given the money back and before it could say so.
func (s *site) refunds(t *testing.T, p *provider, a, b buyer) {
	t.Helper()
	die := func(token string, at point) {
		t.Helper()
		select {
		case got := <-p.held:
			if got != token {
				t.Fatalf("another order's refund was made at %+v", at)
			}
		case <-time.After(90 * time.Second):
			t.Fatalf("no refund was asked for at %+v", at)
		}
		s.kill()
	}
	p.payments(a.token)
	p.payments(b.token)
	p.stopAt(a.token, point{1, false})
	s.giveBack(t, a)
	die(a.token, point{1, false})
	p.stopAt(a.token, point{1, true})
	s.start()
	die(a.token, point{1, true})
	p.stopAt(b.token, point{1, true})
	s.start()
	s.giveBack(t, b)
	die(b.token, point{1, true})
	s.start()
	for _, x := range []buyer{a, b} {
		until(t, "the refund to arrive", func() bool {
			_, page, _, err := x.ask(http.MethodGet, "/orders/"+x.token, nil)
			return err == nil && strings.Contains(page, "given back")
		})
	}
}

// giveBack has the shop's owner give one back of the order's money.
func (s *site) giveBack(t *testing.T, b buyer) {
	t.Helper()
	var id string
	err := database.ReadCopy(copyOf(t, s.storeFile("fjord")), func(db *database.DB) error {
		return db.NewQuery("SELECT id FROM orders_order WHERE token = {:t}").Bind(map[string]any{"t": b.token}).Row(&id)
	})
	if err != nil {
		t.Fatal(err)
	}
	owner := &shopper{s: s, host: "localhost", client: s.client(), jar: map[string]string{}, address: "10.255.0.1"}
	if _, err := owner.post("/sign-in", url.Values{"email": {"owner@fjord.test"}, "password": {"wizamart-demo"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.post("/store/fjord/orders/"+id+"/refunds", url.Values{"ad_hoc": {"1"}, "reason": {"sorry"}, "key": {"once"}}); err != nil {
		t.Fatal(err)
	}
}

// agree compares the shop's file with what the provider has.
func (s *site) agree(t *testing.T, p *provider, list []buyer) {
	t.Helper()
	err := database.ReadCopy(copyOf(t, s.storeFile("fjord")), func(db *database.DB) error {
		for _, b := range list {
			var state string
			var total, paid, back int64
			var orders, payments, mails int
			err := db.One(context.Background(), func(row database.Row) error {
				return row.Scan(&orders, &state, &total, &paid, &back, &payments, &mails)
			}, `SELECT (SELECT count(*) FROM orders_order WHERE email = o.email), payment_state, total, paid_total, refunded_total,
					(SELECT count(*) FROM orders_payment WHERE order_id = o.id AND voided_at IS NULL), (SELECT count(*) FROM mail_message WHERE ref = o.id AND kind = 'order.paid')
				FROM orders_order o WHERE token = ?`, b.token)
			if err != nil {
				return err
			}
			if orders != 1 || payments != 1 || mails != 1 || paid != total || (state != "paid" && state != "partially_refunded") {
				t.Errorf("%s: %d orders, %d payments, %d mails, %d of %d paid, %s", b, orders, payments, mails, paid, total, state)
			}
			charged := p.payments(b.token)
			if len(charged) != 1 || charged[0].Captured != total || charged[0].Refunded != back {
				t.Errorf("%s: the order says %d paid and %d given back, the provider %+v", b, paid, back, charged)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *site) platformFile() string { return filepath.Join(s.data, "platform.db") }

// edit changes a file while no server runs.
func (s *site) edit(file, statement string) {
	s.t.Helper()
	db, err := database.Open(file, false)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Write(context.Background(), func(tx *database.DB) error { _, err := tx.Exec(statement, nil); return err }); err != nil {
		s.t.Fatal(err)
	}
}
