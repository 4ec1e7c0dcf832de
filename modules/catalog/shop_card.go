package catalog

import (
	"wizamart/framework/money"
	"wizamart/framework/web"
	"wizamart/modules/catalog/catalogtype"
)

// cardView is a card as the component product-card takes it: URLs have the surface's prefix.
type cardView struct {
	catalogtype.Card
	URL       string
	Image     string
	HoverURL  string
	Srcset    string
	CompareAt any // nil when it is not reduced
	From      bool
	Badge     string
	BadgeKind string
}

func cardViews(c *web.Context, cards []catalogtype.Card) []cardView {
	out := make([]cardView, len(cards))
	for i, card := range cards {
		v := cardView{Card: card, URL: c.URL("/products/" + card.Slug), From: card.PriceTo.Minor > card.Price.Minor}
		if card.Picture != "" {
			v.Image, v.Srcset = c.URL(card.Picture), card.Sizes.Srcset(c.URL, card.Large, card.Width)
		}
		if card.Hover != "" {
			v.HoverURL = c.URL(card.Hover)
		}
		before := reducedFrom(card.CompareAt.Minor, card.Prior.Minor)
		if off := reduction(card.Price.Minor, before); off > 0 {
			v.CompareAt, v.Badge, v.BadgeKind = money.New(before, card.Price.Currency), c.T("−%d%%", off), "sale"
		}
		out[i] = v
	}
	return out
}

// reduction is how many whole per cent price lies below the one before, rounded down: never more than is true.
func reduction(price, before int64) int {
	if before <= price || price < 0 {
		return 0
	}
	return int((before - price) * 100 / before)
}

// reducedFrom is the price that a reduction is announced against: the lowest of the 30 days before it where that is known and shown, and
// the compare-at price otherwise. Without a compare-at price nothing is announced.
func reducedFrom(compareAt, prior int64) int64 {
	if compareAt > 0 && prior > 0 {
		return prior
	}
	return compareAt
}

// compareAt is the struck-out price as the component price takes it: nil unless it is above the price.
func compareAt(currency string, price int64, before *int64) any {
	if before == nil || *before <= price {
		return nil
	}
	return money.New(*before, currency)
}
