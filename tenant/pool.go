package tenant

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// pool keeps the databases of recently used stores open: a bounded LRU with counted references.
// A store in use is never closed; when all are in use the bound is exceeded rather than a request refused.
type pool struct {
	platform *Platform
	max      int

	mu     sync.Mutex
	idle   *sync.Cond // an entry's references went to zero
	items  map[string]*entry
	order  *list.List // most recently used first; values are *entry
	barred map[string]*Quarantine
	// retired entries were in use when their store was barred.
	retired  map[string]*entry
	underWay map[string]bool // stores whose file is being replaced
	closed   bool
	stats    PoolStats
}

// PoolStats is what the pool of open stores did since the start.
type PoolStats struct {
	Open, InUse, Limit               int
	Hits, Opens, Failed, Waits, Shut uint64 // Waits: for a file that somebody else was opening; Shut: closed for want of room
}

// Pool tells what the pool of open stores did.
func (p *Platform) Pool() PoolStats {
	pl := p.pool
	pl.mu.Lock()
	defer pl.mu.Unlock()
	s := pl.stats
	s.Open, s.Limit = len(pl.items), pl.max
	for _, e := range pl.items {
		if e.refs > 0 {
			s.InUse++
		}
	}
	return s
}

type entry struct {
	id    string
	refs  int
	pos   *list.Element
	ready chan struct{} // closed when store or err is set
	ended chan struct{} // once the entry is retired: closed when its file is
	store *opened
	err   error
}

func newPool(p *Platform, limit int) *pool {
	pl := &pool{platform: p, max: limit, items: map[string]*entry{}, order: list.New(), barred: map[string]*Quarantine{}, retired: map[string]*entry{}, underWay: map[string]bool{}}
	pl.idle = sync.NewCond(&pl.mu)
	return pl
}

// Acquire opens a store's database, or finds it open. The caller calls release exactly once, when done.
// A store that does not exist is problem.NotFound; nothing is created.
func (p *Platform) Acquire(ctx context.Context, id string) (st *Store, release func(), err error) {
	if p.ByID(id) == nil {
		return nil, nil, problem.New(problem.NotFound, "This store does not exist.")
	}
	if r := p.replica; r != nil {
		if err := r.Usable(id); err != nil {
			return nil, nil, err
		}
	}
	return p.pool.acquire(ctx, id)
}

func (pl *pool) acquire(ctx context.Context, id string) (*Store, func(), error) {
	pl.mu.Lock()
	if pl.closed {
		pl.mu.Unlock()
		return nil, nil, problem.New(problem.Unavailable, "The server is shutting down. Please try again in a moment.")
	}
	if q := pl.barred[id]; q != nil {
		pl.mu.Unlock()
		return nil, nil, q.refusal()
	}
	e, found := pl.items[id]
	if !found {
		e = &entry{id: id, ready: make(chan struct{})}
		e.pos = pl.order.PushFront(e)
		pl.items[id] = e
		pl.stats.Opens++
	} else {
		pl.order.MoveToFront(e.pos)
		pl.stats.Hits++
		select {
		case <-e.ready:
		default:
			pl.stats.Waits++
		}
	}
	e.refs++
	surplus := pl.surplus()
	pl.mu.Unlock()
	closeAll(surplus)
	if !found {
		e.store, e.err = pl.platform.openStore(context.WithoutCancel(ctx), id)
		close(e.ready)
	}
	<-e.ready
	if e.err != nil {
		pl.release(e)
		return nil, nil, e.err
	}
	var once sync.Once
	return &Store{DB: e.store.db, shared: e.store}, func() { once.Do(func() { pl.release(e) }) }, nil
}

func (pl *pool) release(e *entry) {
	pl.mu.Lock()
	e.refs--
	if e.refs == 0 && e.err != nil {
		pl.stats.Failed++
		pl.drop(e)
	}
	surplus := pl.surplus()
	last := e.refs == 0 && e.ended != nil
	pl.idle.Broadcast()
	pl.mu.Unlock()
	closeAll(surplus)
	if last {
		e.end()
	}
}

// end closes the file of an entry that was retired and that nobody uses any more.
func (e *entry) end() {
	if e.store != nil {
		e.store.db.Close() //nolint:errcheck // a file that is taken out of use
	}
	close(e.ended)
}

// bar refuses the store from now on and takes its file out of the pool; those who use it finish. It is false when it was
// barred already, and then changes nothing.
func (pl *pool) bar(q *Quarantine) bool {
	pl.mu.Lock()
	if pl.barred[q.StoreID] != nil {
		pl.mu.Unlock()
		return false
	}
	pl.barred[q.StoreID] = q
	e := pl.items[q.StoreID]
	idle := false
	if e != nil {
		pl.drop(e)
		e.ended = make(chan struct{})
		pl.retired[q.StoreID] = e
		idle = e.refs == 0
	}
	pl.mu.Unlock()
	if idle {
		e.end()
	}
	return true
}

