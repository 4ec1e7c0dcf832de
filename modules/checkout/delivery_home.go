package checkout

import (
	"context"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// DeliveryHome is the cheapest delivery of goods of a subtotal and a weight in grams to the seller's own country, and what it costs; ok is
// false when nobody has said where that is, or nothing is sent there.
func (s *Service) DeliveryHome(ctx context.Context, st *tenant.Store, subtotal money.Amount, grams int64) (best ShippingMethod, cost money.Amount, ok bool, err error) {
	home := SellerOf(st).Country
	if home == "" {
		return best, cost, false, nil
	}
	set, err := s.contentOf(ctx, st)
	if err != nil {
		return best, cost, false, err
	}
	zone := ""
	if z, _ := zoneOf(set.zones, ordertype.Address{Country: home}); z != nil {
		zone = z.ID
	}
	for _, m := range set.ways {
		if !m.Active || m.Pickup || !m.goesTo(home, zone) {
			continue
		}
		if price := m.Cost(subtotal, grams); !ok || price.Minor < cost.Minor {
			best, cost, ok = m, price, true
		}
	}
	return best, cost, ok, nil
}
