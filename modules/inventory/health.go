package inventory

import (
	"context"
	"fmt"

	"wizamart/framework/app"
	"wizamart/framework/database"
)

// health warns when reservations that have ended are not cleared away in stores that are open. They hold nothing back; but what clears them does not run.
func (s *Service) health(ctx context.Context) error {
	n, stores, err := s.app.CountWarm(ctx, "SELECT count(*) FROM inventory_reservation WHERE until < ?", database.At(s.app.Now().Add(-app.Overdue)))
	if err != nil {
		return err
	}
	if n > 0 {
		return app.AsWarning(fmt.Errorf("%d reservations of %d open stores ended and were not cleared away", n, stores))
	}
	return nil
}
