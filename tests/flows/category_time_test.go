package flows

import (
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// still is a shop whose clock stands where it was set.
type still struct {
	*harness.Platform
	clock    atomic.Int64 // Unix milliseconds
	start    time.Time
	st       *tenant.Store
	products *catalog.Service
	guest    *harness.Browser
}

func standStill(t *testing.T) *still {
	t.Helper()
	s := &still{start: time.Now().Add(time.Hour).Truncate(time.Second)}
	s.clock.Store(s.start.UnixMilli())
	s.Platform = harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) {
		c.Clock = func() time.Time { return time.UnixMilli(s.clock.Load()) }
	}))
	s.Store(t, "north", "EUR")
	s.st, s.products, s.guest = s.Open(t, "north"), harness.Service[*catalog.Service](s.Platform), s.Guest(t)
	return s
}

func (s *still) add(t *testing.T, title string, from time.Time, categories ...string) *catalog.Product {
	t.Helper()
	v := catalog.NewVariant()
	v.Price = 1000
	out, err := s.products.Create(t.Context(), s.st, catalog.Product{Title: title, Status: catalog.Active, PublishedAt: database.At(from), Variants: []catalog.Variant{v}, Categories: categories})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// cards are the titles of a listing, in its order: those of a page that was made for it, and of the same page from memory.
func (s *still) cards(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	for n := range 2 {
		got := s.guest.Get(t, s.ShopURL("north", path)).Want(t, 200).Doc(t).Find(".listing .product-card-title").Map(func(_ int, title *goquery.Selection) string { return title.Text() })
		if n > 0 && !slices.Equal(got, out) {
			t.Errorf("%s shows %q, and from memory %q", path, out, got)
		}
		out = got
	}
	return out
}

// What a rule takes for some days leaves the category on the very millisecond, everywhere, although nobody writes and no job runs.
func TestRuleOfTheLastDays(t *testing.T) {
	s := standStill(t)
	c, err := s.products.CreateCategory(t.Context(), s.st, catalog.Category{Name: "New", Rule: catalog.Rule{Conditions: []catalog.Condition{{Test: "published_within", Value: "3"}}}})
	if err != nil {
		t.Fatal(err)
	}
	day := 24 * time.Hour
	old := s.add(t, "Old lamp", s.start.Add(-3*day))
	lamp := s.add(t, "Lamp", s.start.Add(-2*day))
	s.add(t, "Coming lamp", s.start.Add(day))
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{0, []string{"Lamp"}}, {day - time.Millisecond, []string{"Lamp"}}, {day, []string{"Coming lamp"}},
		{4*day - time.Millisecond, []string{"Coming lamp"}}, {4 * day, nil},
	} {
		s.clock.Store(s.start.Add(step.after).UnixMilli())
		if got := s.cards(t, "/categories/new"); !slices.Equal(got, step.want) {
			t.Errorf("%s after the beginning: %q, want %q", step.after, got, step.want)
		}
		all, err := s.products.Categories(t.Context(), s.st)
		if err != nil || all[0].Products != len(step.want) {
			t.Errorf("%s after the beginning %+v are counted, %v", step.after, all, err)
		}
		_, n, err := s.products.List(t.Context(), s.st, catalog.ListFilter{Category: c.ID, Limit: 10})
		if err != nil || n > len(step.want)+1 { // merchants see what is to come, too
			t.Errorf("%s after the beginning the dashboard lists %d, %v", step.after, n, err)
		}
	}
	// Published anew, it is in for three days more; put in by hand, for ever.
	s.clock.Store(s.start.Add(4 * day).UnixMilli())
	for _, change := range []func(*catalog.Product){
		func(p *catalog.Product) { p.PublishedAt = database.At(s.start.Add(4 * day)) },
		func(p *catalog.Product) { p.Categories = []string{c.ID} },
	} {
		if _, err := s.products.Update(t.Context(), s.st, lamp.ID, func(p *catalog.Product) error { change(p); return nil }); err != nil {
			t.Fatal(err)
		}
		if got := s.cards(t, "/categories/new"); !slices.Equal(got, []string{"Lamp"}) {
			t.Errorf("after a change %q", got)
		}
	}
	s.clock.Store(s.start.Add(100 * day).UnixMilli())
	if got := s.cards(t, "/categories/new"); !slices.Equal(got, []string{"Lamp"}) {
		t.Errorf("what was put in by hand: %q", got)
	}
	if old.ID == lamp.ID {
		t.Fatal("the same product twice")
	}
}

