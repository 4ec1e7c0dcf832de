package monitoring_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/monitoring"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

type world struct {
	*harness.Platform
	s    *monitoring.Service
	sale *orders.Service
	now  time.Time
}

func start(t *testing.T, options ...harness.Option) *world {
	t.Helper()
	options = append([]harness.Option{harness.WithoutBackground(), harness.Configure(func(c *config.Serve) { c.Replica = config.ReplicaDefault })}, options...)
	w := &world{Platform: harness.Start(t, options...)}
	w.s, w.sale = harness.Service[*monitoring.Service](w.Platform), harness.Service[*orders.Service](w.Platform)
	w.s.Now = func() time.Time {
		if w.now.IsZero() {
			return time.Now()
		}
		return w.now
	}
	return w
}

// order places one.
func (w *world) order(t *testing.T, st *tenant.Store, id string) {
	t.Helper()
	err := st.Write(t.Context(), func(tx *tenant.Store) error {
		_, err := w.sale.Place(t.Context(), tx, ordertype.Place{
			ExternalID: id, Channel: "storefront", Email: "a@b.test", PaymentMethod: "cash_on_delivery",
			Shipping: ordertype.Address{Name: "A B", Line1: "Street 1", City: "Town", PostalCode: "1000", Country: "DK"},
			Lines:    []ordertype.PlaceLine{{VariantID: "v", ProductID: "p", SKU: "S", Slug: "shell", RequiresShipping: true, Title: "Shell", Quantity: 1, UnitPrice: money.New(500, "EUR")}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) drill(t *testing.T, key, want string) monitoring.Record {
	t.Helper()
	r, err := w.s.Drill(t.Context(), key)
	if err != nil || r.DrillResult != want {
		t.Fatalf("the drill says %q, not %q: %s, %v", r.DrillResult, want, r.DrillError, err)
	}
	return r
}

// A drill brings every order back, of a store that is written and of the platform's database, and leaves nothing behind.
func TestDrill(t *testing.T) {
	w := start(t)
	info := w.Store(t, "fjord", "EUR")
	st := w.Open(t, "fjord")
	w.drill(t, info.ID, monitoring.Sound) // a store without orders
	for i := range 3 {
		w.order(t, st, fmt.Sprint(i))
	}
	r := w.drill(t, info.ID, monitoring.Sound)
	if r.DrillOrders != 3 || r.DrillNewest != 1003 || r.DrillBytes == 0 || r.DrillTXID == 0 {
		t.Errorf("%+v", r)
	}
	w.drill(t, "", monitoring.Sound)
	if left, _ := filepath.Glob(filepath.Join(w.Dir, "tmp", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// The stream says that all is there, and the newest order is not: only the comparison with the living store notices.
func TestDrillMissesAnOrder(t *testing.T) {
	w := start(t)
	info := w.Store(t, "fjord", "EUR")
	st := w.Open(t, "fjord")
	w.order(t, st, "a")
	w.drill(t, info.ID, monitoring.Sound)
	// Written behind the replication's back: nobody has it copied.
	db, err := sql.Open("sqlite", "file:"+st.Path()+"?_pragma=busy_timeout(5000)&_pragma=wal_autocheckpoint(0)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	columns, err := db.Query("SELECT name FROM pragma_table_info('orders_order')")
	if err != nil {
		t.Fatal(err)
	}
	var into, from []string
	for columns.Next() {
		var name string
		if err := columns.Scan(&name); err != nil {
			t.Fatal(err)
		}
		into = append(into, name)
		switch name {
		case "id", "token", "external_id":
			from = append(from, "'hidden'")
		case "number":
			from = append(from, "number + 1")
		default:
			from = append(from, name)
		}
	}
	columns.Close()
	if _, err := db.Exec("INSERT INTO orders_order (" + strings.Join(into, ",") + ") SELECT " + strings.Join(from, ",") + " FROM orders_order"); err != nil {
		t.Fatal(err)
	}
	if r := w.drill(t, info.ID, monitoring.Lost); !strings.Contains(r.DrillError, "2 orders up to #1002") || !strings.Contains(r.DrillError, "1 orders up to #1001") {
		t.Errorf("%s", r.DrillError)
	}
}

// A damaged replica is found, shown, counted and explained; taking a snapshot still works, and can be restored.
func TestDamagedReplica(t *testing.T) {
	w := start(t)
	info := w.Store(t, "fjord", "EUR")
	w.Store(t, "hoshi", "JPY")
	st := w.Open(t, "fjord")
	w.order(t, st, "a")
	w.drill(t, info.ID, monitoring.Sound)
	if text := w.metrics(t); !strings.Contains(text, `wizamart_drill_databases{result="sound"} 1`) {
		t.Error(text)
	}
	until(t, "the new stores to be copied, and to have no series of their own", func() bool { return !strings.Contains(w.metrics(t), `{store=`) })
	err := filepath.WalkDir(filepath.Join(w.Dir, "replica", "stores", info.ID), func(p string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".ltx") {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for i := len(data) / 2; i < len(data)/2+20; i++ {
			data[i] ^= 0x55
		}
		return os.WriteFile(p, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.drill(t, info.ID, monitoring.Lost)
	admin := w.Staff(t, "admin", "fjord")
	page := admin.Get(t, w.AdminURL("/replication")).Want(t, 200)
	page.Has(t, "tbody tr:first-child .row-title", "Fjord").Has(t, "tbody tr:first-child", "Failed").Has(t, ".alert-error", "1 database needs attention")
	admin.Get(t, w.AdminURL("/replication/"+info.ID)).Want(t, 200).Has(t, ".alert-error", "wizamart snapshot take fjord")
	if text := w.metrics(t); !strings.Contains(text, `wizamart_replica_store_bad{store="fjord",trouble="drill"} 1`) || !strings.Contains(text, `wizamart_replica_trouble{trouble="drill"} 1`) {
		t.Error(text)
	}
	found := w.doctor(t, "replica of fjord")
	if found.OK || !strings.Contains(found.Advice, "wizamart replica renew fjord") {
		t.Errorf("%+v", found)
	}
	saved, err := w.s.TakeSnapshot(t.Context(), info.ID)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.App.Replica.Source().FetchSnapshot(t.Context(), info.ID, saved.Name, filepath.Join(t.TempDir(), "copy.db"))
	if err != nil || out.Tables["orders_order"] != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	admin.Get(t, w.AdminURL("/replication/"+info.ID)).Want(t, 200).Has(t, ".list .row-sub", saved.Name)
}

// A directory on this machine is never shown as good.
func TestNotProtectedIsNeverGreen(t *testing.T) {
	w := start(t)
	info := w.Store(t, "fjord", "EUR")
	w.drill(t, info.ID, monitoring.Sound)
	w.drill(t, "", monitoring.Sound)
	admin := w.Staff(t, "admin", "fjord")
	page := admin.Get(t, w.AdminURL("/replication")).Want(t, 200).Has(t, ".alert-warning", "Not protected")
	if n := page.Doc(t).Find("tbody td:nth-child(2) .badge-success").Length(); n != 0 {
		t.Errorf("%d states are green", n)
	}
	if n := page.Doc(t).Find("tbody td:nth-child(2) .badge-warning").Length(); n != 2 {
		t.Errorf("%d states warn", n)
	}
	if f := w.doctor(t, "replica"); !f.Warn || !strings.Contains(f.Detail, "NOT PROTECTED") {
		t.Errorf("%+v", f)
	}
	if text := w.metrics(t); !strings.Contains(text, "wizamart_replica_protected 0") || !strings.Contains(text, `wizamart_replica_databases{state="unprotected"} 2`) {
		t.Error(text)
	}
}

// The list can be used with many stores: search, state and pages.
func TestReplicationPages(t *testing.T) {
	w := start(t)
	for i := range 52 {
		w.Store(t, fmt.Sprintf("shop%02d", i), "EUR")
	}
	admin := w.Staff(t, "admin", "shop00")
	page := admin.Get(t, w.AdminURL("/replication")).Want(t, 200)
	if n := page.Doc(t).Find("tbody tr").Length(); n != 50 {
		t.Errorf("%d rows", n)
	}
	page.Has(t, ".pagination", "of 53")
	if n := admin.Get(t, w.AdminURL("/replication?page=2")).Want(t, 200).Doc(t).Find("tbody tr").Length(); n != 3 {
		t.Errorf("%d rows on the second page", n)
	}
	if n := admin.Get(t, w.AdminURL("/replication?q=shop07")).Want(t, 200).Doc(t).Find("tbody tr").Length(); n != 1 {
		t.Errorf("%d rows found", n)
	}
	admin.Get(t, w.AdminURL("/replication?state=fenced")).Want(t, 200).Has(t, ".empty", "No database matches")
	admin.Get(t, w.AdminURL("/replication/nothing")).Want(t, 404)
}

// Nobody asks for it: stores that changed are drilled and copied in their turn, others are left alone.
func TestDuty(t *testing.T) {
	w := start(t)
	info, idle := w.Store(t, "fjord", "EUR"), w.Store(t, "hoshi", "EUR")
	st := w.Open(t, "fjord")
	w.order(t, st, "a")
	w.s.Settle = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	m := w.s.Module()
	go func() { m.Duty(ctx); close(ended) }()
	record := func(id string) monitoring.Record { return w.recordOf(t, id) }
	done := func(id string) bool {
		r := record(id)
		return r.DrillResult == monitoring.Sound && r.SnapshotName != ""
	}
	until(t, "all to be tried once", func() bool { return done(info.ID) && done(idle.ID) && done("") })
	cancel()
	<-ended
	before := [2]monitoring.Record{record(info.ID), record(idle.ID)}
	w.order(t, st, "b")
	w.now = time.Now().Add(25 * time.Hour)
	ctx, cancel = context.WithCancel(t.Context())
	ended = make(chan struct{})
	go func() { m.Duty(ctx); close(ended) }()
	until(t, "the changed store to be tried again", func() bool {
		r := record(info.ID)
		return r.DrillOrders == 2 && r.DrillAt.After(before[0].DrillAt.Time) && r.SnapshotAt.After(before[0].SnapshotAt.Time)
	})
	time.Sleep(300 * time.Millisecond)
	cancel()
	<-ended
	if r := record(idle.ID); r != before[1] {
		t.Errorf("an idle store was touched: %+v", r)
	}
}

func (w *world) recordOf(t *testing.T, id string) (r monitoring.Record) {
	t.Helper()
	r, err := w.s.Record(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) metrics(t *testing.T) string {
	t.Helper()
	families, err := w.App.Metrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range families {
		for _, m := range f.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, fmt.Sprintf("%s=%q", l.GetName(), l.GetValue()))
			}
			name := f.GetName()
			if len(labels) > 0 {
				name += "{" + strings.Join(labels, ",") + "}"
			}
			fmt.Fprintf(&b, "%s %v\n", name, m.GetGauge().GetValue())
		}
	}
	return b.String()
}

func (w *world) doctor(t *testing.T, check string) app.Finding {
	t.Helper()
	for _, f := range w.s.Module().Doctor(t.Context()) {
		if f.Check == check {
			return f
		}
	}
	t.Fatalf("doctor says nothing of %s", check)
	return app.Finding{}
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// Every bad state is said by doctor, with what to do next, and keeps the page's row from being green.
func TestTroubles(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) database.Time { return database.At(now.Add(-d)) }
	good := monitoring.Record{DrillAt: ago(time.Hour), DrillResult: monitoring.Sound, SoundAt: ago(time.Hour), SnapshotTriedAt: ago(time.Hour), SnapshotAt: ago(time.Hour), SnapshotName: "x"}
	with := func(change func(r *monitoring.Record)) monitoring.Record { r := good; change(&r); return r }
	for _, test := range []struct {
		name, state string
		lag         time.Duration
		record      monitoring.Record
		changed     bool
		code        string // "" for nothing to complain about
		bad         bool
		advice      string
	}{
		{"all is well", "live", 0, good, false, "", false, ""},
		{"being written", "attached", time.Second, good, true, "", false, ""},
		{"rewound", "rewound", 0, good, false, "rewound", true, "wizamart store restore fjord --lose-newest"},
		{"fenced", "fenced", 0, good, false, "fenced", true, "wizamart replica renew fjord"},
		{"quarantined", "quarantined", 0, good, false, "quarantined", true, "retry"},
		{"the replica is away", "behind", time.Minute, good, false, "unreachable", true, "credentials"},
		{"far behind", "attached", 2 * time.Minute, good, false, "lag", true, "bandwidth"},
		{"a drill failed", "live", 0, with(func(r *monitoring.Record) { r.DrillResult = monitoring.Lost }), false, "drill", true, "wizamart snapshot take fjord"},
		{"somebody else's", "live", 0, with(func(r *monitoring.Record) { r.DrillResult = monitoring.Foreign }), false, "owner", true, "litestream.yml"},
		{"not tried", "live", 0, with(func(r *monitoring.Record) { r.DrillResult = monitoring.Untried }), false, "untried", false, "wizamart replica drill fjord"},
		{"no drill for long", "live", 0, with(func(r *monitoring.Record) { r.SoundAt = ago(50 * time.Hour) }), true, "drill-old", true, "wizamart replica drill fjord"},
		{"no drill for long, of an idle store", "live", 0, with(func(r *monitoring.Record) { r.SoundAt = ago(5000 * time.Hour) }), false, "", false, ""},
		{"a snapshot failed", "live", 0, with(func(r *monitoring.Record) { r.SnapshotError = "no" }), false, "snapshot", true, "wizamart snapshot take fjord"},
		{"an old snapshot", "live", 0, with(func(r *monitoring.Record) { r.SnapshotAt = ago(50 * time.Hour) }), true, "snapshot-old", true, "wizamart snapshot take fjord"},
		{"an old snapshot of an idle store", "live", 0, with(func(r *monitoring.Record) { r.SnapshotAt = ago(5000 * time.Hour) }), false, "", false, ""},
		{"no copy yet", "uncovered", 0, monitoring.Record{}, false, "uncovered", false, "wizamart replica drill fjord"},
	} {
		got := monitoring.Troubles(test.state, test.lag, test.record, test.changed, now)
		if test.code == "" {
			if len(got) > 0 {
				t.Errorf("%s: %+v", test.name, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Code != test.code || got[0].Bad != test.bad || !strings.Contains(got[0].Advice, test.advice) || got[0].Detail == "" {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// A quarantined and a fenced store are shown as such, and their drills say why they are not tried.
func TestClosedStores(t *testing.T) {
	w := start(t)
	info := w.Store(t, "fjord", "EUR")
	fenced := filepath.Join(w.Dir, "replication", "stores", info.ID, "fenced")
	w.drill(t, info.ID, monitoring.Sound)
	w.Stop(t)
	if err := os.WriteFile(fenced, []byte("yesterday"), 0o600); err != nil {
		t.Fatal(err)
	}
	w = start(t, harness.In(w.Dir))
	if f := w.doctor(t, "replica of fjord"); f.OK || !strings.Contains(f.Detail, "another server") {
		t.Errorf("%+v", f)
	}
	w.Staff(t, "admin", "fjord").Get(t, w.AdminURL("/replication?state=fenced")).Want(t, 200).Has(t, "tbody .badge-error", "Fenced")
	w.drill(t, info.ID, monitoring.Foreign)
}
