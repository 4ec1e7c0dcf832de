package catalog_test

import (
	"testing"
	"time"

	"wizamart/framework/config"
	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// What becomes active is published at the platform's own time, on every way that leads there.
func TestPublishedAtThePlatformsTime(t *testing.T) {
	at := time.Date(2031, 5, 4, 3, 2, 1, 0, time.UTC)
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(cfg *config.Serve) { cfg.Clock = func() time.Time { return at } }))
	p.Store(t, "fjord", "EUR")
	st, owner := p.Open(t, "fjord"), p.Staff(t, "owner", "fjord")
	goods := harness.Service[*catalog.Service](p)
	draft := func() string {
		t.Helper()
		made, err := goods.Create(t.Context(), st, catalog.Product{Title: "Lamp"})
		if err != nil {
			t.Fatal(err)
		}
		return made.ID
	}
	for name, publish := range map[string]func(id string){
		"use case": func(id string) {
			if _, err := goods.SetStatus(t.Context(), st, id, catalog.Active); err != nil {
				t.Fatal(err)
			}
		},
		"API": func(id string) {
			owner.JSON(t, "PATCH", p.APIURL("/stores/fjord/products/"+id), map[string]any{"status": "active"}).Want(t, 200)
		},
	} {
		id := draft()
		publish(id)
		got, err := goods.Product(t.Context(), st, id)
		if err != nil || !got.PublishedAt.Equal(at) {
			t.Errorf("%s: published at %v, %v", name, got.PublishedAt, err)
		}
	}
	made, err := goods.Create(t.Context(), st, catalog.Product{Title: "Lamp", Status: catalog.Active})
	if err != nil || !made.PublishedAt.Equal(at) {
		t.Errorf("created: published at %v, %v", made.PublishedAt, err)
	}
}
