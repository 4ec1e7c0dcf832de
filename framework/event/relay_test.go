package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// bench is a platform, a clock, and a relay whose consumers note what they get in the table test_got.
type bench struct {
	*testing.T
	p     *tenant.Platform
	now   time.Time
	off   map[string]bool  // modules
	fails map[string]error // by consumer and order number: "a.one 3"
	relay *Relay
}

const got = "CREATE TABLE test_got (consumer TEXT NOT NULL, store TEXT NOT NULL, number TEXT NOT NULL) STRICT"

func newBench(t *testing.T) *bench {
	b := &bench{T: t, now: time.Now(), off: map[string]bool{}, fails: map[string]error{}}
	b.p = tenanttest.Open(t, tenanttest.Module{Name: "event", Files: Migrations}, tenanttest.SQL("test", got, got))
	b.relay = b.newRelay()
	return b
}

func (b *bench) newRelay() *Relay {
	b.Helper()
	take := func(consumer string, tx *database.DB, e Event, number string) error {
		_, err := tx.ExecContext(context.Background(), "INSERT INTO test_got VALUES (?, ?, ?)", consumer, e.StoreID, number)
		return errors.Join(err, b.fails[consumer+" "+number]) // what failed is undone
	}
	inStore := func(consumer string) []Subscription {
		return []Subscription{
			OnStore(consumer, func(_ context.Context, tx *tenant.Store, e Event, p OrderPlaced) error {
				return take(consumer, tx.DB, e, p.Number)
			}),
			OnStore(consumer, func(_ context.Context, tx *tenant.Store, e Event, p OrderCancelled) error {
				return take(consumer, tx.DB, e, "-"+p.Number)
			}),
		}
	}
	subscriptions := append(inStore("a.one"), inStore("b.two")...)
	subscriptions = append(subscriptions, OnPlatform("c.three", func(_ context.Context, tx *database.DB, e Event, p OrderPlaced) error {
		return take("c.three", tx, e, p.Number)
	}))
	r, err := NewRelay(Options{
		Platform: b.p, Subscriptions: subscriptions, MaxAttempts: 3,
		Enabled: func(_, module string) bool { return !b.off[module] },
		Now:     func() time.Time { return b.now }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *bench) store(code string) *tenant.Store {
	b.Helper()
	return tenanttest.Acquire(b, b.p, tenanttest.NewStores(b, b.p, code)[0].ID)
}

func (b *bench) place(st *tenant.Store, numbers ...string) {
	b.Helper()
	for _, n := range numbers {
		b.publish(st.DB, "", OrderPlaced{Number: n})
	}
}

func (b *bench) publish(db *database.DB, storeID string, p Payload) (id string) {
	b.Helper()
	err := db.Write(context.Background(), func(tx *database.DB) (err error) {
		id, err = PublishTo(tx, storeID, p)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return id
}

func (b *bench) visit(stores ...*tenant.Store) {
	b.Helper()
	for _, st := range stores {
		if err := b.relay.Visit(context.Background(), st); err != nil {
			b.Fatal(err)
		}
	}
}

// got is what a consumer took in, in order.
func (b *bench) got(db *database.DB, consumer string) string {
	b.Helper()
	var numbers []string
	if err := db.NewQuery("SELECT number FROM test_got WHERE consumer = {:c} ORDER BY rowid").Bind(map[string]any{"c": consumer}).Column(&numbers); err != nil {
		b.Fatal(err)
	}
	return strings.Join(numbers, " ")
}

func (b *bench) want(what, got, want string) {
	b.Helper()
	if got != want {
		b.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func (b *bench) waiting(db *database.DB, want int) {
	b.Helper()
	n, err := Waiting(context.Background(), db)
	if err != nil || n != want {
		b.Errorf("%d events wait, want %d (%v)", n, want, err)
	}
}

func TestDelivery(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.place(st, "1", "2")
	b.publish(st.DB, "", OrderCancelled{Number: "1"})
	b.publish(st.DB, "", ProductChanged{ProductID: "nobody listens"})
	b.waiting(st.DB, 4)
	b.visit(st, st, st)
	b.waiting(st.DB, 0)
	b.want("a.one", b.got(st.DB, "a.one"), "1 2 -1")
	b.want("b.two", b.got(st.DB, "b.two"), "1 2 -1")
	b.want("c.three", b.got(b.p.DB, "c.three"), "1 2")
	var from string
	if err := b.p.DB.NewQuery("SELECT DISTINCT store FROM test_got").Row(&from); err != nil || from != st.ID() {
		t.Errorf("the platform's consumer was told %q, %v", from, err)
	}
}

func TestPublish(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	ctx := context.Background()
	if _, err := Publish(st.DB, OrderPlaced{}); !errors.Is(err, database.ErrNoTransaction) {
		t.Errorf("outside a transaction: %v", err)
	}
	signals := 0
	b.p.OnSignal(func(id string) {
		if id != st.ID() {
			t.Errorf("signal from %q", id)
		}
		signals++
	})
	undone := errors.New("undone")
	err := st.Write(ctx, func(tx *tenant.Store) error {
		_, err := Publish(tx.DB, OrderPlaced{Number: "0"})
		return errors.Join(undone, err)
	})
	if !errors.Is(err, undone) || signals != 0 {
		t.Errorf("an undone transaction: %v, %d signals", err, signals)
	}
	b.waiting(st.DB, 0)
	b.place(st, "1")
	if signals != 1 {
		t.Errorf("%d signals, want 1", signals)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		_, err := Publish(tx.DB, OrderPlaced{Number: strings.Repeat("9", maxPayload)})
		return err
	})
	if err == nil {
		t.Error("an event of any size was taken")
	}
	b.visit(st)
	b.want("a.one", b.got(st.DB, "a.one"), "1")
}

// The process dies between the target's commit and each note of it in the outbox: nothing is lost or doubled.
func TestExactlyOnce(t *testing.T) {
	died := errors.New("killed")
	for _, point := range []string{"advance", "mark"} {
		t.Run(point, func(t *testing.T) {
			b := newBench(t)
			st := b.store("one")
			for round := range 3 {
				b.place(st, fmt.Sprint(round))
				b.relay.fault = func(at string) error {
					if at == point {
						return died
					}
					return nil
				}
				if err := b.relay.Visit(context.Background(), st); !errors.Is(err, died) {
					t.Fatalf("the relay lives: %v", err)
				}
				b.relay = b.newRelay() // the next process
				if point == "mark" || round == 1 {
					b.waiting(st.DB, 1)
				}
				b.visit(st)
			}
			b.waiting(st.DB, 0)
			b.want("a.one", b.got(st.DB, "a.one"), "0 1 2")
			b.want("b.two", b.got(st.DB, "b.two"), "0 1 2")
			b.want("c.three", b.got(b.p.DB, "c.three"), "0 1 2")
		})
	}
}

func TestRetryAndOrder(t *testing.T) {
	b := newBench(t)
	one, two := b.store("one"), b.store("two")
	b.fails["a.one 2"] = errors.New("not now")
	b.place(one, "1", "2", "3")
	b.place(two, "7")
	b.visit(one, two)
	b.want("a.one stops at the failure", b.got(one.DB, "a.one"), "1")
	b.want("b.two goes on", b.got(one.DB, "b.two"), "1 2 3")
	b.want("the other store goes on", b.got(two.DB, "a.one"), "7")
	b.want("the platform goes on", b.got(b.p.DB, "c.three"), "1 2 3 7")
	b.waiting(one.DB, 2)
	b.place(one, "4")
	b.visit(one)
	b.want("a later event waits for the failed one", b.got(one.DB, "a.one"), "1")

	at, ok, err := b.relay.Pending(context.Background(), one)
	if wait := at.Sub(b.now); err != nil || !ok || wait < 990*time.Millisecond || wait > time.Second {
		t.Errorf("pending in %s, %v, %v; want a second", wait, ok, err)
	}
	b.now = b.now.Add(time.Second)
	b.visit(one) // the second attempt fails, too
	at, _, _ = b.relay.Pending(context.Background(), one)
	if wait := at.Sub(b.now); wait < 1990*time.Millisecond || wait > 2*time.Second {
		t.Errorf("pending in %s, want two seconds", wait)
	}
	delete(b.fails, "a.one 2")
	b.now = b.now.Add(time.Second)
	b.visit(one)
	b.want("too early", b.got(one.DB, "a.one"), "1")
	b.now = b.now.Add(time.Second)
	b.visit(one)
	b.want("in order", b.got(one.DB, "a.one"), "1 2 3 4")
	b.waiting(one.DB, 0)
	if _, ok, _ := b.relay.Pending(context.Background(), one); ok {
		t.Error("something is pending")
	}
}

func TestParkedAndRetried(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	b.fails["a.one 2"] = errors.New("never")
	b.fails["c.three 3"] = errors.New("nor this")
	b.place(st, "1", "2", "3", "4")
	for range 3 {
		b.visit(st)
		b.now = b.now.Add(time.Minute)
	}
	b.want("a.one", b.got(st.DB, "a.one"), "1 3 4")
	b.want("c.three", b.got(b.p.DB, "c.three"), "1 2 4")
	b.waiting(st.DB, 0)
	list, err := b.relay.Backlog(ctx, 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("backlog: %v, %v", list, err)
	}
	i := slices.IndexFunc(list, func(p Parked) bool { return p.Consumer == "a.one" })
	one := list[i]
	if one.StoreID != st.ID() || one.Attempts != 3 || one.Error != "never" || one.Name != "order.placed" {
		t.Errorf("parked: %+v", one)
	}
	if err := b.relay.Retry(ctx, one.EventID, "a.one"); err == nil || err.Error() != "never" {
		t.Errorf("a retry that fails: %v", err)
	}
	clear(b.fails)
	for _, p := range list {
		if err := b.relay.Retry(ctx, p.EventID, p.Consumer); err != nil {
			t.Error(err)
		}
		if err := b.relay.Retry(ctx, p.EventID, p.Consumer); err == nil {
			t.Error("retried twice")
		}
	}
	b.visit(st)
	b.want("a.one", b.got(st.DB, "a.one"), "1 3 4 2")
	b.want("c.three", b.got(b.p.DB, "c.three"), "1 2 4 3")
	var open int
	if err := st.NewQuery("SELECT count(*) FROM event_outbox WHERE delivered_at IS NULL").Row(&open); err != nil || open != 0 {
		t.Errorf("%d rows are open, %v", open, err)
	}
	if list, _ := b.relay.Backlog(ctx, 10); len(list) != 0 {
		t.Errorf("still parked: %v", list)
	}
}

func TestPanicIsAFailure(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	calls := 0
	b.relay.consumers[0].handle["order.placed"] = func(context.Context, Target, Event) error {
		if calls++; calls == 1 {
			panic("boom")
		}
		return nil
	}
	b.place(st, "1")
	b.visit(st)
	b.waiting(st.DB, 1)
	b.now = b.now.Add(time.Second)
	b.visit(st)
	b.waiting(st.DB, 0)
}

// What happens while a module is off is not for it; what comes after it is on again is.
func TestModuleOff(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.off["a"] = true
	b.place(st, "1", "2")
	b.visit(st)
	b.waiting(st.DB, 0)
	b.off["a"] = false
	b.place(st, "3")
	b.visit(st)
	b.want("a.one", b.got(st.DB, "a.one"), "3")
	b.want("b.two", b.got(st.DB, "b.two"), "1 2 3")
	b.off["a"] = true
	for _, c := range b.relay.consumers {
		c.always = true
	}
	b.place(st, "4")
	b.visit(st)
	b.want("an obligation", b.got(st.DB, "a.one"), "3 4")
}

// The platform speaks to one store; a store that cannot be opened delays nobody else.
func TestPlatformToStore(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	one := b.store("one")
	b.publish(b.p.DB, "no-such-store", OrderPlaced{Number: "0"})
	b.publish(b.p.DB, "", OrderPlaced{Number: "1"})
	b.publish(b.p.DB, one.ID(), OrderPlaced{Number: "2"})
	died := errors.New("killed")
	b.relay.fault = func(at string) error {
		if at == "forward" {
			return died
		}
		return nil
	}
	b.visit(nil) // every forward is cut off after the store's commit
	b.relay = b.newRelay()
	b.visit(nil, one)
	b.waiting(b.p.DB, 0)
	b.waiting(one.DB, 0)
	b.want("in the store", b.got(one.DB, "a.one"), "2")
	b.want("on the platform", b.got(b.p.DB, "c.three"), "1 2")
	if ids, err := b.p.Due(ctx, time.Now(), 10); err != nil || len(ids) != 1 {
		t.Errorf("a store that got an event is not due: %v, %v", ids, err)
	}
}

func TestRetention(t *testing.T) {
	ctx := context.Background()
	b := newBench(t)
	st := b.store("one")
	b.place(st, "1")
	b.visit(st)
	b.fails["a.one 2"] = errors.New("no")
	b.place(st, "2")
	b.visit(st)
	count := func(table string) (n int) {
		t.Helper()
		if err := st.NewQuery("SELECT count(*) FROM " + table).Row(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	prune := func() {
		t.Helper()
		if err := b.relay.Prune(ctx, st); err != nil {
			t.Fatal(err)
		}
	}
	prune()
	if n := count("event_outbox"); n != 2 {
		t.Errorf("%d in the outbox, want 2", n)
	}
	b.now = b.now.Add(keepDelivered + time.Hour)
	prune()
	if o, i := count("event_outbox"), count("event_inbox"); o != 1 || i != 3 {
		t.Errorf("%d in the outbox and %d in the inbox, want 1 and 3", o, i)
	}
	b.now = b.now.Add(keepInbox)
	prune()
	if o, i := count("event_outbox"), count("event_inbox"); o != 1 || i != 0 {
		t.Errorf("%d in the outbox and %d in the inbox, want 1 and 0", o, i)
	}
	clear(b.fails)
	b.visit(st) // too old to be known not to have been applied
	b.want("a.one", b.got(st.DB, "a.one"), "1")
	list, err := b.relay.Backlog(ctx, 10)
	if err != nil || len(list) != 1 || !strings.Contains(list[0].Error, "older than 90 days") {
		t.Fatalf("backlog: %v, %v", list, err)
	}
	if err := b.relay.Retry(ctx, list[0].EventID, "a.one"); err == nil {
		t.Error("an event without an inbox to guard it was delivered")
	}
}

// A consumer that a new version brings hears of what is still open, not of what has been.
func TestNewConsumer(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	b.place(st, "1")
	b.visit(st)
	b.place(st, "2")
	b.relay.Subscriptions = append(b.relay.Subscriptions, OnStore("d.four", func(_ context.Context, tx *tenant.Store, _ Event, p OrderPlaced) error {
		_, err := tx.ExecContext(context.Background(), "INSERT INTO test_got VALUES ('d.four', '', ?)", p.Number)
		return err
	}))
	var err error
	if b.relay, err = NewRelay(b.relay.Options); err != nil {
		t.Fatal(err)
	}
	b.visit(st)
	b.want("d.four", b.got(st.DB, "d.four"), "2")
}

// More events than one transaction takes, from one batch to the next in order.
func TestManyEvents(t *testing.T) {
	b := newBench(t)
	st := b.store("one")
	var want []string
	err := st.Write(context.Background(), func(tx *tenant.Store) error {
		for i := range 3*batch + 1 {
			want = append(want, fmt.Sprint(i))
			if _, err := Publish(tx.DB, OrderPlaced{Number: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.visit(st)
	b.want("a.one", b.got(st.DB, "a.one"), strings.Join(want, " "))
	b.want("c.three", b.got(b.p.DB, "c.three"), strings.Join(want, " "))
	b.waiting(st.DB, 0)
}
