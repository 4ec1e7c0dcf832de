package cms

import (
	"context"

	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// Home is the opening page of a shop.
type Home struct {
	Theme      Theme
	Categories []catalogtype.Category // of the first level, with something in them
	Newest     []catalogtype.Card
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
		return s.markSoldOut(ctx, view, h.Newest)
	})
	return h, err
}

func (s *Service) markSoldOut(ctx context.Context, st *tenant.Store, cards []catalogtype.Card) error {
	var ids []string
	for _, c := range cards {
		ids = append(ids, c.VariantIDs...)
	}
	levels, err := s.stock.Levels(ctx, st, ids)
	if err != nil {
		return err
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
	return nil
}
