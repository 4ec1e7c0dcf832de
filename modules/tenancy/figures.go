package tenancy

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/money"
)

const dayForm = "2006-01-02"

// countOrder adds a placed order to its store's day. The inbox row in the same transaction makes it count once.
func countOrder(_ context.Context, tx *database.DB, e event.Event, o event.OrderPlaced) error {
	_, err := tx.Exec(`INSERT INTO tenancy_store_day (store_id, day, orders, revenue) VALUES ({:s}, {:d}, 1, {:r})
		ON CONFLICT (store_id, day) DO UPDATE SET orders = orders + 1, revenue = revenue + excluded.revenue`,
		dbx.Params{"s": e.StoreID, "d": o.PlacedAt.UTC().Format(dayForm), "r": o.Total.Minor})
	return err
}

// StoreDay is one store's figures of one day.
type StoreDay struct {
	StoreID string
	Day     string // YYYY-MM-DD, UTC
	Orders  int
	Revenue int64 // minor units of the store's currency
}

// StoreFigures is what the operator's home page shows of a store.
type StoreFigures struct {
	Code, Name, Merchant string
	Orders               int
	Revenue              money.Amount
}

// Days lists the figures of all stores since a day, oldest first.
func (s *Service) Days(ctx context.Context, since time.Time) ([]StoreDay, error) {
	var out []StoreDay
	err := s.app.Platform.DB.NewQuery("SELECT store_id, day, orders, revenue FROM tenancy_store_day WHERE day >= {:d} ORDER BY day").
		Bind(dbx.Params{"d": since.UTC().Format(dayForm)}).WithContext(ctx).All(&out)
	if err != nil {
		return nil, fmt.Errorf("read the stores' figures: %w", err)
	}
	return out, nil
}
