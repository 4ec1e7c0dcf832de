package limit

import (
	"crypto/sha256"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"wizamart/framework/problem"
)

// MaxBuckets are kept, at some 250 bytes each: 16 MB. When there are more, the least recently used is forgotten, and would be full again. Who has that many
// addresses is held by the limits of the network and of the store.
const MaxBuckets = 1 << 16

// Limiter has the buckets. A nil Limiter counts nothing.
type Limiter struct {
	now     func() time.Time
	rules   func() Rules
	mu      sync.Mutex
	buckets *lru.Cache[bucketKey, *rate.Limiter] // of those who ask
	stores  *lru.Cache[bucketKey, *rate.Limiter] // a flood of addresses does not drive them out
	refused map[Class]*atomic.Uint64
}

// Rules by class.
type Rules map[Class]Rule

// New is a Limiter without a request counted. rules is asked for each request, so it answers from memory; a nil now is time.Now.
func New(now func() time.Time, rules func() Rules) *Limiter {
	return newLimiter(now, rules, MaxBuckets)
}

func newLimiter(now func() time.Time, rules func() Rules, buckets int) *Limiter {
	if now == nil {
		now = time.Now
	}
	keep := func() *lru.Cache[bucketKey, *rate.Limiter] {
		kept, err := lru.New[bucketKey, *rate.Limiter](buckets)
		if err != nil {
			panic(err) // only a size below one is refused
		}
		return kept
	}
	l := &Limiter{now: now, rules: rules, buckets: keep(), stores: keep(), refused: map[Class]*atomic.Uint64{}}
	for _, r := range Defaults {
		l.refused[r.Class] = &atomic.Uint64{}
	}
	return l
}

// Who asks.
type Who struct {
	Address string // IP address; "" for a request that nobody sent, which is not counted
	Account string // of who is signed in, proven; "" for a guest
	Token   string // session or API token of the account
	Store   string // id; "" outside a store
}

type kind uint8

const (
	byAddress kind = iota
	byNetwork
	byAccount
	byToken
	byAnywhere
	byStore
)

// How many times a client's part an IPv6 network, an account, and an address in all stores together get.
const (
	networkTimes  = 16
	accountTimes  = 2
	anywhereTimes = 4
)

type bucketKey struct {
	class Class
	kind  kind
	sum   [16]byte // what is counted is foreign text: it costs 16 bytes, whatever its length
}

// part is one bucket that a request takes a token of.
type part struct {
	key    bucketKey
	amount int
}

func (r Rule) parts(w Who) []part {
	out := make([]part, 0, 4)
	add := func(k kind, value string, amount int) {
		if amount > 0 && value != "" {
			sum := sha256.Sum256([]byte(value))
			out = append(out, part{bucketKey{r.Class, k, [16]byte(sum[:16])}, amount})
		}
	}
	if r.Class.Person() && w.Account != "" {
		add(byToken, w.Token, r.Client)
		add(byAccount, w.Account, accountTimes*r.Client)
	} else {
		// An address may be many people's, so a shop's guests are counted by themselves, and those of all shops with more patience. Sign-ins count
		// together wherever they are tried.
		address, network := Networks(w.Address)
		if w.Store == "" || r.Class == SignIn {
			add(byAddress, address, r.Client)
		} else {
			add(byAddress, w.Store+" "+address, r.Client)
			add(byAnywhere, address, anywhereTimes*r.Client)
		}
		if network != "" {
			add(byNetwork, network, networkTimes*r.Client)
		}
	}
	add(byStore, w.Store, r.Store)
	return out
}

// Take takes a token of each bucket that a request of the class belongs to. When one is empty, none is taken, and the error is a *Refused.
func (l *Limiter) Take(class Class, w Who) (State, error) {
	if l == nil || class == None || w.Address == "" {
		return State{}, nil
	}
	rule, ok := l.rules()[class]
	if !ok || rule.Window <= 0 {
		return State{}, nil
	}
	parts := rule.parts(w)
	var buckets [4]*rate.Limiter
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, p := range parts {
		b := l.bucket(p, rule.Window, now)
		buckets[i] = b
		if left := b.TokensAt(now); left < 1 {
			l.refused[class].Add(1)
			s := State{Class: class, Store: p.key.kind == byStore, Quota: p.amount, Window: rule.Window}
			return s, &Refused{State: s, Wait: time.Duration((1 - left) / float64(p.amount) * float64(rule.Window))}
		}
	}
	var state State
	for i, p := range parts {
		buckets[i].AllowN(now, 1)
		left := buckets[i].TokensAt(now)
		s := State{Class: class, Store: p.key.kind == byStore, Quota: p.amount, Window: rule.Window, Left: max(0, int(left))}
		s.Full = time.Duration((float64(p.amount) - left) / float64(p.amount) * float64(rule.Window))
		if state.Quota == 0 || s.share() < state.share() {
			state = s
		}
	}
	return state, nil
}

// bucket finds or makes one. l.mu is held.
func (l *Limiter) bucket(p part, window time.Duration, now time.Time) *rate.Limiter {
	refill := rate.Limit(float64(p.amount) / window.Seconds())
	kept := l.buckets
	if p.key.kind == byStore {
		kept = l.stores
	}
	b, ok := kept.Get(p.key)
	if !ok {
		b = rate.NewLimiter(refill, p.amount)
		kept.Add(p.key, b)
	} else if b.Burst() != p.amount { // the operator has changed it
		b.SetLimitAt(now, refill)
		b.SetBurstAt(now, p.amount)
	}
	return b
}

// Refusals of a class since the start.
func (l *Limiter) Refusals(class Class) uint64 { return l.refused[class].Load() }

// Buckets is how many there are now, at most MaxBuckets, besides those of stores.
func (l *Limiter) Buckets() int { return l.buckets.Len() }

// Networks is what an IP address is counted under: itself, or for IPv6 its /64 network, where one client has 2^64 addresses to choose from, and the
// /48 around that, which is what a customer of a provider gets at most (RFC 6177). network is "" for IPv4.
func Networks(address string) (client, network string) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address, ""
	}
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String(), ""
	}
	near, _ := a.Prefix(64) // of an IPv6 address: they exist
	far, _ := a.Prefix(48)
	return near.String(), far.String()
}

// Refused is why a request is not answered: a problem.TooMany that says when to come back.
type Refused struct {
	State State
	Wait  time.Duration
}

func (r *Refused) Error() string { return r.Unwrap().Error() }

// Unwrap is the problem.
func (r *Refused) Unwrap() error {
	p := &problem.Error{Code: problem.TooMany, Message: "That was a lot in a short time. Please wait a little and try again.", RetryAfter: seconds(r.Wait)}
	switch {
	case r.State.Store:
		p.Message = "So many want something of this shop that it cannot answer everybody. Please try again in a moment."
	case !r.State.Class.Person():
		p.Message = "Too many attempts. Please wait a little and try again."
	}
	return p
}

// seconds rounds up, to one at least.
func seconds(d time.Duration) int { return max(1, int(math.Ceil(d.Seconds()))) }
