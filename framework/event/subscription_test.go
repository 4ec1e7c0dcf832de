package event

import (
	"context"
	"encoding/json"
	"regexp"
	"testing"

	"wizamart/framework/database"
	"wizamart/tenant"
)

func TestSubscriptions(t *testing.T) {
	store := OnStore("a.one", func(context.Context, *tenant.Store, Event, OrderPlaced) error { return nil })
	for name, bad := range map[string][]Subscription{
		"twice":       {store, store},
		"two targets": {store, OnPlatform("a.one", func(context.Context, *database.DB, Event, OrderCancelled) error { return nil })},
		"no module":   {{Event: "order.placed", Consumer: "one", Target: database.Store, Handle: store.Handle}},
		"no handler":  {{Event: "order.placed", Consumer: "a.one", Target: database.Store}},
		"no event":    {{Consumer: "a.one", Target: database.Store, Handle: store.Handle}},
		"no target":   {{Event: "order.placed", Consumer: "a.one", Handle: store.Handle}},
	} {
		if _, err := NewRelay(Options{Subscriptions: bad}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if store.Event != "order.placed" || store.Target != database.Store {
		t.Errorf("%+v", store)
	}
}

// Names and keys are a contract with the outboxes of running stores: a line here only ever gains keys.
var golden = map[string]string{
	"order.placed":     `{"order_id":"","number":"","channel":"","total":{"amount":0,"currency":""},"tax":{"amount":0,"currency":""},"lines":null,"placed_at":"0001-01-01T00:00:00Z"}`,
	"order.fulfilled":  `{"order_id":"","number":"","fulfilment_id":"","lines":null,"complete":false,"fulfilled_at":"0001-01-01T00:00:00Z"}`,
	"order.cancelled":  `{"order_id":"","number":"","reason":"","total":{"amount":0,"currency":""},"cancelled_at":"0001-01-01T00:00:00Z"}`,
	"product.changed":  `{"product_id":"","change":""}`,
	"customer.created": `{"customer_id":"","channel":"","created_at":"0001-01-01T00:00:00Z"}`,
	"stock.changed":    `{"variant_id":"","movement_id":"","reason":"","change":0,"available":0}`,
}

func TestCatalogue(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+(\.[a-z]+)+(\.v[2-9])?$`)
	seen := map[string]bool{}
	for _, p := range Catalogue {
		name := p.EventName()
		if !form.MatchString(name) || seen[name] {
			t.Errorf("%T: the name %q is malformed or taken", p, name)
		}
		seen[name] = true
		data, err := json.Marshal(p)
		if want, known := golden[name]; err != nil || known && string(data) != want {
			t.Errorf("%s: %s (%v)\nwant %s", name, data, err, want)
		}
	}
	for name := range golden {
		if !seen[name] {
			t.Errorf("%s is no longer in the catalogue", name)
		}
	}
}
