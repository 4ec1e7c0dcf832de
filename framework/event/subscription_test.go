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

// Names are a contract with the outboxes of running stores.
func TestCatalogue(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+(\.[a-z]+)+(\.v[2-9])?$`)
	seen := map[string]bool{}
	for _, p := range Catalogue {
		name := p.EventName()
		if !form.MatchString(name) || seen[name] {
			t.Errorf("%T: the name %q is malformed or taken", p, name)
		}
		seen[name] = true
		if _, err := json.Marshal(p); err != nil {
			t.Error(err)
		}
	}
}
