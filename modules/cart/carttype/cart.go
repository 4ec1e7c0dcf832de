// Package carttype holds what other modules see of a cart, and the one rule by which what a shopper
// wants is weighed against what can be had.
package carttype

import (
	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
)

// Bounds of a cart. They keep a guest's cookie under what browsers take.
const (
	MaxLines    = 50
	MaxQuantity = 999 // pieces a line
)

// Want is a line as the shopper left it.
type Want struct {
	VariantID string `json:"variant_id"`
	Quantity  int    `json:"quantity"`
	Seen      int64  `json:"seen"`            // the price for one when the shopper last saw it, in minor units
	Title     string `json:"title,omitempty"` // as it was then; it names what is gone
}

// Line is a Want as it stands now.
type Line struct {
	catalogtype.Sellable
	Wanted   int          // pieces the shopper asked for
	Quantity int          // pieces that can be had now; 0 is sold out
	Most     int          // pieces that could be had at most
	Total    money.Amount // Price × Quantity
}

// Cart is what a shopper wants to buy, with today's prices and stock.
type Cart struct {
	// Ref changes with each new cart: an order of this Ref means that the cart has been bought.
	Ref      string
	Lines    []Line // sold-out ones included
	Notices  []Notice
	Subtotal money.Amount
	Count    int // pieces
}

// Empty tells whether there is nothing in the cart, not even something sold out.
func (c Cart) Empty() bool { return len(c.Lines) == 0 }

// Buyable are the lines of which at least one piece can be had.
func (c Cart) Buyable() []Line {
	var out []Line
	for _, l := range c.Lines {
		if l.Quantity > 0 {
			out = append(out, l)
		}
	}
	return out
}

// Name is the product's title with the variant's.
func (l Line) Name() string { return name(l.Sellable) }

func name(s catalogtype.Sellable) string {
	if s.VariantTitle == "" {
		return s.Title
	}
	return s.Title + " (" + s.VariantTitle + ")"
}

// Weigh puts wants beside what is sold and in stock. What is no longer sold falls out, what is sold out stays
// with a quantity of 0, what is scarce is reduced; each is noticed. A level that is not known is unlimited.
func Weigh(currency string, wants []Want, sold map[string]catalogtype.Sellable, levels map[string]inventorytype.Level) (Cart, error) {
	c := Cart{Subtotal: money.Zero(currency)}
	for _, w := range wants {
		s, ok := sold[w.VariantID]
		if !ok || !s.OnSale {
			title := w.Title
			if ok {
				title = name(s)
			}
			c.Notices = append(c.Notices, Notice{Kind: Gone, VariantID: w.VariantID, Title: title})
			continue
		}
		level, ok := levels[w.VariantID]
		if !ok {
			level = inventorytype.Unlimited(w.VariantID)
		}
		l := Line{Sellable: s, Wanted: w.Quantity, Most: level.Most(MaxQuantity)}
		l.Quantity = min(w.Quantity, l.Most)
		n := Notice{VariantID: w.VariantID, Title: name(s), Wanted: w.Quantity, Left: l.Quantity}
		switch {
		case l.Quantity == 0:
			n.Kind = SoldOut
			c.Notices = append(c.Notices, n)
		case l.Quantity < w.Quantity:
			n.Kind = Reduced
			c.Notices = append(c.Notices, n)
		}
		if l.Quantity > 0 && s.Price.Minor != w.Seen {
			n.Kind, n.Was, n.Now = PriceChanged, money.New(w.Seen, currency), s.Price
			c.Notices = append(c.Notices, n)
		}
		var err error
		if l.Total, err = s.Price.Mul(int64(l.Quantity)); err != nil {
			return Cart{}, err
		}
		if c.Subtotal, err = c.Subtotal.Add(l.Total); err != nil {
			return Cart{}, err
		}
		c.Count += l.Quantity
		c.Lines = append(c.Lines, l)
	}
	return c, nil
}
