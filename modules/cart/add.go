package cart

import (
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
)

// Added is what came of putting something into the cart.
type Added struct {
	Item     catalogtype.Sellable
	Quantity int  // pieces of it that are in the cart now
	Short    bool // fewer than were asked for: that is all there is
	Count    int  // pieces in the cart
}

// Add puts quantity more pieces of a variant into the cart, as many as can be had.
// It is Invalid for what is not sold and Conflict for what has run out.
func (s *Service) Add(c *web.Context, variantID string, quantity int) (Added, error) {
	sold, err := s.catalog.Sellables(c.Ctx(), c.Store, []string{variantID})
	if err != nil {
		return Added{}, err
	}
	item, ok := sold[variantID]
	if !ok || !item.OnSale {
		return Added{}, problem.On("variant", "This is no longer sold.")
	}
	if quantity < 1 || quantity > carttype.MaxQuantity {
		return Added{}, problem.On("quantity", "Enter a whole number from %d to %d.", 1, carttype.MaxQuantity)
	}
	levels, err := s.stock.Levels(c.Ctx(), c.Store, []string{variantID})
	if err != nil {
		return Added{}, err
	}
	level, ok := levels[variantID]
	if !ok {
		level = inventorytype.Unlimited(variantID)
	}
	most := level.Most(carttype.MaxQuantity)
	if most == 0 {
		return Added{}, problem.New(problem.Conflict, "%s is sold out.", item.Title)
	}
	out := Added{Item: item}
	after, err := s.change(c, func(k *kept) error {
		w := k.find(variantID)
		if w == nil {
			if len(k.wants) == carttype.MaxLines {
				return problem.New(problem.Conflict, "A cart holds at most %d different things. Order these first, please.", carttype.MaxLines)
			}
			k.wants = append(k.wants, carttype.Want{VariantID: variantID, Seen: item.Price.Minor})
			w = &k.wants[len(k.wants)-1]
		} else if w.Quantity >= most {
			return problem.New(problem.Conflict, "All %d that we have are in your cart already.", most)
		}
		out.Short = w.Quantity+quantity > most
		w.Quantity, w.Seen = min(w.Quantity+quantity, most), item.Price.Minor
		out.Quantity = w.Quantity
		return nil
	})
	out.Count = after.count()
	return out, err
}

// Removed is a line that was taken out, for the way back.
type Removed struct {
	VariantID string
	Quantity  int
}

// Update sets quantities by variant: 0 takes a line out, what is not in the cart is left alone.
func (s *Service) Update(c *web.Context, quantities map[string]int) ([]Removed, error) {
	var removed []Removed
	_, err := s.change(c, func(k *kept) error {
		removed = nil
		var wants []carttype.Want
		for _, w := range k.wants {
			if n, ok := quantities[w.VariantID]; ok {
				if n < 0 || n > carttype.MaxQuantity {
					return problem.On("quantity-"+w.VariantID, "Enter a whole number from %d to %d.", 0, carttype.MaxQuantity)
				}
				if n == 0 {
					removed = append(removed, Removed{w.VariantID, w.Quantity})
					continue
				}
				w.Quantity = n
			}
			wants = append(wants, w)
		}
		k.wants = wants
		return nil
	})
	return removed, err
}
