package cms

import (
	"context"
	"time"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// Home is the opening page of a shop.
type Home struct {
	Theme      Theme
	Categories []catalogtype.Category // of the first level, with something in them
	Newest     []catalogtype.Card
	Until      time.Time // when it changes by itself; zero for never
}

const (
	homeTiles    = 8
	homeProducts = 8
)

// Home reads the opening page, on one snapshot of the store.
func (s *Service) Home(ctx context.Context, st *tenant.Store) (Home, error) {
	now, err := s.shopOf(ctx, st)
	if err != nil {
		return Home{}, err
	}
	h := Home{Theme: now.theme}
	for _, c := range now.roots {
		if len(h.Categories) < homeTiles && c.Products > 0 {
			h.Categories = append(h.Categories, c)
		}
	}
	err = st.View(ctx, func(view *tenant.Store) error {
		if h.Newest, err = s.catalog.Newest(ctx, view, homeProducts); err != nil || len(h.Newest) == 0 {
			return err
		}
		h.Until, err = s.markSoldOut(ctx, view, h.Newest)
		return err
	})
	return h, err
}

// markSoldOut marks the cards of what is sold out, and tells until when that is so.
func (s *Service) markSoldOut(ctx context.Context, st *tenant.Store, cards []catalogtype.Card) (until time.Time, err error) {
	var ids []string
	for _, c := range cards {
		ids = append(ids, c.VariantIDs...)
	}
	levels, err := s.stock.Levels(ctx, st, ids)
	if err != nil {
		return until, err
	}
	for i := range cards {
		cards[i].SoldOut = len(cards[i].VariantIDs) > 0
		for _, id := range cards[i].VariantIDs {
			if l, ok := levels[id]; !ok || l.InStock() {
				cards[i].SoldOut = false
				break
			}
		}
	}
	return inventorytype.ShownUntil(levels), nil
}
