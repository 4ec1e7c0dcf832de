package checkout

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

const discountColumns = `p.id, p.title, p.automatic, p.active, p.rules, p.created_at, p.updated_at, p.deleted_at,
	COALESCE((SELECT code FROM checkout_promotion_code WHERE promotion_id = p.id AND once = 0 LIMIT 1), '')`

// DiscountRow is a discount in the dashboard's list.
type DiscountRow struct {
	Discount
	Used  int   `json:"used"`  // orders
	Taken int64 `json:"taken"` // off these orders, minor units
	Codes int   `json:"codes"` // that are good for one order each
}

func scanDiscount(rows *sql.Rows, d *Discount, more ...any) error {
	var rules string
	err := rows.Scan(append([]any{&d.ID, &d.Title, &d.Automatic, &d.Active, &rules, &d.CreatedAt, &d.UpdatedAt, &d.DeletedAt, &d.Code}, more...)...)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(rules), &d.DiscountRules)
}

func selectDiscounts(ctx context.Context, st *tenant.Store, tail string, args ...any) ([]DiscountRow, error) {
	return each(st, ctx, "read the discounts", func(rows *sql.Rows, d *DiscountRow) error {
		return scanDiscount(rows, &d.Discount, &d.Used, &d.Taken, &d.Codes)
	},
		"SELECT "+discountColumns+`,
			(SELECT count(*) FROM checkout_promotion_use u WHERE u.promotion_id = p.id AND u.released_at IS NULL),
			(SELECT COALESCE(sum(amount), 0) FROM checkout_promotion_use u WHERE u.promotion_id = p.id AND u.released_at IS NULL),
			(SELECT count(*) FROM checkout_promotion_code c WHERE c.promotion_id = p.id AND c.once = 1)
		FROM checkout_promotion p `+tail, args...)
}

// discount finds one by id, deleted or not.
func discount(ctx context.Context, st *tenant.Store, id string) (DiscountRow, error) {
	list, err := selectDiscounts(ctx, st, "WHERE p.id = ?", id)
	if err == nil && len(list) == 0 {
		err = problem.New(problem.NotFound, "There is no such discount.")
	}
	if err != nil {
		return DiscountRow{}, err
	}
	return list[0], nil
}

// offered is a discount that a cart may get, by itself or by a code.
type offered struct {
	Discount
	by    string
	spent bool
}

const offeredQuery = "SELECT " + discountColumns + `, '', 0 FROM checkout_promotion p WHERE p.automatic = 1 AND p.active = 1 AND p.deleted_at IS NULL
	UNION ALL SELECT ` + discountColumns + `, c.code, c.once AND EXISTS (SELECT 1 FROM checkout_promotion_use u WHERE u.code = c.code AND u.released_at IS NULL)
	FROM checkout_promotion p JOIN checkout_promotion_code c ON c.promotion_id = p.id
	WHERE c.code IN (SELECT value FROM json_each(?)) AND p.automatic = 0 AND p.active = 1 AND p.deleted_at IS NULL`

// offers are the discounts in force by themselves, and those of the codes.
func offers(ctx context.Context, st *tenant.Store, codes []string) ([]offered, error) {
	list, err := json.Marshal(append([]string{}, codes...))
	if err != nil {
		return nil, err
	}
	return each(st, ctx, "read the discounts", func(rows *sql.Rows, o *offered) error { return scanDiscount(rows, &o.Discount, &o.by, &o.spent) }, offeredQuery, string(list))
}

// uses counts the orders that have a discount, and those among them of a customer.
func uses(ctx context.Context, st *tenant.Store, id, customer, account string) (all, theirs int, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&all, &theirs) },
		`SELECT count(*), COALESCE(sum(customer <> '' AND customer = ? OR account <> '' AND account = ?), 0) FROM checkout_promotion_use WHERE promotion_id = ? AND released_at IS NULL`, customer, account, id)
	if err != nil {
		err = fmt.Errorf("count the uses of a discount: %w", err)
	}
	return all, theirs, err
}

func putDiscount(ctx context.Context, tx *tenant.Store, d Discount) error {
	for _, list := range []*[]string{&d.Products, &d.Categories} {
		if *list == nil {
			*list = []string{}
		}
	}
	rules, err := json.Marshal(d.DiscountRules)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO checkout_promotion (id, title, automatic, active, rules, created_at, updated_at, deleted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET title = excluded.title, automatic = excluded.automatic, active = excluded.active, rules = excluded.rules, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at`,
		d.ID, d.Title, d.Automatic, d.Active, string(rules), d.CreatedAt, d.UpdatedAt, d.DeletedAt)
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM checkout_promotion_code WHERE promotion_id = ? AND once = 0 AND code <> ?", d.ID, d.Code)
	}
	if err != nil {
		return fmt.Errorf("write a discount: %w", err)
	}
	if d.Code == "" {
		return nil
	}
	n, err := addCode(ctx, tx, d.ID, d.Code, false)
	if err != nil || n == 1 {
		return err
	}
	var owner string
	if err := tx.One(ctx, func(row database.Row) error { return row.Scan(&owner) }, "SELECT promotion_id FROM checkout_promotion_code WHERE code = ? AND once = 0", d.Code); err != nil && !database.NotFound(err) {
		return fmt.Errorf("look for a code: %w", err)
	}
	if owner != d.ID {
		return problem.On("code", "Another discount has this code.")
	}
	return nil
}

func addCode(ctx context.Context, tx *tenant.Store, id, code string, once bool) (int64, error) {
	res, err := tx.ExecContext(ctx, "INSERT INTO checkout_promotion_code (code, promotion_id, once, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", code, id, once, database.Now())
	if err != nil {
		return 0, fmt.Errorf("write a code: %w", err)
	}
	return res.RowsAffected()
}

// Use is an order that had a discount.
type Use struct {
	OrderID    string        `json:"order_id"`
	Code       string        `json:"code"`
	Amount     int64         `json:"amount"`
	UsedAt     database.Time `json:"used_at"`
	ReleasedAt database.Time `json:"released_at,omitzero"`
}

func usesOf(ctx context.Context, st *tenant.Store, id string, limit int) ([]Use, error) {
	return each(st, ctx, "read the uses of a discount", func(rows *sql.Rows, u *Use) error {
		return rows.Scan(&u.OrderID, &u.Code, &u.Amount, &u.UsedAt, &u.ReleasedAt)
	},
		"SELECT order_id, code, amount, used_at, released_at FROM checkout_promotion_use WHERE promotion_id = ? ORDER BY used_at DESC, id LIMIT ?", id, limit)
}

// each reads all rows of a query.
func each[T any](st *tenant.Store, ctx context.Context, what string, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := st.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
