package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wizamart/framework/database"
	"wizamart/modules/checkout"
	"wizamart/tenant"
)

// contests are what is measured beside PostgreSQL. The numbers of orders differ, so that each has its own sessions and file.
var contests = []contest{
	{clients: 1, stores: 1, orders: 100, goal: 2.5},
	{clients: 16, stores: 1, orders: 240, goal: 3},
	{clients: 16, stores: 16, orders: 256, goal: 1.5},
}

type contest struct {
	clients, stores int
	orders          int // a round
	goal            float64
}

// order is what one placed order wrote, and in which of the contest's stores.
type order struct {
	store  int
	writes []call // as our side ran them
	theirs []call // as PostgreSQL takes them
}

func (c contest) name(what string) string {
	on := "one store"
	if c.stores > 1 {
		on = count(c.stores, "store")
	}
	return fmt.Sprintf("postgres/%s, %s, %s", what, count(c.clients, "client"), on)
}

// postgres measures placing orders beside PostgreSQL 15 with all stores in shared tables. PostgreSQL always does the writes of those very
// orders and nothing else; our side does the same writes through database.Write ("writes"), or all of checkout.Place with its reads and rules ("orders").
func (b *bench) postgres() (failed error) {
	var wanted []contest
	for _, c := range contests {
		if b.wants(c.name("writes")) || b.wants(c.name("orders")) {
			wanted = append(wanted, c)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(postgresBin, "initdb")); err != nil {
		for _, c := range wanted {
			for _, what := range []string{"writes", "orders"} {
				row := b.add(&Row{Name: c.name(what), Unit: "orders/s", Note: "NOT MEASURED: the package postgresql-15 is not installed"})
				row.Goal = c.goalText()
			}
		}
		fmt.Fprintln(os.Stderr, "bench: NOT MEASURED beside PostgreSQL: the package postgresql-15 is not installed")
		return nil
	}
	server, err := startPostgres(b.ctx, 16)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, server.stop()) }()
	d, err := b.demoAt("postgres", false)
	if err != nil {
		return err
	}
	defer d.close() //nolint:errcheck // a temporary directory
	for _, c := range wanted {
		if err := c.run(b, d, server); err != nil {
			return fmt.Errorf("%s: %w", c.name("orders"), err)
		}
	}
	return nil
}

func (c contest) goalText() string { return fmt.Sprintf("≥ %g×", c.goal) }

// contestants is a contest under way.
type contestants struct {
	contest
	till   *till
	server *postgresServer
	base   *straight // the store before its orders
	schema *shared
	ids    []string // of the stores, in PostgreSQL
	rounds [][]order
}

