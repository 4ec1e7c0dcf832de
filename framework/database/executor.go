package database

import (
	"container/list"
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"
)

// maxStatements bounds the prepared statements kept per connection set. Preparing costs about half
// of a small query, so every query goes through this cache.
const maxStatements = 200

var errTxOver = errors.New("database: transaction is over")

type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// statements is an LRU of prepared statements. An evicted one is closed when its last user is done:
// database/sql counts open rows by itself.
type statements struct {
	mu    sync.Mutex
	on    preparer
	trace *tracer
	items map[string]*list.Element
	order *list.List
	once  map[string]bool // what one snapshot ran and nobody prepared
}

type statement struct {
	query string
	stmt  *sql.Stmt
}

func newStatements(on preparer, trace *tracer) *statements {
	return &statements{on: on, trace: trace, items: map[string]*list.Element{}, order: list.New()}
}

func (s *statements) get(query string) (*sql.Stmt, error) {
	if stmt := s.peek(query); stmt != nil {
		return stmt, nil
	}
	// The statement outlives the request that was first to need it.
	stmt, err := s.on.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.items[query]; ok {
		stmt.Close()
		return e.Value.(*statement).stmt, nil
	}
	s.items[query] = s.order.PushFront(&statement{query, stmt})
	return stmt, nil
}

// peek is the statement if it has been prepared, or nil.
func (s *statements) peek(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.items[query]
	if !ok {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*statement).stmt
}

// again tells whether a snapshot ran the query before.
func (s *statements) again(query string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.once[query] {
		delete(s.once, query)
		return true
	}
	if s.once == nil || len(s.once) >= maxStatements {
		s.once = map[string]bool{}
	}
	s.once[query] = true
	return false
}

// trim closes what is over the bound. It is called when nobody is between get and use.
func (s *statements) trim() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.order.Len() > maxStatements {
		last := s.order.Back()
		st := s.order.Remove(last).(*statement)
		delete(s.items, st.query)
		st.stmt.Close()
	}
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := s.order.Front(); e != nil; e = e.Next() {
		e.Value.(*statement).stmt.Close()
	}
	s.items, s.order = map[string]*list.Element{}, list.New()
}

// poolExecutor runs reads on the pool of read-only connections.
type poolExecutor struct {
	file  *file
	cache *statements
	using sync.RWMutex // readers use a statement; the writer side trims
}

func newPoolExecutor(f *file) *poolExecutor {
	return &poolExecutor{file: f, cache: newStatements(f.readers, &f.tracer)}
}

func (e *poolExecutor) use(query string) (*sql.Stmt, func(), error) {
	e.using.RLock()
	stmt, err := e.cache.get(query)
	if err != nil {
		e.using.RUnlock()
		return nil, nil, e.file.saw(err)
	}
	return stmt, func() {
		e.using.RUnlock()
		e.cache.mu.Lock()
		over := e.cache.order.Len() > maxStatements
		e.cache.mu.Unlock()
		if over && e.using.TryLock() {
			e.cache.trim()
			e.using.Unlock()
		}
	}, nil
}

func (e *poolExecutor) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, done, err := e.use(query)
	if err != nil {
		return nil, err
	}
	defer done()
	e.cache.trace.saw(query, args)
	if t := tallyOf(ctx); t != nil {
		defer t.add(time.Now())
	}
	res, err := stmt.ExecContext(ctx, args...)
	return res, e.file.saw(err)
}

func (e *poolExecutor) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, done, err := e.use(query)
	if err != nil {
		return nil, err
	}
	defer done()
	e.cache.trace.saw(query, args)
	if t := tallyOf(ctx); t != nil {
		defer t.add(time.Now())
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, e.file.saw(err)
}

func (e *poolExecutor) Exec(query string, args ...any) (sql.Result, error) {
	return e.ExecContext(context.Background(), query, args...)
}

func (e *poolExecutor) Query(query string, args ...any) (*sql.Rows, error) {
	return e.QueryContext(context.Background(), query, args...)
}

