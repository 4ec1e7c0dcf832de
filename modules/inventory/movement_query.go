package inventory

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/tenant"
)

// book writes a movement and the level after it, and announces it. m.OnHand is the level before. The level exists.
// The stock with which a variant begins is part of the product's news and is not announced: an import of a hundred
// thousand variants would leave as many events that say nothing new.
func book(ctx context.Context, tx *tenant.Store, m Movement) (Movement, error) {
	m.At, m.OnHand = database.Now(), m.OnHand+m.Delta
	if _, err := tx.ExecContext(ctx, "UPDATE inventory_level SET on_hand = ?, updated_at = ? WHERE variant_id = ?", m.OnHand, m.At, m.VariantID); err != nil {
		return m, fmt.Errorf("note a stock movement: %w", err)
	}
	return enter(ctx, tx, m)
}

// enter writes a movement down whose pieces the level has already, and announces it.
func enter(ctx context.Context, tx *tenant.Store, m Movement) (Movement, error) {
	m.ID = database.NewID()
	_, err := tx.ExecContext(ctx, `INSERT INTO inventory_movement (id, variant_id, delta, on_hand, backorder, reason, ref, note, actor_kind, actor_id, actor, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.VariantID, m.Delta, m.OnHand, m.Backorder, m.Reason, m.Ref, m.Note, m.ActorKind, m.ActorID, m.Actor, m.At)
	if err != nil {
		return m, fmt.Errorf("note a stock movement: %w", err)
	}
	if m.Reason == Initial {
		return m, nil
	}
	_, err = event.Publish(tx.DB, event.StockChanged{VariantID: m.VariantID, MovementID: m.ID, Reason: m.Reason, Change: int64(m.Delta), Available: int64(m.OnHand - m.Reserved)})
	return m, err
}

// readMovements are a variant's movements, newest first, those before an id when it is given.
func readMovements(ctx context.Context, st *tenant.Store, variantID, before string, limit int) ([]Movement, error) {
	if before == "" {
		before = "~" // behind every id
	}
	rows, err := st.QueryContext(ctx, `SELECT id, variant_id, delta, on_hand, backorder, reason, ref, note, actor_kind, actor_id, actor, at
		FROM inventory_movement WHERE variant_id = ? AND id < ? ORDER BY id DESC LIMIT ?`, variantID, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read stock movements: %w", err)
	}
	defer rows.Close()
	var out []Movement
	for rows.Next() {
		var m Movement
		err := rows.Scan(&m.ID, &m.VariantID, &m.Delta, &m.OnHand, &m.Backorder, &m.Reason, &m.Ref, &m.Note, &m.ActorKind, &m.ActorID, &m.Actor, &m.At)
		if err != nil {
			return nil, fmt.Errorf("read stock movements: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// takenBy is how many pieces of a variant an order has taken and not had cancelled; known tells whether it
// took anything of any variant.
func takenBy(ctx context.Context, tx *tenant.Store, ref, variantID string) (pieces int, known bool, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT count(*), coalesce(-sum(delta) FILTER (WHERE variant_id = ?), 0)
		FROM inventory_movement WHERE ref = ? AND ref <> '' AND reason IN ('sale', 'cancel')`, variantID, ref)
	if err != nil {
		return 0, false, fmt.Errorf("read what an order took: %w", err)
	}
	defer rows.Close()
	var n int
	for rows.Next() {
		if err := rows.Scan(&n, &pieces); err != nil {
			return 0, false, fmt.Errorf("read what an order took: %w", err)
		}
	}
	return pieces, n > 0, rows.Err()
}
