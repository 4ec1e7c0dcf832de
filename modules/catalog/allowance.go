package catalog

import (
	"context"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Allowance says what a store has room for. Its refusals are problems with words for people.
type Allowance interface {
	// ForProducts is nil when a store that has so many products may have more of them.
	ForProducts(st *tenant.Store, have, more int) error
	// ForBytes is nil when the store may keep so many bytes more.
	ForBytes(st *tenant.Store, more int64) error
	// RoomForBytes is ForBytes of what is announced and may not come: nothing is counted.
	RoomForBytes(st *tenant.Store, more int64) error
}

// ProductCount is how many products a store has that are not deleted, from a counter.
func (s *Service) ProductCount(ctx context.Context, st *tenant.Store) (n int, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&n) }, "SELECT products FROM catalog_total")
	return n, wrap("read how many products there are", err)
}

// roomForProduct is nil when the store may have one product more.
func (s *Service) roomForProduct(ctx context.Context, tx *tenant.Store) error {
	if s.Allowance == nil {
		return nil
	}
	have, err := s.ProductCount(ctx, tx)
	if err != nil {
		return err
	}
	return s.Allowance.ForProducts(tx, have, 1)
}

// roomForBytes is nil when the store may keep so many bytes more.
func (s *Service) roomForBytes(st *tenant.Store, more int64) error {
	if s.Allowance == nil {
		return nil
	}
	return s.Allowance.ForBytes(st, more)
}