func (e *poolExecutor) Prepare(query string) (*sql.Stmt, error) {
	return e.cache.on.PrepareContext(context.Background(), query)
}

func (e *poolExecutor) close() { e.cache.close() }

// connExecutor runs statements on one connection, inside the transaction that is open there.
// Contexts are ignored: an interrupt would roll back everybody in the batch.
type connExecutor struct {
	cache *statements
	over  bool // set when the transaction has ended: a handle that was kept fails
	tally *Tally
}

func newConnExecutor(conn *sql.Conn, trace *tracer) *connExecutor {
	return &connExecutor{cache: newStatements(conn, trace)}
}

func (e *connExecutor) Exec(query string, args ...any) (sql.Result, error) {
	if e.over {
		return nil, errTxOver
	}
	stmt, err := e.cache.get(query)
	if err != nil {
		return nil, err
	}
	e.cache.trace.saw(query, args)
	if e.tally != nil {
		defer e.tally.add(time.Now())
	}
	return stmt.Exec(args...)
}

func (e *connExecutor) run(query string) error {
	_, err := e.Exec(query)
	return err
}

func (e *connExecutor) Query(query string, args ...any) (*sql.Rows, error) {
	if e.over {
		return nil, errTxOver
	}
	stmt, err := e.cache.get(query)
	if err != nil {
		return nil, err
	}
	e.cache.trace.saw(query, args)
	if e.tally != nil {
		defer e.tally.add(time.Now())
	}
	return stmt.Query(args...)
}

func (e *connExecutor) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	return e.Exec(query, args...)
}

func (e *connExecutor) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	return e.Query(query, args...)
}

func (e *connExecutor) Prepare(query string) (*sql.Stmt, error) {
	if e.over {
		return nil, errTxOver
	}
	return e.cache.on.PrepareContext(context.Background(), query)
}

// snapshotExecutor reads inside one read transaction, with the pool's prepared statements. A statement that the
// pool does not have is prepared there once a second snapshot that ran it has ended: preparing takes a connection, and snapshots
// that hold them all would wait for each other; and the first visitor of a store that was just opened waits for nothing twice.
type snapshotExecutor struct {
	tx     *sql.Tx
	pool   *poolExecutor
	tally  *Tally
	mu     sync.Mutex
	missed []string
}

func (e *snapshotExecutor) Query(query string, args ...any) (*sql.Rows, error) {
	e.pool.cache.trace.saw(query, args)
	if e.tally != nil {
		defer e.tally.add(time.Now())
	}
	e.pool.using.RLock()
	defer e.pool.using.RUnlock()
	if stmt := e.pool.cache.peek(query); stmt != nil {
		rows, err := e.tx.Stmt(stmt).Query(args...)
		return rows, e.pool.file.saw(err)
	}
	e.mu.Lock()
	if !slices.Contains(e.missed, query) {
		e.missed = append(e.missed, query)
	}
	e.mu.Unlock()
	rows, err := e.tx.Query(query, args...)
	return rows, e.pool.file.saw(err)
}

// end gives the connection back. A read has nothing to lose, so errors say nothing.
func (e *snapshotExecutor) end() {
	e.tx.Rollback() //nolint:errcheck // see above
	for _, query := range e.missed {
		if !e.pool.cache.again(query) {
			continue
		}
		if _, done, err := e.pool.use(query); err == nil {
			done()
		}
	}
}

func (e *snapshotExecutor) Exec(query string, args ...any) (sql.Result, error) {
	return e.tx.Exec(query, args...) // refused by query_only: a snapshot is for reading
}

func (e *snapshotExecutor) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	return e.Exec(query, args...)
}

func (e *snapshotExecutor) QueryContext(_ context.Context, query string, args ...any) (*sql.Rows, error) {
	return e.Query(query, args...)
}

func (e *snapshotExecutor) Prepare(query string) (*sql.Stmt, error) { return e.tx.Prepare(query) }
