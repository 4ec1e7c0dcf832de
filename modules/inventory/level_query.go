package inventory

import (
	"context"
	"encoding/json"
	"fmt"

	"wizamart/framework/database"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// selectLevels has the moment as its first parameter, ?1: what was reserved until then is free.
const selectLevels = `SELECT variant_id, tracked, on_hand, backorder,
	(SELECT coalesce(sum(quantity), 0) FROM inventory_reservation r WHERE r.variant_id = l.variant_id AND r.until > ?1) AS reserved,
	(SELECT min(until) FROM inventory_reservation r WHERE r.variant_id = l.variant_id AND r.until > ?1) FROM inventory_level l `

// readLevels finds the levels that exist, in one query whatever the number of ids.
func (s *Service) readLevels(ctx context.Context, st *tenant.Store, ids []string) (map[string]inventorytype.Level, error) {
	switch len(ids) {
	case 0:
		return map[string]inventorytype.Level{}, nil
	case 1:
		return levelMap(ctx, st, selectLevels+"WHERE variant_id = ?2", s.moment(), ids[0])
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return levelMap(ctx, st, selectLevels+"WHERE variant_id IN (SELECT value FROM json_each(?2))", s.moment(), string(list))
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
		var until database.Time
		if err := rows.Scan(&l.VariantID, &l.Tracked, &l.OnHand, &l.Backorder, &l.Reserved, &until); err != nil {
			return nil, fmt.Errorf("read the stock: %w", err)
		}
		l.Until = until.Time
		out = append(out, l)
	}
	return out, rows.Err()
}

func (s *Service) moment() database.Time { return database.At(s.now()) }

// lowLevels are the tracked levels of which more than floor and up to ceiling pieces are available, the lowest first.
func (s *Service) lowLevels(ctx context.Context, st *tenant.Store, floor, ceiling int) ([]inventorytype.Level, error) {
	return levelList(ctx, st, selectLevels+"WHERE tracked = 1 AND on_hand - reserved > ?2 AND on_hand - reserved <= ?3 ORDER BY on_hand - reserved, variant_id", s.moment(), floor, ceiling)
}

// saveLevel writes a level's policy, and its stock where there was no level: old is then the zero level.
func (s *Service) saveLevel(ctx context.Context, tx *tenant.Store, old, l inventorytype.Level) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO inventory_level (variant_id, tracked, on_hand, backorder, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (variant_id) DO UPDATE SET tracked = excluded.tracked, backorder = excluded.backorder, updated_at = excluded.updated_at`,
		l.VariantID, l.Tracked, l.OnHand, l.Backorder, database.Now())
	if err != nil {
		return fmt.Errorf("save the stock: %w", err)
	}
	return s.changed(ctx, tx, old, l)
}

// changed tells who follows the stock that a variant's has changed, and shoppers where they are told something else.
func (s *Service) changed(ctx context.Context, tx *tenant.Store, before, after inventorytype.Level) error {
	if s.Changed != nil && (before.OnHand != after.OnHand || before.Tracked != after.Tracked || before.Backorder != after.Backorder) {
		if err := s.Changed(ctx, tx, after.VariantID); err != nil {
			return err
		}
	}
	return shown(tx, before, after)
}

// shown says so when shoppers are told something else after a change. Where a change has several steps, that may be once too often.
func shown(tx *tenant.Store, before, after inventorytype.Level) error {
	if before.Shown() == after.Shown() {
		return nil
	}
	return tx.TouchPublic()
}
