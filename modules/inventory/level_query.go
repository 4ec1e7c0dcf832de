package inventory

import (
	"context"
	"encoding/json"
	"fmt"

	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

const selectLevels = "SELECT variant_id, tracked, on_hand, backorder FROM inventory_level "

// readLevels finds the levels that exist, in one query whatever the number of ids.
func readLevels(ctx context.Context, st *tenant.Store, ids []string) (map[string]inventorytype.Level, error) {
	switch len(ids) {
	case 0:
		return map[string]inventorytype.Level{}, nil
	case 1:
		return levelMap(ctx, st, selectLevels+"WHERE variant_id = ?", ids[0])
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return levelMap(ctx, st, selectLevels+"WHERE variant_id IN (SELECT value FROM json_each(?))", string(list))
}

func levelMap(ctx context.Context, st *tenant.Store, query string, args ...any) (map[string]inventorytype.Level, error) {
	list, err := levelList(ctx, st, query, args...)
	out := make(map[string]inventorytype.Level, len(list))
	for _, l := range list {
		out[l.VariantID] = l
	}
	return out, err
}

func levelList(ctx context.Context, st *tenant.Store, query string, args ...any) ([]inventorytype.Level, error) {
	rows, err := st.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the stock: %w", err)
	}
	defer rows.Close()
	var out []inventorytype.Level
	for rows.Next() {
		var l inventorytype.Level
		if err := rows.Scan(&l.VariantID, &l.Tracked, &l.OnHand, &l.Backorder); err != nil {
			return nil, fmt.Errorf("read the stock: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// lowLevels are the tracked levels from more than floor up to ceiling pieces, the lowest first.
func lowLevels(ctx context.Context, st *tenant.Store, floor, ceiling int) ([]inventorytype.Level, error) {
	return levelList(ctx, st, selectLevels+"WHERE tracked = 1 AND on_hand > ? AND on_hand <= ? ORDER BY on_hand, variant_id", floor, ceiling)
}

// saveLevel writes a level's policy, and its stock where there was no level.
func saveLevel(ctx context.Context, tx *tenant.Store, l inventorytype.Level) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO inventory_level (variant_id, tracked, on_hand, backorder, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (variant_id) DO UPDATE SET tracked = excluded.tracked, backorder = excluded.backorder, updated_at = excluded.updated_at`,
		l.VariantID, l.Tracked, l.OnHand, l.Backorder, database.Now())
	if err != nil {
		return fmt.Errorf("save the stock: %w", err)
	}
	return nil
}
