package checkout

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wizamart/framework/problem"
	"wizamart/tenant"
)

const methodColumns = "id, name, description, estimate, price, free_above, countries, pickup, active, position, created_at, updated_at, deleted_at, zone_id, basis, tiers, days_min, days_max"

func scanMethod(rows *sql.Rows) (ShippingMethod, error) {
	var m ShippingMethod
	var list, tiers string
	err := rows.Scan(&m.ID, &m.Name, &m.Description, &m.Estimate, &m.Price, &m.FreeAbove, &list, &m.Pickup, &m.Active, &m.Position, &m.CreatedAt, &m.UpdatedAt, &m.DeletedAt,
		&m.ZoneID, &m.Basis, &tiers, &m.DaysMin, &m.DaysMax)
	if err == nil {
		err = json.Unmarshal([]byte(list), &m.Countries)
	}
	if err == nil {
		err = json.Unmarshal([]byte(tiers), &m.Tiers)
	}
	return m, err
}

// methods are the store's shipping methods that are not deleted, in the merchant's order.
func methods(ctx context.Context, st *tenant.Store) ([]ShippingMethod, error) {
	return selectMethods(ctx, st, "WHERE deleted_at IS NULL ORDER BY position, id")
}

// method finds one by id, deleted or not.
func method(ctx context.Context, st *tenant.Store, id string) (ShippingMethod, error) {
	list, err := selectMethods(ctx, st, "WHERE id = ?", id)
	if err != nil {
		return ShippingMethod{}, err
	}
	if len(list) == 0 {
		return ShippingMethod{}, problem.New(problem.NotFound, "There is no such delivery method.")
	}
	return list[0], nil
}

func selectMethods(ctx context.Context, st *tenant.Store, where string, args ...any) ([]ShippingMethod, error) {
	rows, err := st.QueryContext(ctx, "SELECT "+methodColumns+" FROM checkout_shipping_method "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the shipping methods: %w", err)
	}
	defer rows.Close()
	var out []ShippingMethod
	for rows.Next() {
		m, err := scanMethod(rows)
		if err != nil {
			return nil, fmt.Errorf("read the shipping methods: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

func putMethod(ctx context.Context, tx *tenant.Store, m ShippingMethod) error {
	if m.Countries == nil {
		m.Countries = []string{}
	}
	list, err := json.Marshal(m.Countries)
	if err != nil {
		return err
	}
	if m.Tiers == nil {
		m.Tiers = []Tier{}
	}
	tiers, err := json.Marshal(m.Tiers)
	if err != nil {
		return err
	}
	if m.Basis == "" {
		m.Basis = Flat
	}
	_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO checkout_shipping_method ("+methodColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		m.ID, m.Name, m.Description, m.Estimate, m.Price, m.FreeAbove, string(list), m.Pickup, m.Active, m.Position, m.CreatedAt, m.UpdatedAt, m.DeletedAt,
		m.ZoneID, m.Basis, string(tiers), m.DaysMin, m.DaysMax)
	if err != nil {
		return fmt.Errorf("write a shipping method: %w", err)
	}
	return nil
}