func (c contest) run(b *bench, d *demo, server *postgresServer) error {
	t, err := newTill(b, d, c.orders)
	if err != nil {
		return err
	}
	k := &contestants{contest: c, till: t, server: server}
	for range c.stores {
		k.ids = append(k.ids, uuid.NewString())
	}
	if k.base, err = openStraight(b.ctx, t.path); err != nil {
		return err
	}
	defer k.base.close()
	stores, release, err := k.branches(b.ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := k.orders(b, stores); err != nil {
		return err
	}
	return k.writes(b)
}

// branches are the demo's store, or stores that begin as copies of it, waiting sessions and all.
func (k *contestants) branches(ctx context.Context) (stores []*tenant.Store, release func(), err error) {
	d := k.till.d
	if k.stores == 1 {
		return []*tenant.Store{d.store}, func() {}, nil
	}
	var releases []func()
	release = func() {
		for _, r := range releases {
			r()
		}
	}
	info := d.store.Info()
	for i := range k.stores {
		made, err := d.app.Platform.CreateStore(ctx, tenant.NewStore{MerchantID: info.MerchantID, Code: fmt.Sprintf("branch-%d", i+1), Name: info.Name, Currency: info.Currency, Locale: info.Locale, Launched: true})
		if err != nil {
			return nil, release, err
		}
		path := filepath.Join(filepath.Dir(filepath.Dir(d.store.Path())), made.ID, filepath.Base(d.store.Path()))
		if err := k.replace(ctx, path, made.ID); err != nil {
			return nil, release, err
		}
		st, done, err := d.app.Platform.Acquire(ctx, made.ID)
		if err != nil {
			return nil, release, err
		}
		stores, releases = append(stores, st), append(releases, done)
	}
	return stores, release, nil
}

// replace puts a copy of the base into a new store's place, before that was opened.
func (k *contestants) replace(ctx context.Context, path, id string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := copyOf(ctx, k.till.path, path); err != nil {
		return err
	}
	s, err := openStraight(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(s.exec("UPDATE tenant_identity SET store_id = ?", id), s.close())
}

// orders measures checkout.Place against the writes of the orders of one round before. It is run for the row "writes" too, which needs them.
func (k *contestants) orders(b *bench, stores []*tenant.Store) error {
	ours := func(time.Duration) (float64, error) { return k.place(b.ctx, stores) }
	if _, err := ours(0); err != nil { // something to write, whichever comes first
		return err
	}
	var err error
	if k.schema, err = sharedSchema(b.ctx, k.base.conn, k.rounds[0]); err != nil {
		return err
	}
	if err := k.translate(0); err != nil {
		return err
	}
	row, err := k.duel(b, k.name("orders"), ours)
	if err != nil || row == nil {
		return err
	}
	row.Note = fmt.Sprintf("ours is the whole use case, with reads and rules; PostgreSQL's only the %d writes", len(k.rounds[0][0].writes))
	return nil
}

// writes measures the same writes on both sides.
func (k *contestants) writes(b *bench) error {
	if !b.wants(k.name("writes")) {
		return nil
	}
	files := make([]*database.DB, k.stores)
	for i := range files {
		path := filepath.Join(b.dir, fmt.Sprintf("writes-%d-%d.db", k.contest.orders, i))
		err := copyOf(b.ctx, k.till.path, path)
		if err == nil {
			files[i], err = database.Open(path, true)
		}
		if err != nil {
			return err
		}
		defer files[i].Close()
	}
	round := 0
	ours := func(time.Duration) (float64, error) {
		batch := k.rounds[round]
		round++
		return together(k.clients, len(batch), func(i int) error {
			return files[batch[i].store].Write(b.ctx, func(tx *database.DB) error {
				for _, c := range batch[i].writes {
					if _, err := tx.ExecContext(b.ctx, c.query, c.args...); err != nil {
						return fmt.Errorf("%w: %s", err, c.query)
					}
				}
				return nil
			})
		})
	}
	row, err := k.duel(b, k.name("writes"), ours)
	if err == nil {
		row.Note = fmt.Sprintf("the same %d statements on both sides, through database.Write on ours", len(k.rounds[0][0].writes))
	}
	return err
}

// duel runs our side against the kept orders' writes in PostgreSQL, whose tables begin as the base.
func (k *contestants) duel(b *bench, name string, ours side) (*Row, error) {
	if err := k.schema.load(b.ctx, k.server.pool, k.base.conn, k.ids); err != nil {
		return nil, err
	}
	round := 0
	limit := func(time.Duration) (float64, error) {
		batch := k.rounds[round]
		round++
		return together(k.clients, len(batch), func(i int) error { return k.theirs(b.ctx, batch[i]) })
	}
	row, err := b.duel(name, ours, limit)
	if err != nil {
		return nil, err
	}
	row.CPU = 0 // PostgreSQL's is spent in its own processes
	row.Unit, row.LimitIs = "orders/s", "PostgreSQL 15, shared tables, the same writes by pgx"
	return row.reached(k.goalText(), row.Ratio >= k.goal), nil
}

// theirs is one order in PostgreSQL: prepared statements, one transaction, durable.
func (k *contestants) theirs(ctx context.Context, o order) error {
	return pgx.BeginFunc(ctx, k.server.pool, func(tx pgx.Tx) error {
		for _, c := range o.theirs {
			args := slices.Clone(c.args)
			args[0] = k.ids[o.store]
			done, err := tx.Exec(ctx, c.query, args...)
			if err != nil {
				return fmt.Errorf("%w: %s", err, c.query)
			}
			if done.RowsAffected() != 1 {
				return fmt.Errorf("%d rows written by %s", done.RowsAffected(), c.query)
			}
		}
		return nil
	})
}

// place places one round of orders and keeps what they wrote, the stores in turns.
func (k *contestants) place(ctx context.Context, stores []*tenant.Store) (perSecond float64, err error) {
	calls := make([][]call, len(stores)) // each store's are written by its one writer goroutine
	for i, st := range stores {
		st.Trace(func(query string, args []any) {
			if c := (call{query, args}); c.begins() || c.writes() {
				calls[i] = append(calls[i], call{query, slices.Clone(args)})
			}
		})
	}
	perSecond, err = together(k.clients, k.contest.orders, func(i int) error {
		w := <-k.till.ready
		placed, err := k.till.service.Place(ctx, stores[i%len(stores)], w.session, checkout.PlaceInput{Seal: w.seal, Terms: true, Locale: "en"})
		if err == nil && placed.Existing {
			err = errors.New("an order was placed before it was")
		}
		return err
	})
	for _, st := range stores {
		st.Trace(nil)
	}
	if err != nil {
		return 0, err
	}
	var round []order
	written := make([][][]call, len(stores))
	for i := range stores {
		written[i] = writesOf(calls[i])
	}
	for n := range k.contest.orders {
		i, nth := n%len(stores), n/len(stores)
		if nth >= len(written[i]) {
			return 0, fmt.Errorf("store %d wrote %d orders", i, len(written[i]))
		}
		round = append(round, order{store: i, writes: written[i][nth]})
	}
	k.rounds = append(k.rounds, round)
	if k.schema != nil {
		err = k.translate(len(k.rounds) - 1)
	}
	return perSecond, err
}

// translate readies a round for PostgreSQL.
func (k *contestants) translate(round int) (err error) {
	for i := range k.rounds[round] {
		o := &k.rounds[round][i]
		if o.theirs, err = k.schema.translate(o.writes); err != nil {
			return err
		}
	}
	return nil
}
