package analytics

import (
	"strings"
	"sync"
	"time"
)

// What is counted by name.
const (
	page     = "page"     // views, by path
	referrer = "referrer" // views from elsewhere, by host
	device   = "device"   // visitors, by class
)

// Others is the name that sums up those without a count of their own.
const Others = "*"

// How many pages and referrers of a day have a count of their own.
const (
	maxPages     = 500
	maxReferrers = 200
)

// mark is something that is counted by name.
type mark struct{ what, kind, name string }

// tally is what was counted and is not written yet.
type tally struct {
	views, visitors int64
	partial         bool // there were visitors that could not be told apart
	counts          map[mark]int64
	names           [2]int // pages and referrers in counts
	since           time.Time
}

func (t *tally) empty() bool { return t.views == 0 }

// counter counts a store's views of a day.
type counter struct {
	mu   sync.Mutex
	day  *day                // nil when it is over
	seen map[uint64]struct{} // visitors' keys; nil when the day is over
	tally
}

// visit is one view.
type visit struct {
	key        uint64
	kind, path string
	from       string
	outside    bool // it came from elsewhere: from says where
	device     string
}

// add counts a view.
func (c *counter) add(v visit, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.empty() {
		c.since = now
	}
	c.views++
	fresh := c.isNew(v.key)
	if fresh {
		c.visitors++
		c.count(mark{device, "", v.device}, 1)
	}
	c.count(mark{page, v.kind, v.path}, 1)
	if v.outside && (v.from != Direct || fresh) {
		c.count(mark{referrer, "", v.from}, 1)
	}
}

// isNew tells whether a visitor has not been here today, as long as there is room to remember.
func (c *counter) isNew(key uint64) bool {
	if _, known := c.seen[key]; known {
		return false
	}
	if c.seen == nil || len(c.seen) >= maxStoreVisitors || c.day.visitors.Load() >= maxVisitors {
		c.partial = true
		return false
	}
	c.day.visitors.Add(1)
	c.seen[key] = struct{}{}
	return true
}

// count adds to a name. Beyond the bounds it is one of the others.
func (c *counter) count(m mark, n int64) {
	if _, ok := c.counts[m]; !ok {
		if c.counts == nil {
			c.counts = map[mark]int64{}
		}
		if !c.room(m) {
			m.kind, m.name = "", Others
		} else {
			m.name = strings.Clone(m.name) // it is a piece of a request
		}
	}
	c.counts[m] += n
}

func (c *counter) room(m mark) bool {
	at, most := 0, maxPages
	switch m.what {
	case referrer:
		at, most = 1, maxReferrers
	case device:
		return true
	}
	if c.names[at] >= most || c.day != nil && c.day.names.Load() >= maxNames {
		return false
	}
	c.names[at]++
	if c.day != nil {
		c.day.names.Add(1)
	}
	return true
}

// take gives what is not written yet, and begins anew.
func (c *counter) take() tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.tally
	if c.day != nil {
		c.day.names.Add(-int64(out.names[0] + out.names[1]))
	}
	c.tally = tally{}
	return out
}

// putBack adds what could not be written.
func (c *counter) putBack(t tally) {
	if t.empty() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.empty() {
		c.since = t.since
	}
	c.views += t.views
	c.visitors += t.visitors
	c.partial = c.partial || t.partial
	for m, n := range t.counts {
		c.count(m, n)
	}
}

// close ends the day: the visitors are forgotten. It tells whether something waits to be written.
func (c *counter) close() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.day, c.seen = nil, nil
	return !c.empty()
}

// look calls fn with what is not written yet.
func (c *counter) look(fn func(t *tally)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fn(&c.tally)
}
