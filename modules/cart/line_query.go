package cart

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"wizamart/framework/database"
	"wizamart/modules/cart/carttype"
	"wizamart/tenant"
)

// readRows is a customer's cart. Its reference changes with every change of the rows.
func readRows(ctx context.Context, st *tenant.Store, customerID string) (kept, error) {
	rows, err := st.QueryContext(ctx, "SELECT variant_id, quantity, seen, updated_at FROM cart_line WHERE customer_id = ? ORDER BY position, variant_id", customerID)
	if err != nil {
		return kept{}, fmt.Errorf("read the cart: %w", err)
	}
	defer rows.Close()
	var k kept
	sum := sha256.New()
	for rows.Next() {
		var w carttype.Want
		var at int64
		if err := rows.Scan(&w.VariantID, &w.Quantity, &w.Seen, &at); err != nil {
			return kept{}, fmt.Errorf("read the cart: %w", err)
		}
		k.wants = append(k.wants, w)
		fmt.Fprintf(sum, "%s %d %d\n", w.VariantID, w.Quantity, at)
	}
	k.ref = hex.EncodeToString(sum.Sum(nil)[:8])
	return k, rows.Err()
}

// writeRows makes the rows what k says; rows that stay as they are keep their time.
func writeRows(ctx context.Context, tx *tenant.Store, customerID string, before, after kept) error {
	for _, w := range before.wants {
		if after.find(w.VariantID) != nil {
			continue
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM cart_line WHERE customer_id = ? AND variant_id = ?", customerID, w.VariantID); err != nil {
			return fmt.Errorf("write the cart: %w", err)
		}
	}
	for i, w := range after.wants {
		if old := before.find(w.VariantID); old != nil && old.Quantity == w.Quantity && old.Seen == w.Seen {
			continue
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO cart_line (customer_id, variant_id, quantity, seen, position, updated_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (customer_id, variant_id) DO UPDATE SET quantity = excluded.quantity, seen = excluded.seen, updated_at = excluded.updated_at`,
			customerID, w.VariantID, w.Quantity, w.Seen, i, database.Now())
		if err != nil {
			return fmt.Errorf("write the cart: %w", err)
		}
	}
	return nil
}