func (pl *pool) isBarred(id string) bool {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	return pl.barred[id] != nil
}

// settled tells whether a store is open, and so is migrated, or is barred.
func (pl *pool) settled(id string) bool {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	return pl.items[id] != nil || pl.barred[id] != nil
}

// gone waits until nobody uses the file of a store that was barred.
func (pl *pool) gone(ctx context.Context, id string) error {
	pl.mu.Lock()
	e := pl.retired[id]
	pl.mu.Unlock()
	if e == nil {
		return nil
	}
	select {
	case <-e.ended:
	case <-ctx.Done():
		return fmt.Errorf("the store's file is still in use: %w", context.Cause(ctx))
	}
	pl.mu.Lock()
	if pl.retired[id] == e {
		delete(pl.retired, id)
	}
	pl.mu.Unlock()
	return nil
}

func closeAll(entries []*entry) {
	for _, e := range entries {
		e.store.db.Close() //nolint:errcheck // a read-only or committed file: nothing is lost
	}
}

// surplus takes unused entries beyond the bound out of the pool, least recently used first.
func (pl *pool) surplus() []*entry {
	var out []*entry
	for pos := pl.order.Back(); pos != nil && len(pl.items) > pl.max; {
		e, prev := pos.Value.(*entry), pos.Prev()
		if e.refs == 0 {
			pl.drop(e)
			if e.store != nil {
				pl.stats.Shut++
				out = append(out, e)
			}
		}
		pos = prev
	}
	return out
}

func (pl *pool) drop(e *entry) {
	if pl.items[e.id] == e {
		delete(pl.items, e.id)
		pl.order.Remove(e.pos)
	}
}

func (pl *pool) close() error {
	pl.mu.Lock()
	defer pl.mu.Unlock()
	pl.closed = true
	var errs []error
	for len(pl.items) > 0 {
		for _, e := range pl.items {
			if e.refs > 0 {
				continue
			}
			pl.drop(e)
			if e.store != nil {
				errs = append(errs, e.store.db.Close())
			}
		}
		if len(pl.items) > 0 {
			pl.idle.Wait()
		}
	}
	for _, e := range pl.retired {
		if e.refs > 0 {
			pl.mu.Unlock()
			<-e.ended
			pl.mu.Lock()
		}
	}
	return errors.Join(errs...)
}

// OpenStores is how many store databases are open.
func (p *Platform) OpenStores() int {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	return len(p.pool.items)
}

// Warm lists stores whose databases are open, at most limit.
func (p *Platform) Warm(limit int) []string {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	out := make([]string, 0, min(limit, len(p.pool.items)))
	for _, e := range p.pool.items {
		if len(out) == limit {
			break
		}
		select {
		case <-e.ready:
			out = append(out, e.id)
		default: // somebody opens it
		}
	}
	return out
}

func (p *Platform) refreshOpen(ix *index) {
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	for _, e := range p.pool.items {
		select {
		case <-e.ready:
			if info := ix.byID[e.id]; info != nil && e.store != nil {
				e.store.info.Store(info)
			}
		default:
		}
	}
}

func (p *Platform) openStore(ctx context.Context, id string) (*opened, error) {
	info := p.ByID(id)
	if info == nil {
		return nil, problem.New(problem.NotFound, "This store does not exist.")
	}
	o, err := p.openFile(ctx, filepath.Join(p.storeDir(id), "store.db"), info)
	var closed *QuarantinedError
	switch {
	case errors.As(err, &closed):
		return nil, err
	case database.Damaged(err):
		return nil, p.quarantine(ctx, id, Damaged, err)
	case err != nil:
		return nil, &problem.Error{Code: problem.Unavailable, Message: "This store is unavailable. Its operator has to look at it.", Cause: err}
	}
	if latest := p.ByID(id); latest != nil {
		o.info.Store(latest)
	}
	return o, nil
}

func (p *Platform) openFile(ctx context.Context, path string, info *Info) (*opened, error) {
	db, err := p.openDB(path, false)
	if err != nil {
		return nil, err
	}
	o := &opened{platform: p, id: info.ID, db: db}
	o.info.Store(info)
	db.Watch(p.watch(info.ID, nil)) // a migration is a write too
	fail := func(err error) (*opened, error) { return nil, errors.Join(err, db.Close()) }
	if err := p.migrate(ctx, info.ID, db); err != nil {
		return fail(err)
	}
	var owner string
	if err := db.NewQuery("SELECT store_id FROM tenant_identity").Row(&owner); err != nil {
		return fail(fmt.Errorf("read the file's identity: %w", err))
	}
	if owner != info.ID {
		return fail(fmt.Errorf("%s belongs to store %s, not to %s", path, owner, info.ID))
	}
	settings, err := readSettings(ctx, db)
	if err != nil {
		return fail(err)
	}
	o.settings.Store(settings)
	if err := os.MkdirAll(filepath.Join(filepath.Dir(path), "media"), 0o700); err != nil {
		return fail(err)
	}
	o.watch()
	return o, nil
}
