package analytics_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/modules/analytics"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

const (
	firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	iphone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)

// street is a platform whose clock a test can move, with a shop.
type street struct {
	*harness.Platform
	visits *analytics.Service
	st     *tenant.Store
	ahead  atomic.Int64
}

func open(t *testing.T) *street {
	t.Helper()
	s := &street{}
	noon := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	s.Platform = harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) {
		c.Clock = func() time.Time { return noon.Add(time.Duration(s.ahead.Load())) }
	}))
	s.Store(t, "north", "EUR")
	s.st, s.visits = s.Open(t, "north"), harness.Service[*analytics.Service](s.Platform)
	return s
}

func (s *street) look(t *testing.T, path string, header ...string) *harness.Page {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.ShopURL("north", path), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", firefox)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.Guest(t).Do(t, r)
}

func (s *street) report(t *testing.T) analytics.Report {
	t.Helper()
	r, err := s.visits.Visits(t.Context(), s.st, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (s *street) want(t *testing.T, when string, views, visitors int64) analytics.Report {
	t.Helper()
	r := s.report(t)
	if r.Views != views || r.Visitors != visitors {
		t.Errorf("%s: %d views, %d visitors; want %d, %d", when, r.Views, r.Visitors, views, visitors)
	}
	return r
}

func amount(lines []analytics.Line, name string) int64 {
	for _, l := range lines {
		if l.Name == name {
			return l.Amount
		}
	}
	return 0
}

func TestVisitsAreCounted(t *testing.T) {
	s := open(t)
	s.look(t, "/").Want(t, 200)
	s.look(t, "/?utm_source=mail").Want(t, 200) // from the page cache
	if hits := s.App.Pages.Stats().Hits; hits == 0 {
		t.Fatal("the second page did not come from the page cache")
	}
	s.want(t, "the same visitor twice", 2, 1)
	tag := s.look(t, "/", "Referer", "https://www.Search.example/find?q=secret").Want(t, 200).Header.Get("Etag")
	s.look(t, "/", "If-None-Match", tag).Want(t, 304)
	s.want(t, "a page that the browser has", 4, 1)
	s.look(t, "/cart", "User-Agent", iphone, "Referer", s.ShopURL("north", "/")).Want(t, 200)
	r := s.want(t, "another browser", 5, 2)
	for name, got := range map[string]int64{
		"/": amount(r.Pages, "/"), "/cart": amount(r.Pages, "/cart") * 4, "search.example": amount(r.Referrers, "search.example") * 4,
		"direct": amount(r.Referrers, "") * 4, "desktop": amount(r.Devices, "desktop") * 4, "mobile": amount(r.Devices, "mobile") * 4,
	} {
		if got != 4 {
			t.Errorf("%s is counted wrongly: %+v", name, r)
		}
	}

	nobody := func(what, path string, header ...string) {
		t.Helper()
		s.look(t, path, header...)
		s.want(t, what, 5, 2)
	}
	nobody("a robot", "/", "User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
	nobody("a program", "/", "User-Agent", "curl/8.5")
	nobody("a prefetch", "/", "Sec-Purpose", "prefetch;prerender")
	nobody("a script's request", "/", "Sec-Fetch-Dest", "empty")
	nobody("Do Not Track", "/", "DNT", "1")
	nobody("Global Privacy Control", "/", "Sec-GPC", "1")
	nobody("what is no page", "/robots.txt")
	nobody("a picture", "/favicon.svg")
	nobody("an error", "/nowhere")

	version := s.st.Version()
	s.visits.FlushAll(t.Context())
	s.want(t, "written", 5, 2)
	if s.st.Version() != version {
		t.Error("counting changed what shoppers see: the page cache lost all pages")
	}
	s.look(t, "/").Want(t, 200)
	s.want(t, "the visitor is still known after the sums were written", 6, 2)

	s.ahead.Store(int64(24 * time.Hour))
	s.look(t, "/").Want(t, 200)
	r = s.want(t, "the next day has a secret of its own", 7, 3)
	if last := r.Days[len(r.Days)-1]; last.Date != "2026-03-11" || last.Views != 1 || last.Visitors != 1 {
		t.Errorf("the next day: %+v", last)
	}
	s.visits.Flush(t.Context(), s.App.Now()) // writes the day that is over
	s.want(t, "written again", 7, 3)
}

func TestLittleWaits(t *testing.T) {
	s := open(t)
	written := func() (n int) {
		if err := s.st.NewQuery("SELECT coalesce(sum(views), 0) FROM analytics_day").Row(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	flush := func(after time.Duration) {
		s.ahead.Store(int64(after))
		s.visits.Flush(t.Context(), s.App.Now())
	}
	view := app.View{Store: s.st.Info(), Path: "/about", Address: "192.0.2.1", Request: &http.Request{Header: http.Header{"User-Agent": {firefox}}}}
	s.visits.Viewed(view)
	if flush(10 * time.Minute); written() != 0 {
		t.Error("a single view opened the store")
	}
	if flush(31 * time.Minute); written() != 1 {
		t.Error("a single view was never written")
	}
	for range 30 {
		s.visits.Viewed(view)
	}
	if flush(33 * time.Minute); written() != 1 {
		t.Error("it was written at once")
	}
	if flush(37 * time.Minute); written() != 31 {
		t.Error("five minutes later it is not written")
	}
}

// TestFlood: an attacker with many addresses costs bounded memory, and the page says that the number is the least.
func TestFlood(t *testing.T) {
	s := open(t)
	r := &http.Request{Header: http.Header{"User-Agent": {firefox}}}
	for i := range 100_000 {
		s.visits.Viewed(app.View{Store: s.st.Info(), Path: fmt.Sprintf("/made-up-%d", i), Address: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), Request: r})
	}
	got := s.want(t, "a flood", 100_000, 50_000)
	if !got.Partial {
		t.Error("the report does not say that visitors are missing")
	}
	if len(got.Pages) > 501 || got.Pages[0].Name != analytics.Others || got.Pages[0].Amount != 99_500 {
		t.Errorf("%d pages, the first is %+v", len(got.Pages), got.Pages[0])
	}
	for i := range 1000 { // one network is one visitor (RFC 4291: /64)
		s.visits.Viewed(app.View{Store: s.st.Info(), Path: "/", Address: fmt.Sprintf("2001:db8::%x", i), Request: r})
	}
	s.want(t, "after the bound views alone are counted", 101_000, 50_000)

	view := app.View{Store: s.st.Info(), Path: "/made-up-1", Address: "10.0.0.1", Request: r}
	if n := testing.AllocsPerRun(100, func() { s.visits.Viewed(view) }); n > 1 {
		t.Errorf("a view allocates %v times", n)
	}
}

func TestSecretsInPathsAreNotKept(t *testing.T) {
	s := open(t)
	for _, route := range s.App.Routes() {
		if route.Surface == "storefront" && route.Pattern == "/orders/:token" {
			r := &http.Request{Header: http.Header{"User-Agent": {firefox}}}
			s.visits.Viewed(app.View{Store: s.st.Info(), Route: route, Path: "/orders/s3cret", Address: "2001:db8::1", Request: r})
			r.Header.Set("Referer", "https://mail.example/inbox/42")
			s.visits.Viewed(app.View{Store: s.st.Info(), Route: route, Path: "/orders/s3cret", Address: "2001:db8::2", Request: r})
		}
	}
	r := s.want(t, "an order's page, from one network", 2, 1)
	if text := fmt.Sprint(r); strings.Contains(text, "s3cret") || strings.Contains(text, "inbox") || amount(r.Pages, "/orders/:token") != 2 {
		t.Errorf("kept: %s", text)
	}
}

func TestPageAndAPI(t *testing.T) {
	s := open(t)
	owner := s.Staff(t, "owner", "north")
	owner.Get(t, s.DashboardURL("north", "/visits")).Want(t, 200).Has(t, ".empty-title", "No visits yet")
	s.look(t, "/")
	s.look(t, "/", "User-Agent", iphone)
	p := owner.Get(t, s.DashboardURL("north", "/visits?days=7")).Want(t, 200).Has(t, ".visits-line", "Opening page").Has(t, ".stat-value", "2")
	src, _ := p.Doc(t).Find("img.visits-chart").Attr("src")
	if got := owner.Get(t, "http://"+s.Base+src).Want(t, 200); !strings.HasPrefix(got.Body, "<svg ") || strings.Count(got.Body, "<rect") != 1 { // each view was a visitor's first
		t.Errorf("the chart: %s", got.Body)
	}
	var body analytics.VisitsBody
	owner.Get(t, s.APIURL("/stores/north/visits?from=2026-03-10&to=2026-03-11")).Want(t, 200).Decode(t, &body)
	if body.Views != 2 || body.Visitors != 2 || len(body.Days) != 2 || body.Days[0].Views != 2 || body.Orders == nil || *body.Orders != 0 {
		t.Errorf("%+v", body)
	}
	for _, bad := range []string{"from=yesterday", "from=2026-03-11&to=2026-03-10", "from=2020-01-01&to=2026-03-10"} {
		owner.Get(t, s.APIURL("/stores/north/visits?"+bad)).Want(t, 422)
	}
	s.Staff(t, "fulfilment", "north").Get(t, s.DashboardURL("north", "/visits")).Want(t, 403)
	s.Staff(t, "viewer", "north").Get(t, s.DashboardURL("north", "/visits")).Want(t, 200)
}
