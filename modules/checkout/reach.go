package checkout

import (
	"context"

	"wizamart/tenant"
)

// Reach is the countries that goods of the store go to, by name; none while nothing is delivered.
func (s *Service) Reach(ctx context.Context, st *tenant.Store) ([]Country, error) {
	set, err := s.contentOf(ctx, st)
	if err != nil {
		return nil, err
	}
	return set.reach, nil
}
