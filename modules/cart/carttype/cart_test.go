package carttype

import (
	"fmt"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
)

func TestWeigh(t *testing.T) {
	sold := func(price int64, on bool) map[string]catalogtype.Sellable {
		return map[string]catalogtype.Sellable{"v": {VariantID: "v", Title: "Shell", VariantTitle: "M", Price: money.New(price, "EUR"), OnSale: on}}
	}
	stock := func(onHand int, backorder bool) map[string]inventorytype.Level {
		return map[string]inventorytype.Level{"v": {VariantID: "v", Tracked: true, OnHand: onHand, Backorder: backorder}}
	}
	for name, c := range map[string]struct {
		want     Want
		sold     map[string]catalogtype.Sellable
		levels   map[string]inventorytype.Level
		quantity int // −1: no line
		subtotal int64
		notices  string
	}{
		"as it was":             {Want{"v", 2, 500, ""}, sold(500, true), stock(5, false), 2, 1000, ""},
		"nobody counts":         {Want{"v", 999, 500, ""}, sold(500, true), nil, 999, 499500, ""},
		"dearer":                {Want{"v", 2, 500, ""}, sold(700, true), stock(5, false), 2, 1400, "Shell (M) now costs €7.00 instead of €5.00."},
		"cheaper":               {Want{"v", 1, 500, ""}, sold(0, true), stock(5, false), 1, 0, "Shell (M) now costs €0.00 instead of €5.00."},
		"few left":              {Want{"v", 5, 500, ""}, sold(500, true), stock(3, false), 3, 1500, "Only 3 of Shell (M) are left. We have changed the quantity."},
		"sold out":              {Want{"v", 5, 500, ""}, sold(500, true), stock(0, false), 0, 0, "Shell (M) is sold out."},
		"oversold":              {Want{"v", 5, 500, ""}, sold(500, true), stock(-2, false), 0, 0, "Shell (M) is sold out."},
		"on backorder":          {Want{"v", 5, 500, ""}, sold(500, true), stock(-2, true), 5, 2500, ""},
		"sold out and dearer":   {Want{"v", 5, 400, ""}, sold(500, true), stock(0, false), 0, 0, "Shell (M) is sold out."},
		"archived":              {Want{"v", 5, 500, ""}, sold(500, false), stock(9, false), -1, 0, "Shell (M) is no longer sold. We have taken it out."},
		"erased, name known":    {Want{"v", 5, 500, "Old shell"}, nil, nil, -1, 0, "Old shell is no longer sold. We have taken it out."},
		"erased, name unknown":  {Want{"v", 5, 500, ""}, nil, nil, -1, 0, "Something from your cart is no longer sold. We have taken it out."},
		"a very high price":     {Want{"v", 999, 10_000_000_000_000, ""}, sold(10_000_000_000_000, true), nil, 999, 9_990_000_000_000_000, ""},
		"few left, also dearer": {Want{"v", 5, 400, ""}, sold(500, true), stock(1, false), 1, 500, "Only 1 of Shell (M) are left. We have changed the quantity. Shell (M) now costs €5.00 instead of €4.00."},
	} {
		t.Run(name, func(t *testing.T) {
			cart, err := Weigh("EUR", []Want{c.want}, c.sold, c.levels)
			if err != nil {
				t.Fatal(err)
			}
			quantity := -1
			if len(cart.Lines) == 1 {
				quantity = cart.Lines[0].Quantity
			}
			notices := ""
			for i, n := range cart.Notices {
				if i > 0 {
					notices += " "
				}
				notices += n.Text(func(key string, args ...any) string { return fmt.Sprintf(key, args...) }, "en")
			}
			if quantity != c.quantity || cart.Subtotal.Minor != c.subtotal || cart.Count != max(c.quantity, 0) || notices != c.notices {
				t.Errorf("quantity %d, count %d, subtotal %v, notices %q", quantity, cart.Count, cart.Subtotal, notices)
			}
			if len(cart.Buyable()) > 0 != (c.quantity > 0) {
				t.Errorf("buyable: %v", cart.Buyable())
			}
		})
	}
}

func TestZeroDecimalCurrency(t *testing.T) {
	cart, err := Weigh("JPY", []Want{{"v", 3, 1200, ""}}, map[string]catalogtype.Sellable{"v": {VariantID: "v", Price: money.New(1200, "JPY"), OnSale: true}}, nil)
	if err != nil || cart.Subtotal != money.New(3600, "JPY") || len(cart.Notices) > 0 {
		t.Errorf("%+v, %v", cart, err)
	}
}
