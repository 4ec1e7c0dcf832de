package fault

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/replicate/replicatetest"
)

// kill -9, again and again, under shoppers who fight for the last pieces. What they were told is what the file holds.
func TestKilled(t *testing.T) {
	s := newSite(t, "")
	goods := s.goods("fjord", 120)
	before := read(t, copyOf(t, s.storeFile("fjord")))
	var list []told
	n := rounds(3)
	for round := range n {
		if !s.sellable(goods) { // the shelves are filled again
			s.goods("fjord", 120)
			before = read(t, copyOf(t, s.storeFile("fjord")))
		}
		list = append(list, s.buyUntilKilled(t, goods, "--replica-config", "off")...)
		l := read(t, copyOf(t, s.storeFile("fjord")))
		l.has(t, fmt.Sprint("round ", round), list)
		l.balance(t, before)
		if t.Failed() {
			return
		}
	}
	// What the kills left undelivered is delivered, once.
	s.start("--replica-config", "off")
	until(t, "events to be delivered", func() bool { return s.waiting("fjord") == 0 })
	s.kill()
	s.counted(t, "fjord")
	t.Logf("killed %d times: 0 of %d confirmed orders lost, 0 half, 0 oversold, numbers without a gap", n, len(list))
}

// buyUntilKilled starts the server, sends eight shoppers into the store, and kills it at a moment of chance.
func (s *site) buyUntilKilled(t *testing.T, goods []string, flags ...string) []told {
	t.Helper()
	s.start(flags...)
	gone := make(chan struct{})
	var once sync.Once
	kill := func() { once.Do(func() { s.cmd.Process.Kill(); close(gone) }) } //nolint:errcheck // it may have ended
	c := s.shop(8, "fjord", goods, func() { time.AfterFunc(time.Duration(50+rand.IntN(700))*time.Millisecond, kill) })
	select {
	case <-gone:
	case <-time.After(2 * time.Minute): // of a machine that does much else
		kill()
	}
	list := c.end()
	s.kill()
	if len(list) == 0 {
		t.Fatalf("no order was placed: %v", c.fails)
	}
	return list
}

func (s *site) sellable(goods []string) bool {
	l := read(s.t, copyOf(s.t, s.storeFile("fjord")))
	return slices.ContainsFunc(goods, func(id string) bool { return l.stock[id] > 10 })
}

// waiting are the events of a store that no consumer has taken yet.
func (s *site) waiting(code string) (n int) {
	err := database.ReadCopy(copyOf(s.t, s.storeFile(code)), func(db *database.DB) error {
		return db.NewQuery("SELECT count(*) FROM event_outbox WHERE delivered_at IS NULL").Row(&n)
	})
	if err != nil {
		return -1 // it was copied while it was written
	}
	return n
}

// counted checks that each order's event has had its effect exactly once.
func (s *site) counted(t *testing.T, code string) {
	t.Helper()
	var wrong int
	err := database.ReadCopy(copyOf(t, s.storeFile(code)), func(db *database.DB) error {
		return db.NewQuery(`SELECT count(*) FROM orders_order o WHERE email LIKE 'guest-10.%'
			AND 1 <> (SELECT coalesce(sum(order_count), 0) FROM customers_customer c WHERE c.email = o.email)`).Row(&wrong)
	})
	if err != nil || wrong > 0 {
		t.Errorf("%d orders were not counted once, %v", wrong, err)
	}
}

// The machine is lost: the server is killed, its directory deleted, and everything brought back from S3. Every order that was shown as
// confirmed is there, and the stock command restores the same.
func TestMachineLost(t *testing.T) {
	s3 := replicatetest.Start(t)
	flags := replicaTo(t, s3.URL("all"))
	s := newSite(t, "")
	goods := s.goods("fjord", 900_000)
	var confirmed []told
	received, n := 0, max(1, rounds(1)/10)
	s.start(flags...)
	s.must("replica", "drill") // also the stores that nobody writes are there
	s.kill()
	for round := range n {
		for _, o := range s.buyUntilKilled(t, goods, flags...) {
			if o.Confirmed {
				confirmed = append(confirmed, o)
			} else {
				received++
			}
		}
		if err := os.RemoveAll(s.data); err != nil {
			t.Fatal(err)
		}
		out := s.must("restore", "--all", "--from", s3.URL("all"))
		if !strings.Contains(out, "Done: 4 databases") {
			t.Fatalf("restored:\n%s", out)
		}
		l := read(t, copyOf(t, s.storeFile("fjord")))
		l.has(t, fmt.Sprint("round ", round), confirmed)
		if t.Failed() {
			return
		}
	}
	if len(confirmed) == 0 {
		t.Fatal("nothing was confirmed")
	}
	s.start(flags...) // it goes on, with new generations, and all is counted once
	until(t, "events to be delivered", func() bool { return s.waiting("fjord") == 0 })
	if o, err := s.shopper("fjord").buy(goods[0]); err != nil {
		t.Errorf("after the restore: %v", err)
	} else if o.Confirmed {
		confirmed = append(confirmed, o)
	}
	s.stop()
	s.counted(t, "fjord")
	stockRestores(t, s, confirmed)
	t.Logf("killed and deleted %d times: 0 of %d confirmed orders lost (%d more were only received)", n, len(confirmed), received)
}

// stockRestores restores every database with litestream's own command.
func stockRestores(t *testing.T, s *site, confirmed []told) {
	t.Helper()
	tool := replicatetest.Build(t, "github.com/benbjohnson/litestream/cmd/litestream")
	for _, name := range []string{"platform", "fjord", "kaffe", "hoshi"} {
		url := strings.TrimSpace(s.must("replica", "url", name))
		out := filepath.Join(t.TempDir(), name+".db")
		cmd := exec.Command(tool, "restore", "-o", out, url)
		cmd.Env = environment()
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("litestream restore of %s: %v\n%s", name, err, text)
			continue
		}
		if _, err := database.Check(t.Context(), out); err != nil {
			t.Errorf("%s as litestream restores it: %v", name, err)
		}
		if name == "fjord" {
			read(t, out).has(t, "the stock command", confirmed)
		}
	}
}
