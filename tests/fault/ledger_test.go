package fault

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wizamart/framework/database"
)

// ledger is what a store's file says of its orders, read from a copy while no server runs.
type ledger struct {
	orders map[string]string // token → number
	stock  map[string]int    // variant → pieces on hand
	sold   map[string]int    // variant → pieces in orders
}

// copyOf copies a database and its log.
func copyOf(t *testing.T, file string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(file + suffix)
		if os.IsNotExist(err) && suffix != "" {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// storeFile finds a store's database by its code.
func (s *site) storeFile(code string) string {
	s.t.Helper()
	var id string
	err := database.ReadCopy(copyOf(s.t, filepath.Join(s.data, "platform.db")), func(db *database.DB) error {
		return db.NewQuery("SELECT id FROM tenant_store WHERE code = {:c}").Bind(map[string]any{"c": code}).Row(&id)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return filepath.Join(s.data, "stores", id, "store.db")
}

// goods gives a few variants of a store this many pieces each, while no server runs.
func (s *site) goods(code string, pieces int) []string {
	s.t.Helper()
	var out []string
	db, err := database.Open(s.storeFile(code), false)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	err = db.NewQuery(`SELECT l.variant_id FROM inventory_level l JOIN catalog_variant v ON v.id = l.variant_id JOIN catalog_product p ON p.id = v.product_id
		WHERE l.tracked = 1 AND l.on_hand > 0 AND v.requires_shipping = 1 AND p.status = 'active' ORDER BY l.variant_id LIMIT 4`).Column(&out)
	if err == nil {
		err = db.Write(context.Background(), func(tx *database.DB) error {
			_, err := tx.Exec("UPDATE inventory_level SET on_hand = {:n}, backorder = 0", map[string]any{"n": pieces})
			return err
		})
	}
	if err != nil || len(out) == 0 {
		s.t.Fatalf("%d goods, %v", len(out), err)
	}
	return out
}

// read reads a database file and checks what must hold whatever was killed when: no half order, no number missing or doubled, no stock that
// was sold twice, no event lost or counted twice.
func read(t *testing.T, file string) ledger {
	t.Helper()
	l := ledger{orders: map[string]string{}, stock: map[string]int{}, sold: map[string]int{}}
	err := database.ReadCopy(file, func(db *database.DB) error {
		ctx := context.Background()
		for what, query := range map[string]string{
			"orders without their lines":        "SELECT count(*) FROM orders_order o WHERE quantity <> (SELECT coalesce(sum(quantity), 0) FROM orders_line l WHERE l.order_id = o.id)",
			"orders whose sums do not add up":   "SELECT count(*) FROM orders_order WHERE total < subtotal - discount_total",
			"missing or doubled numbers":        "SELECT max(number) - min(number) + 1 - count(*) + (count(*) - count(DISTINCT number)) FROM orders_order",
			"numbers that will be given again":  "SELECT count(*) FROM orders_order WHERE number >= (SELECT next FROM orders_counter WHERE name = 'order')",
			"numbers that were given for none":  "SELECT (SELECT next FROM orders_counter WHERE name = 'order') - 1 - max(number) FROM orders_order",
			"things below zero":                 "SELECT count(*) FROM inventory_level WHERE tracked = 1 AND backorder = 0 AND on_hand < 0",
			"orders that were not announced":    "SELECT count(*) FROM orders_order o WHERE email LIKE 'guest-10.%' AND (SELECT count(*) FROM event_outbox e WHERE e.name LIKE 'order.placed%' AND e.payload LIKE '%' || o.id || '%') <> 1",
			"orders whose stock was not booked": "SELECT count(*) FROM orders_order o WHERE email LIKE 'guest-10.%' AND quantity <> (SELECT coalesce(-sum(delta), 0) FROM inventory_movement m WHERE m.ref = o.id AND m.reason = 'sale')",
			"parked events":                     "SELECT count(*) FROM event_parked",
			"customers counted twice":           "SELECT count(*) FROM customers_customer c WHERE email LIKE 'guest-10.%' AND order_count > (SELECT count(*) FROM orders_order o WHERE o.email = c.email)",
		} {
			var n int
			if err := db.NewQuery(query).Row(&n); err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			if n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		if err := db.Each(ctx, func(row database.Row) error {
			var token, number string
			err := row.Scan(&token, &number)
			l.orders[token] = number
			return err
		}, "SELECT token, CAST(number AS TEXT) FROM orders_order"); err != nil {
			return err
		}
		return db.Each(ctx, func(row database.Row) error {
			var id string
			var stock, sold int
			err := row.Scan(&id, &stock, &sold)
			l.stock[id], l.sold[id] = stock, sold
			return err
		}, "SELECT variant_id, on_hand, (SELECT coalesce(sum(quantity), 0) FROM orders_line l WHERE l.variant_id = i.variant_id) FROM inventory_level i WHERE tracked = 1")
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// has fails the test for each order that a shopper was told of and that is not there, or has another number.
func (l ledger) has(t *testing.T, what string, list []told) {
	t.Helper()
	for _, o := range list {
		if got := l.orders[o.ID]; !strings.Contains(o.Number, got) || got == "" {
			t.Errorf("%s: order %s was confirmed and is lost (%q)", what, o.Number, got)
		}
	}
}

// balance fails the test where pieces were sold that are not gone from stock, or the other way round.
func (l ledger) balance(t *testing.T, before ledger) {
	t.Helper()
	for id, n := range l.stock {
		if sold := l.sold[id] - before.sold[id]; before.stock[id]-n != sold {
			t.Errorf("%d pieces of %s were sold, %d are gone", sold, id, before.stock[id]-n)
		}
	}
}
