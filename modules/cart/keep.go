package cart

import (
	"context"
	"slices"
	"strconv"

	"wizamart/framework/web"
	"wizamart/modules/cart/carttype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

// load reads the cart of who is asking. What a customer put in as a guest is taken over first.
func (s *Service) load(c *web.Context) (kept, error) {
	guest := readCookie(c)
	if c.User == nil {
		return guest, nil
	}
	if len(guest.wants) > 0 {
		return s.change(c, func(*kept) error { return nil })
	}
	return readRows(c.Ctx(), c.Store, c.User.ID)
}

// change edits the cart of who is asking and keeps it. fn may run more than once, each time on a fresh cart.
func (s *Service) change(c *web.Context, fn func(k *kept) error) (kept, error) {
	guest := readCookie(c)
	if c.User == nil {
		if err := fn(&guest); err != nil {
			return kept{}, err
		}
		return guest, writeCookie(c, guest)
	}
	var after kept
	err := c.Store.Write(c.Ctx(), func(tx *tenant.Store) error {
		before, err := readRows(c.Ctx(), tx, c.User.ID)
		if err != nil {
			return err
		}
		after = kept{wants: slices.Clone(before.wants)}
		if err := s.merge(c.Ctx(), tx, &after, guest); err != nil {
			return err
		}
		if err := fn(&after); err != nil {
			return err
		}
		if err := writeRows(c.Ctx(), tx, c.User.ID, before, after); err != nil {
			return err
		}
		after, err = readRows(c.Ctx(), tx, c.User.ID)
		return err
	})
	if err != nil {
		return kept{}, err
	}
	dropCookie(c)
	c.SetCookie(countCookie, strconv.Itoa(after.count()), cookieAge)
	return after, nil
}

// merge takes a guest's cart over into a customer's. Of what both hold, the larger quantity counts, so that
// taking over the same cookie twice changes nothing; never more than the stock has.
func (s *Service) merge(ctx context.Context, tx *tenant.Store, into *kept, guest kept) error {
	if len(guest.wants) == 0 {
		return nil
	}
	levels, err := s.stock.Levels(ctx, tx, guest.ids())
	if err != nil {
		return err
	}
	for _, w := range guest.wants {
		level, ok := levels[w.VariantID]
		if !ok {
			level = inventorytype.Unlimited(w.VariantID)
		}
		if most := level.Most(carttype.MaxQuantity); most > 0 {
			w.Quantity = min(w.Quantity, most)
		}
		if own := into.find(w.VariantID); own != nil {
			own.Quantity = max(own.Quantity, w.Quantity)
		} else if len(into.wants) < carttype.MaxLines {
			into.wants = append(into.wants, w)
		}
	}
	return nil
}

// shown is the number beside the cart's icon, without a query.
func shown(c *web.Context) int {
	n := readCookie(c).count()
	if c.User != nil {
		if own, err := strconv.Atoi(c.Cookie(countCookie)); err == nil && own > 0 {
			n += min(own, carttype.MaxLines*carttype.MaxQuantity)
		}
	}
	return n
}
