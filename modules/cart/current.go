package cart

import (
	"context"

	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/tenant"
)

// Current is the cart of who is asking, with live prices and stock. Nothing is acknowledged by it: the notices come
// again until the cart's page has shown them.
func (s *Service) Current(c *web.Context) (carttype.Cart, error) {
	k, err := s.load(c)
	if err != nil {
		return carttype.Cart{}, err
	}
	return s.weigh(c.Ctx(), c.Store, k)
}

func (s *Service) weigh(ctx context.Context, st *tenant.Store, k kept) (carttype.Cart, error) {
	if len(k.wants) == 0 {
		return carttype.Weigh(st.Currency(), nil, nil, nil)
	}
	var cart carttype.Cart
	err := st.View(ctx, func(view *tenant.Store) error {
		sold, err := s.catalog.Sellables(ctx, view, k.ids())
		if err != nil {
			return err
		}
		levels, err := s.stock.Levels(ctx, view, k.ids())
		if err != nil {
			return err
		}
		cart, err = carttype.Weigh(st.Currency(), k.wants, sold, levels)
		return err
	})
	cart.Ref = k.ref
	return cart, err
}

// acknowledge keeps the prices and quantities that the shopper has just been shown.
func (s *Service) acknowledge(c *web.Context, cart carttype.Cart) error {
	if len(cart.Notices) == 0 {
		return nil
	}
	live := map[string]carttype.Line{}
	for _, l := range cart.Lines {
		live[l.VariantID] = l
	}
	settled := true
	for _, n := range cart.Notices {
		settled = settled && n.Kind == carttype.SoldOut // stays in the cart: it may come back
	}
	if settled {
		return nil
	}
	_, err := s.change(c, func(k *kept) error {
		var wants []carttype.Want
		for _, w := range k.wants {
			l, ok := live[w.VariantID]
			if !ok {
				continue
			}
			if l.Quantity > 0 {
				w.Quantity, w.Seen = min(w.Quantity, l.Quantity), l.Price.Minor
			}
			wants = append(wants, w)
		}
		k.wants = wants
		return nil
	})
	return err
}

// Clear empties the cart of who is asking.
func (s *Service) Clear(c *web.Context) error {
	_, err := s.change(c, func(k *kept) error {
		k.wants = nil
		return nil
	})
	return err
}
