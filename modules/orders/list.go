package orders

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// Filter chooses orders; its zero value is the newest of all.
type Filter struct {
	View       string // "", unfulfilled, unpaid, cancelled
	Search     string // number, e-mail address, name or SKU
	Payment    string
	Fulfilment string
	Customer   string    // id
	From, To   time.Time // of placement; To is exclusive
	Sort       string    // number (default), placed, name, total
	Ascending  bool
	Limit      int // 25 when 0, at most 100
	Offset     int
}

// Page is a part of the orders that a filter chooses.
type Page struct {
	Orders []ordertype.Brief
	Total  int
}

var sortColumns = map[string]string{"": "number", "number": "number", "placed": "placed_at", "name": "name", "total": "total"}

// List is a page of orders.
func (s *Service) List(ctx context.Context, st *tenant.Store, f Filter) (Page, error) {
	where, args := f.where()
	column, ok := sortColumns[f.Sort]
	if !ok {
		column = "number"
	}
	order := " DESC"
	if f.Ascending {
		order = " ASC"
	}
	if f.Limit <= 0 {
		f.Limit = 25
	}
	var p Page
	err := st.View(ctx, func(view *tenant.Store) error {
		err := view.One(ctx, func(row database.Row) error { return row.Scan(&p.Total) }, "SELECT count(*) FROM orders_order WHERE "+where, args...)
		if err != nil {
			return err
		}
		p.Orders, err = briefs(ctx, view, where+" ORDER BY "+column+order+", number"+order+" LIMIT ? OFFSET ?", append(args, min(f.Limit, 100), max(f.Offset, 0))...)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list orders: %w", err)
	}
	return p, nil
}

func (f Filter) where() (string, []any) {
	where, args := []string{"1"}, []any{}
	add := func(use bool, cond string, values ...any) {
		if use {
			where, args = append(where, cond), append(args, values...)
		}
	}
	add(f.View == "unfulfilled", "cancelled_at IS NULL AND fulfilment_state IN ('unfulfilled', 'partially_fulfilled')")
	add(f.View == "unpaid", "cancelled_at IS NULL AND payment_state IN ('pending', 'authorised', 'partially_paid')")
	add(f.View == "cancelled", "cancelled_at IS NOT NULL")
	add(f.Payment != "", "payment_state = ?", f.Payment)
	add(f.Fulfilment != "", "fulfilment_state = ?", f.Fulfilment)
	add(f.Customer != "", "customer_id = ?", f.Customer)
	add(!f.From.IsZero(), "placed_at >= ?", database.At(f.From))
	add(!f.To.IsZero(), "placed_at < ?", database.At(f.To))
	if text := strings.TrimSpace(f.Search); text != "" {
		like := "%" + likeEscaper.Replace(text) + "%"
		cond := `(email LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' OR id IN (SELECT order_id FROM orders_line WHERE sku LIKE ? ESCAPE '\')`
		values := []any{like, like, like}
		if n, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil {
			cond, values = cond+" OR number = ?", append(values, n)
		}
		add(true, cond+")", values...)
	}
	return strings.Join(where, " AND "), args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// briefs reads orders for lists; where goes on to order and limit.
func briefs(ctx context.Context, st *tenant.Store, where string, args ...any) ([]ordertype.Brief, error) {
	var out []ordertype.Brief
	err := st.Each(ctx, func(row database.Row) error {
		var b ordertype.Brief
		var number int64
		var cancelled database.Time
		total := money.Amount{}
		err := row.Scan(&b.ID, &number, &b.PlacedAt, &total.Minor, &total.Currency, &b.PaymentState, &b.FulfilmentState, &cancelled, &b.Quantity, &b.CustomerID, &b.Email, &b.Name, &b.Unsent)
		b.Number, b.Total, b.Cancelled = strconv.FormatInt(number, 10), total, !cancelled.IsZero()
		out = append(out, b)
		return err
	}, `SELECT id, number, placed_at, total, currency, payment_state, fulfilment_state, cancelled_at, quantity, customer_id, email, name,
		NOT EXISTS (SELECT 1 FROM orders_line l WHERE l.order_id = orders_order.id AND l.requires_shipping = 1)
		FROM orders_order WHERE `+where, args...)
	return out, err
}

// ForCustomer are the orders that belong to a customer in the merchant's eyes, newest first: also those that
// somebody placed as a guest with the customer's e-mail address. At most 200.
func (s *Service) ForCustomer(ctx context.Context, st *tenant.Store, customerID string) ([]ordertype.Brief, error) {
	if s.off(st) {
		return nil, nil
	}
	out, err := briefs(ctx, st, "customer_id = ? AND customer_id <> '' ORDER BY placed_at DESC, number DESC LIMIT 200", customerID)
	if err != nil {
		return nil, fmt.Errorf("list a customer's orders: %w", err)
	}
	return out, nil
}

// ForAccount are the orders that a customer placed while signed in, newest first: what their account shows. Orders
// placed as a guest are not among them, as nobody has proved yet that the address is theirs. At most 200.
func (s *Service) ForAccount(ctx context.Context, st *tenant.Store, customerID string) ([]ordertype.Brief, error) {
	if s.off(st) {
		return nil, nil
	}
	out, err := briefs(ctx, st, "account_id = ? AND account_id <> '' ORDER BY placed_at DESC, number DESC LIMIT 200", customerID)
	if err != nil {
		return nil, fmt.Errorf("list an account's orders: %w", err)
	}
	return out, nil
}

// Counts are how many orders stand in each view, for the tabs.
type Counts struct{ Unfulfilled, Unpaid int }

// Counts of the orders that want something done.
func (s *Service) Counts(ctx context.Context, st *tenant.Store) (c Counts, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&c.Unfulfilled, &c.Unpaid) }, `SELECT
		(SELECT count(*) FROM orders_order WHERE cancelled_at IS NULL AND fulfilment_state IN ('unfulfilled', 'partially_fulfilled')),
		(SELECT count(*) FROM orders_order WHERE cancelled_at IS NULL AND payment_state IN ('pending', 'authorised', 'partially_paid'))`)
	if err != nil {
		return Counts{}, fmt.Errorf("count open orders: %w", err)
	}
	return c, nil
}

// off tells whether the module is off: then customers have no orders to be seen.
func (s *Service) off(st *tenant.Store) bool { return s.app != nil && !s.app.EnabledFor(st, "orders") }
