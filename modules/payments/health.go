package payments

import (
	"context"
	"errors"
	"fmt"

	"wizamart/framework/app"
)

// health warns when the provider did not answer the last time, and when a store that is open takes cards and has no key, or one that is refused.
func (s *Service) health(ctx context.Context) error {
	var found []error
	if last := s.app.Tools.Last(toolStripe); last.Bad() {
		found = append(found, fmt.Errorf("the payment provider did not answer the last time: %s", last.Error))
	}
	n, err := s.troubles(ctx, s.app.EachWarm)
	if err != nil {
		return err
	}
	if n.Keyless > 0 {
		found = append(found, fmt.Errorf("%d open stores take cards and have no key of the provider", n.Keyless))
	}
	if n.Refused > 0 { // messages with a signature that does not fit are left out: anybody can send such
		found = append(found, fmt.Errorf("%d open stores take cards with a key that the provider refuses", n.Refused))
	}
	return app.AsWarning(errors.Join(found...))
}
