// Package pagecache keeps finished pages in memory, packed for the wire, and never an old one: a page is kept with the version
// of its store that was read before it was made, and given out only while that is still the version. Nothing
// is ever told to forget.
package pagecache

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"wizamart/tenant"
)

// Key is all that a page depends on, besides the version. A binary's templates and assets do not change while it runs.
type Key struct {
	Store  string // id
	Host   string // with port, as asked for: pages name their own address
	Path   string // with the surface's prefix
	Query  string // what counts of it, in one spelling
	Scheme string // auto, light or dark
	Secure bool
}

func (k Key) bytes() int64 {
	return int64(len(k.Store) + len(k.Host) + len(k.Path) + len(k.Query) + len(k.Scheme))
}

// Cache is bounded by the bytes that it keeps. It has two parts: a page comes into the first, and into the second when it is
// asked for again, so that a crawler that reads every page once drives out nothing that is read often.
type Cache struct {
	max    int64
	now    func() time.Time
	making singleflight.Group

	mu    sync.Mutex
	items map[Key]*list.Element
	once  list.List // asked for once; most recently used first, values are *entry
	often list.List
	sizes [2]int64 // of once and often, in bytes

	hits, misses, shared, evicted atomic.Uint64
}

type entry struct {
	key   Key
	page  *Page
	size  int64
	often bool
}

// oftenShare of the bound is for what is asked for again, in per cent.
const oftenShare = 80

// New is an empty cache of at most max bytes.
func New(max int64, now func() time.Time) *Cache {
	return &Cache{max: max, now: now, items: map[Key]*list.Element{}}
}

// Get is the page of that version, or nil.
func (c *Cache) Get(key Key, version tenant.Version) *Page {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.items[key]
	if !ok {
		return nil
	}
	e := at.Value.(*entry)
	if e.page.Version != version || !e.page.validAt(c.now()) {
		return nil
	}
	c.use(at)
	return e.page
}

// Page gives the page of that version: the one that is kept, or what fill makes. Those who want the same page at the same time
// wait for one fill. What fill returns is kept when it may be; ctx ends the waiting, not the fill.
func (c *Cache) Page(ctx context.Context, key Key, version tenant.Version, fill func() *Page) (*Page, error) {
	if p := c.Get(key, version); p != nil {
		c.hits.Add(1)
		return p, nil
	}
	made := false
	done := c.making.DoChan(fmt.Sprint(key, version), func() (any, error) {
		if p := c.Get(key, version); p != nil { // made between the two looks
			return p, nil
		}
		made = true
		p := fill()
		p.Version = version
		if p.keep && p.validAt(c.now()) {
			c.put(key, p)
		}
		return p, nil
	})
	select {
	case r := <-done:
		if made {
			c.misses.Add(1)
		} else {
			c.shared.Add(1)
		}
		return r.Val.(*Page), r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (c *Cache) put(key Key, p *Page) {
	size := p.bytes() + key.bytes() + overhead
	if size > c.max/8 {
		return // one page shall not drive out many
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.items[key]
	if !ok {
		c.items[key] = c.once.PushFront(&entry{key: key, page: p, size: size})
		c.sizes[0] += size
	} else {
		e := at.Value.(*entry)
		if p.Version.Before(e.page.Version) {
			return // a slow maker; the next ones are further already
		}
		c.resize(e, size)
		e.page = p
	}
	p.grown = func(n int64) { c.grown(key, p, n) }
	c.bound()
}

// grown notes that a kept page was packed in another way too.
func (c *Cache) grown(key Key, p *Page, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.items[key]; ok && at.Value.(*entry).page == p {
		e := at.Value.(*entry)
		c.resize(e, e.size+n)
		c.bound()
	}
}

func (c *Cache) resize(e *entry, size int64) {
	c.sizes[part(e.often)] += size - e.size
	e.size = size
}

func part(often bool) int {
	if often {
		return 1
	}
	return 0
}

// use moves an entry to the front, and into the second part.
func (c *Cache) use(at *list.Element) {
	e := at.Value.(*entry)
	if e.often {
		c.often.MoveToFront(at)
		return
	}
	c.once.Remove(at)
	c.sizes[0] -= e.size
	e.often = true
	c.items[e.key] = c.often.PushFront(e)
	c.sizes[1] += e.size
	for c.sizes[1] > c.max*oftenShare/100 && c.often.Len() > 1 {
		last := c.often.Remove(c.often.Back()).(*entry)
		c.sizes[1] -= last.size
		last.often = false
		c.items[last.key] = c.once.PushFront(last)
		c.sizes[0] += last.size
	}
}

// bound drops what was used longest ago.
func (c *Cache) bound() {
	for c.sizes[0]+c.sizes[1] > c.max {
		from := &c.once
		if from.Len() == 0 {
			from = &c.often
		}
		e := from.Remove(from.Back()).(*entry)
		c.sizes[part(e.often)] -= e.size
		delete(c.items, e.key)
		c.evicted.Add(1)
	}
}

// Stats is what the cache has done and what it holds.
type Stats struct {
	Hits    uint64 // answered from memory
	Misses  uint64 // made
	Shared  uint64 // answered with what another request had made at that moment
	Evicted uint64 // dropped because the bound was reached
	Pages   int
	Bytes   int64
}

// Stats is the sum since the start, and what is held now.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{c.hits.Load(), c.misses.Load(), c.shared.Load(), c.evicted.Load(), len(c.items), c.sizes[0] + c.sizes[1]}
}
