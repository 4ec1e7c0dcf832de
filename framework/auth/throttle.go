package auth

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"wizamart/framework/problem"
)

// maxBuckets per throttle, at some 250 bytes each. When there are more, the least recently used is forgotten.
const maxBuckets = 1 << 14

// Throttle is a token bucket per key, in bounded memory.
type Throttle struct {
	clock   func() time.Time
	refill  rate.Limit
	burst   int
	mu      sync.Mutex
	buckets *lru.Cache[[32]byte, *rate.Limiter]
}

// NewThrottle allows burst takes of one key at once, and refill a second afterwards. A nil clock is time.Now.
func NewThrottle(clock func() time.Time, refill rate.Limit, burst int) *Throttle {
	if clock == nil {
		clock = time.Now
	}
	buckets, err := lru.New[[32]byte, *rate.Limiter](maxBuckets)
	if err != nil {
		panic(err) // only a size below one is refused
	}
	return &Throttle{clock: clock, refill: refill, burst: burst, buckets: buckets}
}

// Take takes one token of key, or returns a TooMany problem that says when to come back.
func (t *Throttle) Take(key string) error {
	now := t.clock()
	r := t.bucket(key, true).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	r.CancelAt(now)
	return &problem.Error{
		Code: problem.TooMany, Message: "Too many attempts. Please wait a little and try again.",
		RetryAfter: int((wait + time.Second - 1) / time.Second),
	}
}

// Reset fills the bucket of key.
func (t *Throttle) Reset(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buckets.Remove(sha256.Sum256([]byte(key)))
}

// Keep gives key a bucket, full when it had none. Has tells whether it has one.
func (t *Throttle) Keep(key string) { t.bucket(key, true) }

// Has tells whether key has a bucket.
func (t *Throttle) Has(key string) bool { return t.bucket(key, false) != nil }

func (t *Throttle) bucket(key string, create bool) *rate.Limiter {
	sum := sha256.Sum256([]byte(key)) // keys are foreign text: they cost 32 bytes, whatever their length
	t.mu.Lock()
	defer t.mu.Unlock()
	b, ok := t.buckets.Get(sum)
	if !ok && create {
		b = rate.NewLimiter(t.refill, t.burst)
		t.buckets.Add(sum, b)
	}
	return b
}

// AddressKey is what an IP address is counted under: itself, or its /64 network for IPv6, where one client
// has 2^64 addresses to choose from.
func AddressKey(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
