package limit

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"wizamart/framework/problem"
)

// clock is a time that only the test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newTest(buckets int, rules ...Rule) (*Limiter, *clock) {
	c := &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	all := Rules{}
	for _, r := range rules {
		all[r.Class] = r
	}
	return newLimiter(c.Now, func() Rules { return all }, buckets), c
}

func taken(l *Limiter, class Class, w Who, tries int) (n int) {
	for range tries {
		if _, err := l.Take(class, w); err == nil {
			n++
		}
	}
	return n
}

func TestWhoIsCountedTogether(t *testing.T) {
	rule := func(class Class) Rule { return Rule{class, time.Minute, 10, 0} }
	for _, tt := range []struct {
		name   string
		class  Class
		first  Who
		second Who
		want   int // that the second still gets of 10, when the first has had 10
	}{
		{"one address", Page, Who{Address: "192.0.2.1", Store: "a"}, Who{Address: "192.0.2.1", Store: "a"}, 0},
		{"two addresses", Page, Who{Address: "192.0.2.1", Store: "a"}, Who{Address: "192.0.2.2", Store: "a"}, 10},
		{"one /64", Page, Who{Address: "2001:db8::1", Store: "a"}, Who{Address: "2001:db8::2", Store: "a"}, 0},
		{"two /64", Page, Who{Address: "2001:db8::1", Store: "a"}, Who{Address: "2001:db8:0:1::1", Store: "a"}, 10},
		{"IPv4 in IPv6", Page, Who{Address: "192.0.2.1"}, Who{Address: "::ffff:192.0.2.1"}, 0},
		{"another store's visitor", Page, Who{Address: "192.0.2.1", Store: "a"}, Who{Address: "192.0.2.1", Store: "b"}, 10},
		{"passwords in another store", SignIn, Who{Address: "192.0.2.1", Store: "a"}, Who{Address: "192.0.2.1", Store: "b"}, 0},
		{"colleagues at one address", Desk, Who{Address: "192.0.2.1", Account: "ada", Token: "1"}, Who{Address: "192.0.2.1", Account: "bob", Token: "2"}, 10},
		{"one person at two addresses", Desk, Who{Address: "192.0.2.1", Account: "ada", Token: "1"}, Who{Address: "192.0.2.2", Account: "ada", Token: "1"}, 0},
		{"another token of an account", APIRead, Who{Address: "192.0.2.1", Account: "ada", Token: "1"}, Who{Address: "192.0.2.1", Account: "ada", Token: "2"}, 10},
		{"an account does not help to guess", Guess, Who{Address: "192.0.2.1", Account: "ada", Token: "1"}, Who{Address: "192.0.2.1", Account: "bob", Token: "2"}, 0},
		{"nobody", Page, Who{}, Who{}, 10},
	} {
		l, _ := newTest(1000, rule(tt.class))
		if n := taken(l, tt.class, tt.first, 10); n != 10 {
			t.Errorf("%s: the first gets %d", tt.name, n)
		}
		if n := taken(l, tt.class, tt.second, 10); n != tt.want {
			t.Errorf("%s: the second gets %d, not %d", tt.name, n, tt.want)
		}
	}
}

func TestBounds(t *testing.T) {
	l, c := newTest(1000, Rule{Page, time.Minute, 10, 50})
	account := Who{Address: "192.0.2.1", Account: "ada"}
	sum := 0
	for token := range 5 {
		account.Token = fmt.Sprint(token)
		sum += taken(l, Page, account, 10)
	}
	if sum != 20 {
		t.Errorf("an account's tokens get %d together", sum)
	}
	sum = 0
	for i := range 100 { // networks of one provider's customer
		sum += taken(l, Page, Who{Address: fmt.Sprintf("2001:db8:7:%x::1", i)}, 10)
	}
	if sum != 160 {
		t.Errorf("a /48 gets %d", sum)
	}
	sum = 0
	for i := range 20 {
		sum += taken(l, Page, Who{Address: "198.51.100.1", Store: fmt.Sprint("everywhere", i)}, 10)
	}
	if sum != 40 {
		t.Errorf("an address gets %d in many stores", sum)
	}
	sum = 0
	for i := range 100 {
		sum += taken(l, Page, Who{Address: fmt.Sprintf("203.0.113.%d", i), Store: "flooded"}, 10)
	}
	if sum != 50 {
		t.Errorf("a store gives %d", sum)
	}
	if n := taken(l, Page, Who{Address: "203.0.113.1", Store: "another"}, 10); n != 10 {
		t.Errorf("another store's visitors get %d", n)
	}
	c.now = c.now.Add(6 * time.Second)
	if n := taken(l, Page, Who{Address: "203.0.113.200", Store: "flooded"}, 10); n != 5 {
		t.Errorf("a tenth of the window gives %d", n)
	}
	if l.Refusals(Page) == 0 || l.Refusals(Guess) != 0 {
		t.Error("refusals are not counted by class")
	}
}

