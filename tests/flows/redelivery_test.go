package flows

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/money"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// What a store had to tell when it was brought back is told once: neither is it lost when it had not been told yet, nor counted twice when it had.
func TestDeliveryAfterARestore(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(replicated))
	info := p.Store(t, "shop", "EUR")
	ctx := t.Context()
	use := func(fn func(st *tenant.Store)) {
		t.Helper()
		st, release, err := p.App.Platform.Acquire(ctx, info.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		fn(st)
	}
	order := func(n int) {
		t.Helper()
		use(func(st *tenant.Store) {
			e := event.OrderPlaced{OrderID: database.NewID(), Number: fmt.Sprint(n), Total: money.New(100, "EUR"), PlacedAt: database.Now()}
			if err := st.Write(ctx, func(tx *tenant.Store) error { _, err := event.Publish(tx.DB, e); return err }); err != nil {
				t.Fatal(err)
			}
			if err := st.Confirm(ctx); err != nil {
				t.Fatal(err)
			}
		})
	}
	deliver := func() {
		t.Helper()
		for range 3 {
			use(func(st *tenant.Store) {
				for _, file := range []*tenant.Store{st, nil} {
					if err := p.App.Relay.Visit(ctx, file); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
	counted := func(when string, want int) {
		t.Helper()
		var n int
		if err := p.App.Platform.DB.NewQuery("SELECT ifnull(sum(orders), 0) FROM tenancy_store_day").Row(&n); err != nil || n != want {
			t.Errorf("%s the operator counts %d orders, want %d (%v)", when, n, want, err)
		}
		use(func(st *tenant.Store) {
			var open int
			if err := st.NewQuery("SELECT count(*) FROM event_outbox WHERE delivered_at IS NULL").Row(&open); err != nil || open != 0 {
				t.Errorf("%s %d events wait in the store (%v)", when, open, err)
			}
		})
	}
	order(1)
	deliver()
	counted("before", 1)

	order(2) // at the replica, and not told yet
	if _, err := p.App.RestoreStore(ctx, info.ID, false, nil); err != nil {
		t.Fatal(err)
	}
	deliver()
	counted("restored with an untold order,", 2)

	order(3)
	use(func(st *tenant.Store) { // a copy in which the third is untold, while the platform has counted it since
		dir := filepath.Join(filepath.Dir(st.Path()), "before")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		var mark uint32
		if err := st.NewQuery("PRAGMA user_version").Row(&mark); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%s-%08x.db", time.Now().UTC().Format("20060102T150405.000Z"), mark)
		if _, err := database.Snapshot(ctx, st.Path(), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	})
	deliver()
	counted("in between", 3)
	if _, _, err := p.App.RollbackStore(ctx, info.ID, nil); err != nil {
		t.Fatal(err)
	}
	var open int
	use(func(st *tenant.Store) {
		if err := st.NewQuery("SELECT count(*) FROM event_outbox WHERE delivered_at IS NULL").Row(&open); err != nil || open == 0 {
			t.Fatalf("the copy has nothing to tell (%v): this proves nothing", err)
		}
	})
	deliver()
	counted("put back to where the third was untold,", 3)
	order(4)
	deliver()
	counted("afterwards", 4)
}
