package analytics

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// The memory is bounded: what comes after a bound is counted as views only.
const (
	maxVisitors      = 500_000 // that are told apart in all stores together; 8 bytes and a map's overhead each
	maxStoreVisitors = 50_000  // in one store
	maxNames         = 200_000 // pages and referrers that wait to be written, in all stores together
)

// day is what is known of a day (UTC): a secret that no disk sees and that is lost when the day is over, and each store's count. Who comes on two days
// is two visitors, and nobody can find out.
type day struct {
	number   int64     // days since 1970-01-01
	makers   sync.Pool // of *maker
	stores   sync.Map  // by id: *counter
	visitors atomic.Int64
	names    atomic.Int64
}

// maker makes visitors' keys. It has its own room, so that a key costs no allocation.
type maker struct {
	mac  hash.Hash
	room [8 + sha256.Size]byte
	text []byte
}

func newDay(number int64) *day {
	salt := make([]byte, sha256.Size)
	rand.Read(salt) //nolint:errcheck // it never fails (crypto/rand)
	d := &day{number: number}
	d.makers.New = func() any { return &maker{mac: hmac.New(sha256.New, salt)} }
	return d
}

// key is the visitor's pseudonym for this day in this store: HMAC-SHA-256 of store, address and browser. Of an IPv6 address the network counts (/64):
// browsers change the rest.
func (d *day) key(store, address, agent string) uint64 {
	m := d.makers.Get().(*maker)
	defer d.makers.Put(m)
	m.mac.Reset()
	m.text = append(m.text[:0], store...)
	if ip, err := netip.ParseAddr(address); err == nil {
		if ip = ip.Unmap(); ip.Is6() {
			whole := ip.As16()
			m.text = append(m.text, whole[:8]...)
		} else {
			whole := ip.As4()
			m.text = append(m.text, whole[:]...)
		}
	}
	m.text = append(append(m.text, 0), agent[:min(len(agent), maxAgent)]...)
	m.mac.Write(m.text) //nolint:errcheck // a hash takes everything (hash.Hash)
	sum := m.mac.Sum(m.room[:0])
	clear(m.text)
	return binary.BigEndian.Uint64(sum)
}

func (d *day) counter(store string) *counter {
	if c, ok := d.stores.Load(store); ok {
		return c.(*counter)
	}
	c, _ := d.stores.LoadOrStore(store, &counter{day: d, seen: map[uint64]struct{}{}})
	return c.(*counter)
}

func dayOf(t time.Time) int64 { return t.Unix() / 86400 }

func dateOf(number int64) string { return time.Unix(number*86400, 0).UTC().Format(time.DateOnly) }

// current is today. At the first view of a day, or when the duty looks, the day before is over: its secret and its visitors are
// forgotten, its sums wait to be written.
func (s *Service) current(now time.Time) *day {
	number := dayOf(now)
	if d := s.today.Load(); d != nil && d.number == number {
		return d
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.today.Load()
	if d != nil && d.number == number {
		return d
	}
	fresh := newDay(number)
	s.today.Store(fresh)
	if d != nil {
		d.stores.Range(func(store, c any) bool {
			if over := c.(*counter); over.close() {
				s.keep(pastKey{store.(string), d.number}, over)
			}
			return true
		})
	}
	return fresh
}

// keep lets sums of a day that is over wait to be written. The caller holds the lock.
func (s *Service) keep(k pastKey, c *counter) {
	if before := s.past[k]; before != nil { // the clock went back over midnight
		before.putBack(c.take())
		return
	}
	s.past[k] = c
}
