package flows

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// A product that is scheduled is everywhere from its moment on, and nowhere from its end on, to the millisecond, with the page cache between: listing, category,
// search, suggestions, sitemap, its own page, the cart.
func TestScheduledOnTheVerySecond(t *testing.T) {
	var clock atomic.Int64 // Unix milliseconds
	start := time.Now().Add(time.Hour).Truncate(time.Second)
	clock.Store(start.UnixMilli())
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) {
		c.Clock = func() time.Time { return time.UnixMilli(clock.Load()) }
	}))
	p.Store(t, "north", "EUR")
	st, products := p.Open(t, "north"), harness.Service[*catalog.Service](p)
	category, err := products.CreateCategory(t.Context(), st, catalog.Category{Name: "Lamps"})
	if err != nil {
		t.Fatal(err)
	}
	make := func(title string, from, until time.Time) *catalog.Product {
		t.Helper()
		v := catalog.NewVariant()
		v.Price = 1000
		made := catalog.Product{Title: title, Status: catalog.Active, PublishedAt: database.At(from), Variants: []catalog.Variant{v}, Categories: []string{category.ID}}
		if !until.IsZero() {
			made.UnpublishAt = database.At(until)
		}
		out, err := products.Create(t.Context(), st, made)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	make("Floor lantern", start.Add(-time.Hour), time.Time{})
	from, until := start.Add(10*time.Second), start.Add(20*time.Second)
	lamp := make("Ceiling lantern", from, until)
	guest := p.Guest(t)
	seen := func() []string {
		t.Helper()
		var out []string
		for _, path := range []string{"/", "/products", "/categories/lamps", "/search?q=lantern", "/search-suggestions?q=lantern", "/sitemaps/products-1.xml", "/products/" + lamp.Slug} {
			page := guest.Get(t, p.ShopURL("north", path))
			if page.Status == 200 && (strings.Contains(page.Body, "Ceiling lantern") || strings.Contains(page.Body, "/products/ceiling-lantern")) {
				out = append(out, path)
			}
		}
		sold, err := products.Sellables(t.Context(), st, []string{lamp.Variants[0].ID})
		if err != nil {
			t.Fatal(err)
		}
		if sold[lamp.Variants[0].ID].OnSale {
			out = append(out, "cart")
		}
		return out
	}
	all := []string{"/", "/products", "/categories/lamps", "/search?q=lantern", "/search-suggestions?q=lantern", "/sitemaps/products-1.xml", "/products/" + lamp.Slug, "cart"}
	for _, step := range []struct {
		at   time.Time
		want []string
	}{{start, nil}, {from.Add(-time.Millisecond), nil}, {from, all}, {until.Add(-time.Millisecond), all}, {until, nil}, {until.Add(time.Hour), nil}} {
		clock.Store(step.at.UnixMilli())
		for range 2 { // made, and from memory
			if got := seen(); !slices.Equal(got, step.want) {
				t.Errorf("%s after the beginning it is in %q, want %q", step.at.Sub(start), got, step.want)
			}
		}
	}
	if at := guest.Get(t, p.ShopURL("north", "/products/"+lamp.Slug)); at.Status != 404 { // it may come back
		t.Errorf("its page answers %d", at.Status)
	}
	if kept := p.App.Pages.Stats().Hits; kept < 12 {
		t.Errorf("%d pages came from memory: nothing was tried", kept)
	}
}

