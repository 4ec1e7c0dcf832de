package orders

import (
	"context"
	"fmt"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Pictures are those of the given ones, by the hashes in their addresses (/media/<hash>…), that lines of orders show.
func (s *Service) Pictures(ctx context.Context, st *tenant.Store, hashes []string) (shown []string, err error) {
	wanted, err := database.JSONOf(hashes)
	if err != nil {
		return nil, err
	}
	err = st.Each(ctx, func(row database.Row) error {
		var hash string
		err := row.Scan(&hash)
		shown = append(shown, hash)
		return err
	}, "SELECT DISTINCT substr(picture, 8, 64) FROM orders_line WHERE substr(picture, 8, 64) IN (SELECT value FROM json_each(?))", string(wanted))
	if err != nil {
		return nil, fmt.Errorf("read which pictures orders show: %w", err)
	}
	return shown, nil
}
