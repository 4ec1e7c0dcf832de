package event

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// took lists what consumers of one file have taken in, in order.
func took(t *testing.T, db *database.DB) []string {
	t.Helper()
	var out []string
	if err := db.NewQuery("SELECT consumer || ' ' || number FROM test_got ORDER BY number, consumer").Column(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// A file that is put back to a moment before has what it missed delivered again, once: whichever side was rewound.
func TestRedeliveryAfterARewind(t *testing.T) {
	for _, rewound := range []string{"store", "platform"} {
		t.Run(rewound, func(t *testing.T) {
			dir := t.TempDir()
			o := tenanttest.Options(t, dir, tenanttest.Module{Name: "event", Files: Migrations}, tenanttest.SQL("test", got, got))
			open := func() *bench {
				p, err := tenant.Open(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				b := &bench{T: t, p: p, now: time.Now(), off: map[string]bool{}, fails: map[string]error{}}
				b.relay = b.newRelay()
				return b
			}
			visit := func(b *bench, id string) *tenant.Store {
				st, release, err := b.p.Acquire(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				defer release()
				for range 3 { // the platform's own events go on through the store's outbox
					for _, s := range []*tenant.Store{nil, st} {
						if err := b.relay.Visit(t.Context(), s); err != nil {
							t.Fatal(err)
						}
					}
				}
				return st
			}
			// Each round: one event from the store to the platform and the store's own consumers, and one from the platform for the store.
			round := func(b *bench, id, mine, theirs string) {
				st, release, err := b.p.Acquire(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				b.place(st, mine)
				release()
				b.publish(b.p.DB, id, OrderPlaced{Number: theirs})
				visit(b, id)
			}
			b := open()
			id := tenanttest.NewStores(t, b.p, "shop")[0].ID
			file := map[string]string{"store": filepath.Join(dir, "stores", id, "store.db"), "platform": filepath.Join(dir, "platform.db")}[rewound]
			round(b, id, "1", "2")
			if err := b.p.Close(); err != nil {
				t.Fatal(err)
			}
			then := time.Now()
			old, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b = open()
			round(b, id, "3", "4")
			if err := b.p.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, old, 0o600); err != nil { // the restore
				t.Fatal(err)
			}

			b = open()
			defer b.p.Close()
			st, release, err := b.p.Acquire(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			again := func(tx *database.DB) (err error) {
				if rewound == "store" {
					_, err = RedeliverTo(tx, id, then)
				} else {
					_, err = Redeliver(tx, then)
				}
				return err
			}
			other := map[string]*database.DB{"store": b.p.DB, "platform": st.DB}[rewound]
			if err := other.Write(t.Context(), again); err != nil {
				t.Fatal(err)
			}
			visit(b, id)
			inStore, inPlatform := took(t, st.DB), took(t, b.p.DB)
			release()
			// 3 was the store's own fact: a rewound store does not know it any more, and the platform keeps it. 4 was the platform's: a
			// rewound platform does not know that it said it, and the store keeps it.
			wantStore := []string{"a.one 1", "b.two 1", "a.one 2", "b.two 2", "a.one 4", "b.two 4"}
			if rewound == "platform" {
				wantStore = []string{"a.one 1", "b.two 1", "a.one 2", "b.two 2", "a.one 3", "b.two 3", "a.one 4", "b.two 4"}
			}
			if !slices.Equal(inStore, wantStore) {
				t.Errorf("the store's consumers took\n%q, want\n%q", inStore, wantStore)
			}
			wantPlatform := []string{"c.three 1", "c.three 2", "c.three 3", "c.three 4"}
			if !slices.Equal(inPlatform, wantPlatform) {
				t.Errorf("the platform's consumer took\n%q, want\n%q", inPlatform, wantPlatform)
			}
		})
	}
}