// The form takes times in the store's zone, keeps what was typed, and says what does not fit; the list shows and filters by it; the API has it.
func TestScheduleForm(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	st, products := p.Open(t, "north"), harness.Service[*catalog.Service](p)
	made, err := products.Create(t.Context(), st, catalog.Product{Title: "Lantern", Status: catalog.Active})
	if err != nil {
		t.Fatal(err)
	}
	staff := p.Staff(t, "owner", "north")
	staff.JSON(t, "PATCH", p.APIURL("/stores/north/settings"), map[string]any{"values": map[string]string{"core.time_zone": "Nowhere/Land"}}).Want(t, 422)
	staff.JSON(t, "PATCH", p.APIURL("/stores/north/settings"), map[string]any{"values": map[string]string{"core.time_zone": "Europe/Copenhagen"}}).Want(t, 200)
	at := p.DashboardURL("north", "/products/"+made.ID)
	form := func() *harness.Form { return staff.Get(t, at).Want(t, 200).Form(t, "form#product") }
	staff.Submit(t, form().Set("publish_at", "2027-07-01T08:30", "unpublish_at", "2027-06-01T08:30")).Want(t, 422).Has(t, "#unpublish_at-error", "after the publishing")
	staff.Submit(t, form().Set("publish_at", "soon")).Want(t, 422).Has(t, "#publish_at-error", "a date and a time")
	staff.Submit(t, form().Set("unpublish_at", "2020-01-01T00:00")).Want(t, 422).Has(t, "#unpublish_at-error", "has passed")
	staff.Submit(t, form().Set("publish_at", "2027-07-01T08:30", "unpublish_at", "2027-12-01T08:30")).Want(t, 303)
	now, err := products.Product(t.Context(), st, made.ID)
	if err != nil || now.PublishedAt.UTC().Format(time.RFC3339) != "2027-07-01T06:30:00Z" || now.UnpublishAt.UTC().Format(time.RFC3339) != "2027-12-01T07:30:00Z" { // summer and winter time
		t.Fatalf("%v %v %v", now.PublishedAt, now.UnpublishAt, err)
	}
	f := form()
	if f.Values.Get("publish_at") != "2027-07-01T08:30" || f.Values.Get("unpublish_at") != "2027-12-01T08:30" {
		t.Fatalf("%v", f.Values)
	}
	staff.Submit(t, f).Want(t, 303)
	if again, _ := products.Product(t.Context(), st, made.ID); again.UpdatedAt != now.UpdatedAt {
		t.Fatal("saving what is shown changes something")
	}
	list := func(schedule string) *harness.Page {
		return staff.Get(t, p.DashboardURL("north", "/products?schedule="+schedule)).Want(t, 200)
	}
	list("scheduled").Has(t, "table .badge", "Scheduled for 1 Jul 2027, 08:30")
	list("ending").Has(t, "table .row-title", "Lantern")
	list("ended").Has(t, ".empty", "Nothing found")
	staff.Submit(t, form().Set("publish_at", "", "unpublish_at", "")).Want(t, 303) // at once, and for ever
	if now, _ = products.Product(t.Context(), st, made.ID); !now.InShop(database.Now()) || !now.UnpublishAt.IsZero() {
		t.Fatalf("%v %v", now.PublishedAt, now.UnpublishAt)
	}
	path := p.APIURL("/stores/north/products/" + made.ID)
	staff.JSON(t, "PATCH", path, map[string]any{"published_at": "tomorrow"}).Want(t, 422)
	staff.JSON(t, "PATCH", path, map[string]any{"published_at": "2020-01-01T00:00:00Z", "unpublish_at": "2020-02-01T00:00:00+01:00"}).Want(t, 200)
	list("ended").Has(t, "table .badge", "Ended 1 Feb 2020, 00:00")
	staff.JSON(t, "PATCH", path, map[string]any{"status": "draft"}).Want(t, 200)
	staff.JSON(t, "PATCH", path, map[string]any{"status": "active"}).Want(t, 200) // by hand: the end is forgotten
	var out struct {
		UnpublishAt *time.Time `json:"unpublish_at"`
	}
	staff.Get(t, path).Want(t, 200).Decode(t, &out)
	if now, _ = products.Product(t.Context(), st, made.ID); out.UnpublishAt != nil || !now.InShop(database.Now()) {
		t.Fatalf("%v", out.UnpublishAt)
	}
}
