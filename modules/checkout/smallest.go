package checkout

import (
	"strconv"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

var smallestSetting = app.Setting{
	Key: "checkout.smallest_order", Scope: database.Store, Group: "Checkout", Label: "Smallest order", Kind: app.Money, Default: "0",
	Help: "What the goods have to come to before discounts and delivery. Empty takes every order.",
}

// SmallestOrder is what the goods of an order have to come to; zero takes every order.
func SmallestOrder(st *tenant.Store) money.Amount {
	v, _ := st.Settings().Get(smallestSetting.Key)
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		n = 0
	}
	return money.Amount{Minor: n, Currency: st.Currency()}
}

// tooSmall is a Conflict for goods that come to less than the store's smallest order.
func tooSmall(st *tenant.Store, subtotal money.Amount) error {
	least := SmallestOrder(st)
	if subtotal.Minor >= least.Minor {
		return nil
	}
	locale := st.Info().Locale
	return problem.New(problem.Conflict, "Orders begin at %s, and your goods come to %s.", least.Format(locale), subtotal.Format(locale))
}

// tellSmallest has the next page say that goods come to less than the smallest order, where they do.
func tellSmallest(c *web.Context, subtotal money.Amount) bool {
	least := SmallestOrder(c.Store)
	if subtotal.Minor >= least.Minor {
		return false
	}
	c.Flash("warning", "Orders begin at %s, and your goods come to %s.", least.Format(c.Locale()), subtotal.Format(c.Locale()))
	return true
}
