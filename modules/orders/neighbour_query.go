package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// neighbours are the ids of the orders placed before and after, "" where there is none.
func (s *Service) neighbours(ctx context.Context, st *tenant.Store, number int64) (older, newer string, err error) {
	for _, q := range []struct {
		to  *string
		sql string
	}{
		{&older, "SELECT id FROM orders_order WHERE number < ? ORDER BY number DESC LIMIT 1"},
		{&newer, "SELECT id FROM orders_order WHERE number > ? ORDER BY number LIMIT 1"},
	} {
		err := st.One(ctx, func(row database.Row) error { return row.Scan(q.to) }, q.sql, number)
		if err != nil && !database.NotFound(err) {
			return "", "", fmt.Errorf("find the neighbours of order %d: %w", number, err)
		}
	}
	return older, newer, nil
}
