package observe

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	kept       = 24 * 60 // minutes
	slots      = 40      // of the times to answer
	firstSlot  = 0.1     // milliseconds: the upper end of the first slot
	slotGrowth = 1.35    // each slot's end is so much later than the one's before it; the last ends after some 12 s
	recent     = 5       // minutes that Module tells of
)

// Traffic keeps in memory what was answered in the last day, minute by minute, for people to look at: some 250 KB. Static files
// and probes do not count.
type Traffic struct {
	mu      sync.Mutex
	now     func() time.Time
	minutes [kept]minute
	modules map[string]*[recent + 1]count
	routes  [2]map[RouteKey]*RouteFigures // of this hour and of the one before
	hour    int64
}

type minute struct {
	at                        int64 // since the epoch
	requests, refused, failed uint32
	took                      [slots]uint32
}

type count struct {
	at               int64
	requests, failed uint32
}

// RouteKey is a route as figures name it.
type RouteKey struct{ Surface, Method, Route string }

// RouteFigures is what a route answered in this hour and the one before.
type RouteFigures struct {
	RouteKey
	Requests, Failed int
	Total, Most      time.Duration
}

// Mean time to answer.
func (f RouteFigures) Mean() time.Duration {
	if f.Requests == 0 {
		return 0
	}
	return f.Total / time.Duration(f.Requests)
}

// NewTraffic keeps nothing yet.
func NewTraffic(now func() time.Time) *Traffic {
	return &Traffic{now: now, modules: map[string]*[recent + 1]count{}, routes: [2]map[RouteKey]*RouteFigures{{}, {}}}
}

// Add notes one answered request.
func (t *Traffic) Add(key RouteKey, module string, status int, took time.Duration) {
	ms := float64(took) / float64(time.Millisecond)
	slot := 0
	if ms > firstSlot {
		slot = min(slots-1, int(math.Ceil(math.Log(ms/firstSlot)/math.Log(slotGrowth))))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at := t.now().Unix() / 60
	m := &t.minutes[at%kept]
	if m.at != at {
		*m = minute{at: at}
	}
	m.requests++
	m.took[slot]++
	switch {
	case status >= 500:
		m.failed++
	case status >= 400:
		m.refused++
	}
	if module != "" {
		ring := t.modules[module]
		if ring == nil {
			ring = &[recent + 1]count{}
			t.modules[module] = ring
		}
		c := &ring[at%(recent+1)]
		if c.at != at {
			*c = count{at: at}
		}
		c.requests++
		if status >= 500 {
			c.failed++
		}
	}
	t.turn(at / 60)
	f := t.routes[0][key]
	if f == nil {
		f = &RouteFigures{RouteKey: key}
		t.routes[0][key] = f
	}
	f.Requests++
	f.Total += took
	f.Most = max(f.Most, took)
	if status >= 500 {
		f.Failed++
	}
}

// turn begins a new hour. t.mu is held.
func (t *Traffic) turn(hour int64) {
	switch hour {
	case t.hour:
		return
	case t.hour + 1:
		t.routes[1] = t.routes[0]
	default:
		t.routes[1] = map[RouteKey]*RouteFigures{}
	}
	t.routes[0], t.hour = map[RouteKey]*RouteFigures{}, hour
}

// Point is a part of the time that Points covers.
type Point struct {
	At                        time.Time // its beginning
	Length                    time.Duration
	Requests, Refused, Failed int // refused: 4xx; failed: 5xx
	P50, P95                  time.Duration
}

// Rate is requests a second.
func (p Point) Rate() float64 { return float64(p.Requests) / p.Length.Seconds() }

// Points are n parts of so many minutes each, up to now, the oldest first.
func (t *Traffic) Points(n, minutes int) []Point {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now().Unix() / 60
	out := make([]Point, 0, n)
	for i := range n {
		first := now - int64((n-i)*minutes) + 1
		out = append(out, t.point(first, minutes))
	}
	return out
}

// Sum is all of the last minutes as one point.
func (t *Traffic) Sum(minutes int) Point {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.point(t.now().Unix()/60-int64(minutes)+1, minutes)
}

func (t *Traffic) point(first int64, minutes int) Point {
	p := Point{At: time.Unix(first*60, 0), Length: time.Duration(minutes) * time.Minute}
	var took [slots]uint64
	for at := max(first, 0); at < first+int64(minutes); at++ {
		m := &t.minutes[at%kept]
		if m.at != at {
			continue
		}
		p.Requests, p.Refused, p.Failed = p.Requests+int(m.requests), p.Refused+int(m.refused), p.Failed+int(m.failed)
		for i, n := range m.took {
			took[i] += uint64(n)
		}
	}
	p.P50, p.P95 = quantile(took, .5), quantile(took, .95)
	return p
}

// quantile is the time within which that part of the answers was given, to about a tenth.
func quantile(took [slots]uint64, part float64) time.Duration {
	var all uint64
	for _, n := range took {
		all += n
	}
	if all == 0 {
		return 0
	}
	left := part * float64(all)
	for i, n := range took {
		if float64(n) < left {
			left -= float64(n)
			continue
		}
		end := firstSlot * math.Pow(slotGrowth, float64(i))
		begin := end / slotGrowth
		if i == 0 {
			begin = 0
		}
		return time.Duration((begin + (end-begin)*left/float64(n)) * float64(time.Millisecond))
	}
	return time.Duration(firstSlot * math.Pow(slotGrowth, slots-1) * float64(time.Millisecond))
}

// Module is how many requests a module answered in the last five minutes, and how many of them failed.
func (t *Traffic) Module(name string) (requests, failed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	ring := t.modules[name]
	if ring == nil {
		return 0, 0
	}
	now := t.now().Unix() / 60
	for _, c := range ring {
		if c.at > now-recent {
			requests, failed = requests+int(c.requests), failed+int(c.failed)
		}
	}
	return requests, failed
}

// Busiest are the routes that took the most time in this hour and the one before, at most n.
func (t *Traffic) Busiest(n int) []RouteFigures {
	t.mu.Lock()
	t.turn(t.now().Unix() / 3600)
	sums := map[RouteKey]RouteFigures{}
	for _, hour := range t.routes {
		for key, f := range hour {
			s := sums[key]
			sums[key] = RouteFigures{key, s.Requests + f.Requests, s.Failed + f.Failed, s.Total + f.Total, max(s.Most, f.Most)}
		}
	}
	t.mu.Unlock()
	out := make([]RouteFigures, 0, len(sums))
	for _, f := range sums {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b RouteFigures) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.Surface+a.Route+a.Method, b.Surface+b.Route+b.Method))
	})
	return out[:min(n, len(out))]
}