// What is refused by one bucket costs nothing in the others.
func TestARefusalTakesNothing(t *testing.T) {
	l, _ := newTest(1000, Rule{Page, time.Minute, 5, 20})
	taken(l, Page, Who{Address: "192.0.2.1", Store: "s"}, 1000)
	if n := taken(l, Page, Who{Address: "192.0.2.2", Store: "s"}, 10) + taken(l, Page, Who{Address: "192.0.2.3", Store: "s"}, 10); n != 10 {
		t.Errorf("others get %d after one was refused 995 times", n)
	}
}

func TestHeaders(t *testing.T) {
	l, c := newTest(1000, Rule{Page, time.Minute, 10, 100})
	w := Who{Address: "192.0.2.1", Store: "s"}
	state, err := l.Take(Page, w)
	h := http.Header{}
	state.Header(h)
	if err != nil || h.Get("RateLimit-Policy") != `"page";q=10;w=60` || h.Get("RateLimit") != `"page";r=9;t=6` {
		t.Errorf("%v, %v", h, err)
	}
	taken(l, Page, w, 9)
	c.now = c.now.Add(2500 * time.Millisecond)
	_, err = l.Take(Page, w)
	var no *Refused
	if !errors.As(err, &no) || !problem.Is(err, problem.TooMany) {
		t.Fatalf("%v", err)
	}
	h = http.Header{}
	no.Header(h)
	if h.Get("Retry-After") != "4" || h.Get("RateLimit") != `"page";r=0;t=4` {
		t.Errorf("%v", h)
	}
	c.now = c.now.Add(4 * time.Second)
	if _, err := l.Take(Page, w); err != nil {
		t.Errorf("after Retry-After: %v", err)
	}
}

func TestSettingsActAtOnce(t *testing.T) {
	amount := 5
	l := New(nil, func() Rules { return Rules{Page: {Page, time.Hour, amount, 0}} })
	w := Who{Address: "192.0.2.1"}
	if n := taken(l, Page, w, 20); n != 5 {
		t.Errorf("%d of 5", n)
	}
	amount = 0
	if n := taken(l, Page, w, 20); n != 20 {
		t.Errorf("%d without a limit", n)
	}
	amount = 2
	if n := taken(l, Page, w, 20); n > 2 {
		t.Errorf("%d of 2", n)
	}
}

// A flood from more addresses than there is room for: memory is bounded, who is in between is served, and the store's limit holds.
func TestFloodOfAddresses(t *testing.T) {
	l, _ := newTest(1<<10, Rule{Page, time.Minute, 10, 500})
	var all sync.WaitGroup
	var mu sync.Mutex
	answered := 0
	for g := range 4 {
		all.Go(func() {
			for i := range 5000 {
				var a [16]byte
				copy(a[:], []byte{0x20, 0x01, byte(g)})
				binary.BigEndian.PutUint32(a[4:], uint32(i))
				if _, err := l.Take(Page, Who{Address: netip.AddrFrom16(a).String(), Store: "flooded"}); err == nil {
					mu.Lock()
					answered++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if l.Buckets() > 1<<10 {
		t.Errorf("%d buckets", l.Buckets())
	}
	if answered != 500 {
		t.Errorf("%d were answered", answered)
	}
}

func TestNilLimiterLimitsNothing(t *testing.T) {
	var l *Limiter
	if s, err := l.Take(Page, Who{Address: "192.0.2.1"}); err != nil || s.Quota != 0 {
		t.Errorf("%v, %v", s, err)
	}
}

func BenchmarkTake(b *testing.B) {
	l := New(nil, func() Rules { return Rules{Page: {Page, time.Minute, 1 << 30, 1 << 30}} })
	w := Who{Address: "192.0.2.1", Store: "s"}
	b.ReportAllocs()
	for b.Loop() {
		l.Take(Page, w) //nolint:errcheck // it is measured
	}
}
