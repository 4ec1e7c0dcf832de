package carttype

import "wizamart/framework/money"

// Kind says what changed since the shopper last looked.
type Kind string

const (
	PriceChanged Kind = "price_changed"
	SoldOut      Kind = "sold_out"
	Reduced      Kind = "reduced" // fewer are left than were wanted
	Gone         Kind = "gone"    // no longer sold
)

// Notice is one change since the shopper last looked.
type Notice struct {
	Kind      Kind
	VariantID string
	Title     string
	Was, Now  money.Amount // of PriceChanged
	Wanted    int
	Left      int
}

// Text says it in words; t translates, locale is for the amounts.
func (n Notice) Text(t func(key string, args ...any) string, locale string) string {
	switch n.Kind {
	case PriceChanged:
		return t("%s now costs %s instead of %s.", n.Title, n.Now.Format(locale), n.Was.Format(locale))
	case SoldOut:
		return t("%s is sold out.", n.Title)
	case Reduced:
		return t("Only %d of %s are left. We have changed the quantity.", n.Left, n.Title)
	}
	if n.Title == "" {
		return t("Something from your cart is no longer sold. We have taken it out.")
	}
	return t("%s is no longer sold. We have taken it out.", n.Title)
}
