package inventory_test

import (
	"net/url"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/inventory"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

type world struct {
	*harness.Platform
	stock *inventory.Service
	st    *tenant.Store
	owner *harness.Browser
	ids   []string // of a product's variants S and L: 3 and 0 pieces
}

func start(t *testing.T) *world {
	t.Helper()
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "JPY")
	w := &world{Platform: p, stock: harness.Service[*inventory.Service](p), st: p.Open(t, "fjord"), owner: p.Staff(t, "owner", "fjord")}
	three, none := 3, 0
	product, err := harness.Service[*catalog.Service](p).Create(t.Context(), w.st, catalog.Product{
		Title: "Mug", Status: catalog.Active, Options: []catalog.Option{{Name: "Size", Values: []string{"S", "L"}}},
		Variants: []catalog.Variant{
			{Values: [3]string{"S"}, SKU: "MUG-S", Price: money.New(900, "JPY").Minor, Stock: &catalog.StockChange{Tracked: true, OnHand: &three}},
			{Values: [3]string{"L"}, SKU: "MUG-L", Price: 1200, Stock: &catalog.StockChange{Tracked: true, OnHand: &none}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.ids = []string{product.Variants[0].ID, product.Variants[1].ID}
	return w
}

func (w *world) page(path string) string { return w.DashboardURL("fjord", path) }

func (w *world) level(t *testing.T, id string) inventorytype.Level {
	t.Helper()
	levels, err := w.stock.Levels(t.Context(), w.st, []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return levels[id]
}

func TestStockPages(t *testing.T) {
	w := start(t)
	s, l := w.ids[0], w.ids[1]
	w.owner.Get(t, w.page("/inventory")).Want(t, 200).Has(t, "tbody", "MUG-S").Has(t, "tbody", "Out of stock").Has(t, "tbody", "Low")
	w.owner.Get(t, w.page("/inventory?q=mug-l")).Want(t, 200).Has(t, ".pagination", "1–1 of 1")
	w.owner.Get(t, w.page("/inventory?q=nothing")).Want(t, 200).Has(t, ".empty", "Nothing found")
	w.owner.Get(t, w.page("/inventory?state=odd")).Want(t, 303)
	w.owner.Get(t, w.page("/inventory/none")).Want(t, 404)

	form := url.Values{"variant": {s, l}, "was." + s: {"3"}, "was." + l: {"0"}, "mode": {"set"}, "reason": {"correction"}, "note": {"counted"}}
	with := func(pairs ...string) url.Values {
		out := url.Values{}
		for k, v := range form {
			out[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			out.Set(pairs[i], pairs[i+1])
		}
		return out
	}
	w.owner.Post(t, w.page("/inventory?q=mug"), with("quantity."+s, "10", "quantity."+l, "4")).Want(t, 303)
	if w.level(t, s).OnHand != 10 || w.level(t, l).OnHand != 4 {
		t.Fatal(w.level(t, s), w.level(t, l))
	}
	refused := w.owner.Post(t, w.page("/inventory"), with("quantity."+s, "8", "quantity."+l, "many")).Want(t, 422)
	refused.Has(t, ".error", "Enter a whole number.")
	if v, _ := refused.Doc(t).Find(`[name="quantity.` + s + `"]`).Attr("value"); v != "8" {
		t.Errorf("what was typed is lost: %q", v)
	}
	w.owner.Post(t, w.page("/inventory"), with("quantity."+s, "8")).Want(t, 422).Has(t, ".error", "This was 3 when you looked and is 10 now.")
	w.owner.Post(t, w.page("/inventory"), with("mode", "add", "quantity."+s, "-11")).Want(t, 422).Has(t, ".error", "There are only 10 pieces.")
	w.owner.Post(t, w.page("/inventory"), with("mode", "add", "reason", "received", "quantity."+s, "2")).Want(t, 303)
	w.owner.Post(t, w.page("/inventory"), with()).Want(t, 303)
	w.owner.Post(t, w.page("/inventory"), with("action", "backorder", "id", l)).Want(t, 303)
	w.owner.Post(t, w.page("/inventory"), with("action", "explode", "id", l)).Want(t, 400)
	if w.level(t, s).OnHand != 12 || !w.level(t, l).Backorder || w.level(t, s).Backorder {
		t.Error(w.level(t, s), w.level(t, l))
	}

	history := w.owner.Get(t, w.page("/inventory/"+s)).Want(t, 200)
	history.Has(t, "tbody", "Received").Has(t, "tbody", "+2").Has(t, "tbody", "counted").Has(t, "tbody", "owner fjord").Has(t, "tbody", "Initial stock")
	w.owner.Post(t, w.page("/inventory/"+s+"/movements"), url.Values{"mode": {"add"}, "quantity": {"-20"}, "reason": {"damaged"}}).Want(t, 422).Has(t, ".error", "There are only 12 pieces.")
	w.owner.Post(t, w.page("/inventory/"+s+"/movements"), url.Values{"mode": {"add"}, "quantity": {""}, "reason": {"damaged"}}).Want(t, 422).Has(t, ".error", "Fill this in.")
	w.owner.Post(t, w.page("/inventory/"+s+"/movements"), url.Values{"mode": {"add"}, "quantity": {"-2"}, "reason": {"damaged"}}).Want(t, 303)
	w.owner.Post(t, w.page("/inventory/"+s+"/policies"), url.Values{"backorder": {"on"}}).Want(t, 303)
	if got := w.level(t, s); got.OnHand != 10 || got.Tracked || !got.Backorder {
		t.Error(got)
	}
}

func TestStockAPI(t *testing.T) {
	w := start(t)
	api := w.APIURL("/stores/fjord/inventory")
	var list struct {
		Total int `json:"total"`
		Items []struct {
			SKU    string `json:"sku"`
			OnHand int    `json:"on_hand"`
			Low    bool   `json:"low"`
		} `json:"items"`
	}
	w.owner.Get(t, api+"?state=low").Want(t, 200).Decode(t, &list)
	if list.Total != 1 || list.Items[0].SKU != "MUG-S" || !list.Items[0].Low {
		t.Errorf("%+v", list)
	}
	at := api + "/" + w.ids[0] + "/movements"
	for _, tt := range []struct {
		body   map[string]any
		status int
		onHand int
	}{
		{map[string]any{"delta": 4, "reason": "received"}, 201, 7},
		{map[string]any{"set_to": 5, "was": 7, "reason": "correction", "note": "counted"}, 201, 5},
		{map[string]any{"set_to": 9, "was": 7, "reason": "correction"}, 422, 5},
		{map[string]any{"delta": -6, "reason": "damaged"}, 422, 5},
		{map[string]any{"delta": 1, "set_to": 1, "reason": "damaged"}, 422, 5},
		{map[string]any{"reason": "damaged"}, 422, 5},
		{map[string]any{"delta": 1, "reason": "sale"}, 422, 5},
	} {
		w.owner.JSON(t, "POST", at, tt.body).Want(t, tt.status)
		if got := w.level(t, w.ids[0]).OnHand; got != tt.onHand {
			t.Errorf("%v: %d", tt.body, got)
		}
	}
	w.owner.JSON(t, "POST", api+"/none/movements", map[string]any{"delta": 1, "reason": "received"}).Want(t, 404)
	w.owner.Get(t, api+"/"+w.ids[0]+"?limit=1").Want(t, 200)
}

// Switched off, nothing is counted and everything can be sold; what was counted is there again afterwards.
func TestSwitchedOff(t *testing.T) {
	w := start(t)
	ctx, id := t.Context(), w.ids[1]
	w.Switch(t, "inventory", false)
	if !w.level(t, id).CanTake(1000) {
		t.Error("it cannot be sold")
	}
	err := w.st.Write(ctx, func(tx *tenant.Store) error {
		lines := []inventorytype.Line{{VariantID: id, Quantity: 5}}
		if err := w.stock.Take(ctx, tx, "order", lines); err != nil {
			return err
		}
		return w.stock.Return(ctx, tx, "order", lines, inventory.Cancelled)
	})
	if err != nil {
		t.Error(err)
	}
	w.owner.Get(t, w.page("/inventory")).Want(t, 404)
	w.Switch(t, "inventory", true)
	if got := w.level(t, id); !got.Tracked || got.OnHand != 0 {
		t.Error(got)
	}
}