// A category that is scheduled, and what is below it, is in the shop from its moment on and not any more from its end on; products stay.
func TestScheduledCategory(t *testing.T) {
	s := standStill(t)
	staff := s.Staff(t, "owner", "north")
	top, err := s.products.CreateCategory(t.Context(), s.st, catalog.Category{Name: "Gifts"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.products.CreateCategory(t.Context(), s.st, catalog.Category{Name: "Christmas", ParentID: top.ID})
	if err != nil {
		t.Fatal(err)
	}
	below, err := s.products.CreateCategory(t.Context(), s.st, catalog.Category{Name: "Baubles", ParentID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	bauble := s.add(t, "Glass bauble", s.start.Add(-time.Hour), below.ID)
	at := s.DashboardURL("north", "/categories/"+c.ID)
	staff.JSON(t, "PATCH", s.APIURL("/stores/north/settings"), map[string]any{"values": map[string]string{"core.time_zone": "Europe/Copenhagen"}}).Want(t, 200)
	form := func() *harness.Form { return staff.Get(t, at).Want(t, 200).Form(t, "form#category") }
	staff.Submit(t, form().Set("publish_at", "2027-12-01T08:00", "unpublish_at", "2027-11-01T08:00", "name", "Yule")).Want(t, 422).Has(t, "#unpublish_at-error", "after the publishing").Has(t, "#publish_at-error, .page-title", "")
	staff.Submit(t, form().Set("publish_at", "soon", "name", "Yule")).Want(t, 422).Has(t, "#publish_at-error", "a date and a time")
	staff.Submit(t, form().Set("publish_at", "2027-12-01T08:00", "unpublish_at", "2027-12-27T00:00")).Want(t, 303)
	if v := form().Values; v.Get("publish_at") != "2027-12-01T08:00" || v.Get("unpublish_at") != "2027-12-27T00:00" || v.Get("name") != "Christmas" {
		t.Fatalf("the form has %v", v)
	}
	staff.Get(t, at).Has(t, "h1 .badge", "Scheduled for 1 Dec 2027, 08:00")
	staff.Get(t, s.DashboardURL("north", "/categories")).Has(t, ".category-row .badge", "Scheduled for 1 Dec 2027, 08:00")
	from, until := time.Date(2027, 12, 1, 7, 0, 0, 0, time.UTC), time.Date(2027, 12, 26, 23, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		at time.Time
		in bool
	}{{s.start, false}, {from.Add(-time.Millisecond), false}, {from, true}, {until.Add(-time.Millisecond), true}, {until, false}} {
		s.clock.Store(step.at.UnixMilli())
		status, crumbs, cards := 404, 0, []string(nil)
		if step.in {
			status, crumbs, cards = 200, 3, []string{"Glass bauble"}
		}
		for range 2 {
			for _, path := range []string{"/categories/christmas", "/categories/baubles"} {
				s.guest.Get(t, s.ShopURL("north", path)).Want(t, status)
			}
			page := s.guest.Get(t, s.ShopURL("north", "/products/"+bauble.Slug)).Want(t, 200).Doc(t)
			if n := page.Find(`.crumbs a[href*="/categories/"]`).Length(); n != crumbs {
				t.Errorf("%s: %d categories above the product, want %d", step.at, n, crumbs)
			}
			if n := s.guest.Get(t, s.ShopURL("north", "/categories/gifts")).Want(t, 200).Doc(t).Find(".listing-below a").Length(); n != len(cards) {
				t.Errorf("%s: %d categories below", step.at, n)
			}
		}
		if got := s.cards(t, "/categories/gifts"); !slices.Equal(got, cards) {
			t.Errorf("%s: the category above shows %q", step.at, got)
		}
		if got := s.cards(t, "/products"); len(got) != 1 {
			t.Errorf("%s: the product is gone from the shop", step.at)
		}
	}
	// Undone, it is as it was; the API has both moments.
	s.clock.Store(s.start.UnixMilli())
	api := s.APIURL("/stores/north/categories/" + c.ID)
	staff.JSON(t, "PATCH", api, map[string]any{"publish_at": "soon"}).Want(t, 422)
	staff.JSON(t, "PATCH", api, map[string]any{"publish_at": "", "unpublish_at": "2027-01-01T00:00:00Z"}).Want(t, 200).Has(t, "body", `"unpublish_at":"2027-01-01T00:00:00Z"`)
	saved := staff.Submit(t, form().Set("unpublish_at", "")).Want(t, 303)
	s.guest.Get(t, s.ShopURL("north", "/categories/christmas")).Want(t, 200)
	undo := staff.Follow(t, saved).Doc(t).Find(`form[action*="/product-undoings/"]`).AttrOr("action", "")
	staff.Post(t, "http://"+s.Base+undo, url.Values{}).Want(t, 303)
	if now, err := s.products.Category(t.Context(), s.st, c.ID); err != nil || now.UnpublishAt.UTC().Year() != 2027 {
		t.Errorf("after undoing it ends %v, %v", now, err)
	}
}

// What sold most comes first: by paid pieces of the last 90 days, without those that were paid back. Pages change when the order is made anew, and only then.
func TestBestSelling(t *testing.T) {
	s := standStill(t)
	sales := harness.Service[*orders.Service](s.Platform)
	mug, bowl, jug := s.add(t, "Mug", s.start.Add(-3*time.Hour)), s.add(t, "Bowl", s.start.Add(-2*time.Hour)), s.add(t, "Jug", s.start.Add(-time.Hour))
	sell := func(p *catalog.Product, pieces int, at time.Time) string {
		t.Helper()
		to := ordertype.Address{Name: "Ada", Line1: "Storgata 1", PostalCode: "0155", City: "Oslo", Country: "NO"}
		var placed ordertype.Placed
		err := s.st.Write(t.Context(), func(tx *tenant.Store) (err error) {
			placed, err = sales.Place(t.Context(), tx, ordertype.Place{
				ExternalID: database.NewID(), Channel: "storefront", Email: "ada@example.com", Shipping: to, Billing: to, PaymentMethod: "bank_transfer", PlacedAt: database.At(at),
				Lines: []ordertype.PlaceLine{{VariantID: p.Variants[0].ID, ProductID: p.ID, Title: p.Title, Quantity: pieces, UnitPrice: money.New(1000, "EUR")}},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return placed.ID
	}
	pay := func(id string) {
		t.Helper()
		if _, err := sales.MarkPaid(t.Context(), s.st, id, orders.MarkPaid{}); err != nil {
			t.Fatal(err)
		}
	}
	count := func() {
		t.Helper()
		if err := s.products.CountSold(t.Context(), s.st); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(want ...string) {
		t.Helper()
		for _, path := range []string{"/products?sort=best-selling", "/categories/all"} {
			if got := s.cards(t, path); !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", path, got, want)
			}
		}
	}
	offered := func() bool {
		return s.guest.Get(t, s.ShopURL("north", "/products")).Want(t, 200).Doc(t).Find(`select[name=sort] option[value=best-selling]`).Length() == 1
	}
	if _, err := s.products.CreateCategory(t.Context(), s.st, catalog.Category{Name: "All", Sort: "best-selling", Rule: catalog.Rule{Conditions: []catalog.Condition{{Test: "price_from", Value: "0"}}}}); err != nil {
		t.Fatal(err)
	}
	shows("Jug", "Bowl", "Mug") // nothing sold: the newest first
	if offered() {
		t.Error("an order is offered that says nothing")
	}
	day := 24 * time.Hour
	pay(sell(mug, 3, s.start.Add(-89*day)))
	pay(sell(bowl, 2, s.start.Add(-time.Hour)))
	pay(sell(jug, 9, s.start.Add(-91*day)))
	open := sell(jug, 4, s.start.Add(-time.Hour))
	shows("Jug", "Bowl", "Mug") // until it is counted
	count()
	shows("Mug", "Bowl", "Jug")
	if !offered() {
		t.Error("the order is not offered")
	}
	pay(open)
	count()
	shows("Jug", "Mug", "Bowl")
	version := s.st.ContentVersion("catalog")
	pay(sell(jug, 1, s.start.Add(-time.Hour)))
	count()
	if s.st.ContentVersion("catalog") != version {
		t.Error("the same order was written anew")
	}
	o, err := sales.Get(t.Context(), s.st, open)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sales.Refund(t.Context(), s.st, open, orders.RefundInput{Lines: []orders.RefundLine{{LineID: o.Lines[0].ID, Quantity: 3}}}); err != nil {
		t.Fatal(err)
	}
	count()
	shows("Mug", "Jug", "Bowl")                               // two pieces of each of the last two: the newer one first
	s.clock.Store(s.start.Add(day + time.Minute).UnixMilli()) // what sold ninety days ago counts no more
	count()
	shows("Jug", "Bowl", "Mug")
	var waiting int
	if err := s.st.NewQuery("SELECT count(*) FROM job WHERE kind = 'catalog.sold' AND finished_at IS NULL").Row(&waiting); err != nil || waiting < 2 || waiting > 4 {
		t.Errorf("%d counts wait, %v: one for the hour in which something was paid, one for the end of each day", waiting, err)
	}
}
