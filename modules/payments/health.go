package payments

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// health warns when the provider did not answer the last time, and when a store that is open takes cards and has no key.
func (s *Service) health(ctx context.Context) error {
	var found []error
	if last := s.app.Tools.Last(toolStripe); last.Bad() {
		found = append(found, fmt.Errorf("the payment provider did not answer the last time: %s", last.Error))
	}
	keyless := 0
	err := s.app.EachWarm(ctx, func(st *tenant.Store) error {
		set := SettingsOf(st)
		if !set.Card || set.CardMode == Demo || !s.app.EnabledFor(st, "payments") {
			return nil
		}
		var n int
		err := st.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "SELECT count(*) FROM payments_account WHERE id = ? AND secret_key IS NOT NULL", set.CardMode)
		if n == 0 {
			keyless++
		}
		return err
	})
	if err != nil {
		return err
	}
	if keyless > 0 {
		found = append(found, fmt.Errorf("%d open stores take cards and have no key of the provider", keyless))
	}
	return app.AsWarning(errors.Join(found...))
}
