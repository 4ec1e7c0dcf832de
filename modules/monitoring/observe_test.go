package monitoring_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"wizamart/framework/app"
	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/web"
	"wizamart/modules/customers"
	"wizamart/modules/monitoring"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

const token = "a-token-of-the-monitoring"

func watched(t *testing.T, change func(c *config.Serve)) *harness.Platform {
	t.Helper()
	p := harness.Start(t, harness.Configure(func(c *config.Serve) {
		c.MonitoringToken = token
		if change != nil {
			change(c)
		}
	}))
	p.Store(t, "fjord", "EUR")
	return p
}

// ask sends a request past the network, from an address outside.
func ask(h http.Handler, method, address string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, nil)
	for k, v := range header {
		r.Header[k] = v
	}
	r.RemoteAddr = "198.51.100.7:4000"
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// series reads /metrics as Prometheus does, and counts those of requests.
func series(t *testing.T, h http.Handler, base string) (n int, names map[string]bool) {
	t.Helper()
	got := ask(h, "GET", "http://"+base+"/metrics", http.Header{"Authorization": {"Bearer " + token}})
	if got.Code != 200 {
		t.Fatalf("/metrics: status %d", got.Code)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(got.Body)
	if err != nil {
		t.Fatalf("Prometheus cannot read /metrics: %v", err)
	}
	names = map[string]bool{}
	for name, f := range families {
		names[name] = true
		if name == "wizamart_http_request_seconds" { // others come with what goes on in the background
			n += len(f.Metric)
		}
	}
	return n, names
}

// Whatever is asked for, the number of series stays what it is.
func TestFiguresAreBounded(t *testing.T) {
	p := watched(t, nil)
	h := p.App.Handler()
	methods := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", "PROPFIND"}
	flood := func(n, from int) {
		for i := from; i < from+n; i++ {
			host := []string{p.Base, "fjord." + p.Base, "admin." + p.Base, fmt.Sprintf("host%d.example", i), fmt.Sprintf("shop%d.%s", i, p.Base)}[i%5]
			path := []string{"/x%d", "/products/p%d", "/orders/o%d", "/store/s%d/products", "/api/v1/stores/s%d/products", "/admin/y%d", "/assets/a%d"}[i%7]
			ask(h, methods[i%9], "http://"+host+fmt.Sprintf(path, i), http.Header{"Accept": {"application/json"}})
		}
	}
	flood(5*7*9, 0)      // each combination once
	series(t, h, p.Base) // reading them is a request too
	before, names := series(t, h, p.Base)
	flood(10_000, 1000)
	if after, _ := series(t, h, p.Base); after != before {
		t.Errorf("10,000 requests for other paths and hosts made %d series of %d", after, before)
	}
	for _, name := range []string{
		"wizamart_http_request_seconds", "wizamart_store_pool_hits_total", "wizamart_store_pool_opens_total", "wizamart_store_pool_evictions_total", "wizamart_store_pool_waits_total",
		"wizamart_page_cache_hits_total", "wizamart_jobs_running", "wizamart_outbox_waiting_events", "wizamart_outbox_parked_deliveries", "wizamart_mail_queued", "wizamart_due_stores",
		"wizamart_replica_protected", "wizamart_disk_free_bytes", "wizamart_build_info", "wizamart_tool_failures_total", "go_goroutines", "process_open_fds",
	} {
		if !names[name] {
			t.Errorf("/metrics lacks %s", name)
		}
	}
}

// A word for everybody, and the rest for who operates the platform.
func TestHealth(t *testing.T) {
	p := watched(t, nil)
	h := p.App.Handler()
	base := "http://" + p.Base
	with := func(value string) http.Header { return http.Header{"Authorization": {value}} }
	for _, path := range []string{"/health", "/health/ready", "/health/live"} {
		for name, header := range map[string]http.Header{"a guest": nil, "a wrong token": with("Bearer x" + token), "no scheme": with(token)} {
			if got := ask(h, "GET", base+path, header); got.Code != 200 || strings.TrimSpace(got.Body.String()) != `{"status":"pass"}` || got.Header().Get("Content-Type") != "application/health+json" {
				t.Errorf("%s as %s: %d %s", path, name, got.Code, got.Body)
			}
		}
	}
	for _, path := range []string{"/metrics", "/health/tools"} {
		if got := ask(h, "GET", base+path, nil); got.Code != 404 {
			t.Errorf("%s as a guest: status %d", path, got.Code)
		}
	}
	for _, want := range []string{`"platform:database"`, `"platform:disk"`, `"orders:requests"`, `"monitoring:self"`} {
		if got := ask(h, "GET", base+"/health", with("Bearer "+token)); !strings.Contains(got.Body.String(), want) {
			t.Errorf("the details lack %s: %s", want, got.Body)
		}
	}
	if got := p.Staff(t, "owner", "fjord").Get(t, base+"/health"); strings.Contains(got.Body, "checks") {
		t.Errorf("a merchant reads %s", got.Body)
	}
	admin := p.Staff(t, "admin", "fjord")
	admin.Get(t, base+"/metrics").Want(t, 200)
	if got := admin.Get(t, base+"/health"); !strings.Contains(got.Body, "platform:database") {
		t.Errorf("an operator reads %s", got.Body)
	}

	p.App.Draining()
	if got := ask(h, "GET", base+"/health/ready", nil); got.Code != 503 || !strings.Contains(got.Body.String(), `"fail"`) {
		t.Errorf("ready while draining: %d %s", got.Code, got.Body)
	}
	if got := ask(h, "GET", base+"/health/live", nil); got.Code != 200 {
		t.Errorf("alive while draining: %d", got.Code)
	}
	p.App.Serving()

	// Asking often costs nothing: what was found is believed for a while.
	first := p.App.Health(t.Context())
	if again := p.App.Health(t.Context()); again.Checks[0].At != first.Checks[0].At {
		t.Error("the checks were run again at once")
	}

	p.App.Tools.Note(app.ToolMail, nil)
	p.App.Tools.Note(app.ToolMail, fmt.Errorf("connection refused"))
	admin.Get(t, p.AdminURL("/health")).Want(t, 200).Has(t, "main", "connection refused")
	if got := ask(h, "GET", base+"/health/tools", with("Bearer "+token)); !strings.Contains(got.Body.String(), `"last_failure"`) {
		t.Errorf("/health/tools: %s", got.Body)
	}
	admin.Get(t, p.AdminURL("/monitoring?span=day")).Want(t, 200).Has(t, "h1", "Monitoring")
	for _, name := range []string{"requests", "errors", "latency"} {
		if got := admin.Get(t, p.AdminURL("/monitoring/charts/"+name+"?scheme=dark&size=narrow")).Want(t, 200); !strings.HasPrefix(got.Body, "<svg ") || got.Header.Get("Content-Type") != "image/svg+xml" {
			t.Errorf("chart %s: %s", name, got.Body)
		}
	}
	admin.Get(t, p.AdminURL("/monitoring/charts/none")).Want(t, 404)
	// Nobody looks at the stores' directories unless somebody asks.
	service := harness.Service[*monitoring.Service](p)
	if n := service.Measured(); n != 0 {
		t.Errorf("%d stores were measured for nobody", n)
	}
	admin.Get(t, p.AdminURL("/disk")).Want(t, 200).Has(t, "table", "Fjord")
	if n := service.Measured(); n != 1 {
		t.Errorf("%d stores have a size after the page was asked for", n)
	}
}

// faulty panics over each customer.
type faulty struct{}

func (faulty) Customer(context.Context, *tenant.Store, string) (*web.User, error) {
	panic("no idea who ada@example.test of \"Long Street 1\" is, card 4242 4242 4242 4242")
}

// sentryServer keeps what it is sent.
type sentryServer struct {
	*httptest.Server
	mu   sync.Mutex
	sent []string
}

func newSentry(t *testing.T) *sentryServer {
	s := &sentryServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				return
			}
			body = z
		}
		data, _ := io.ReadAll(body) //nolint:errcheck // half of it fails the test
		s.mu.Lock()
		s.sent = append(s.sent, string(data))
		s.mu.Unlock()
	}))
	t.Cleanup(s.Close)
	return s
}

// A panic is shown to operators, grouped, and reported; nothing of who met it leaves.
func TestFailures(t *testing.T) {
	server := newSentry(t)
	p := watched(t, func(c *config.Serve) {
		c.SentryDSN, c.Release = strings.Replace(server.URL, "http://", "http://publickey@", 1)+"/7", "1.2.3"
	})
	st, release, err := p.App.Platform.Acquire(t.Context(), p.App.Platform.ByCode("fjord").ID)
	if err != nil {
		t.Fatal(err)
	}
	release = sync.OnceFunc(release)
	t.Cleanup(release)
	id := p.Customer(t, st, customers.SignUp{Email: "ada@example.test", Name: "Ada Lovelace", Password: harness.Password, Locale: "en"})
	tokens, err := p.App.Auth.Start(t.Context(), st.DB, auth.Grant{Subject: id, Audience: auth.CustomerAudience(st.ID())})
	if err != nil {
		t.Fatal(err)
	}
	p.App.Customers = faulty{}
	h, last := p.App.Handler(), ""
	fail := func() {
		got := ask(h, "GET", p.ShopURL("fjord", "/products/some-slug?email=ada@example.test&token=topsecret"), http.Header{
			"Cookie": {"customer=" + tokens.Access}, "Authorization": {"Basic c2VjcmV0"}, "User-Agent": {"Ada's browser"}, "Referer": {"https://elsewhere.example/private"},
		})
		last = got.Header().Get("X-Request-Id")
		if got.Code != 500 || last == "" || !strings.Contains(got.Body.String(), last) {
			t.Fatalf("status %d, request %q: %s", got.Code, last, got.Body)
		}
	}
	fail()
	fail()

	admin := p.Staff(t, "admin", "fjord")
	page := admin.Get(t, p.AdminURL("/errors")).Want(t, 200).Has(t, "tbody", "GET /products/:slug").Has(t, "tbody", "Panic")
	if rows := page.Doc(t).Find("tbody tr"); rows.Length() != 1 || !strings.Contains(rows.Find("td.num").First().Text(), "2") {
		t.Errorf("one cause seen twice is %d rows: %s", rows.Length(), rows.Text())
	}
	path, _ := page.Doc(t).Find("tbody a").Attr("href")
	one := p.AdminURL(path)
	shown := admin.Get(t, one).Want(t, 200).Has(t, "pre", "faulty.Customer").Has(t, "main", "Fjord").Has(t, "main", last)
	for _, private := range []string{"ada@example.test", "Long Street", "4242"} {
		if strings.Contains(shown.Body, private) || strings.Contains(page.Body, private) {
			t.Errorf("the pages show %q", private)
		}
	}
	state := func(action string, want int) {
		t.Helper()
		admin.Post(t, one+"/"+action, url.Values{}).Want(t, want)
	}
	state("resolutions", 303)
	state("resolutions", 409)
	admin.Get(t, p.AdminURL("/errors")).Has(t, "main", "No open errors")
	fail() // it comes back
	admin.Get(t, p.AdminURL("/errors")).Has(t, "tbody", "Came back")
	state("mutes", 303)
	fail() // and stays muted
	admin.Get(t, p.AdminURL("/errors")).Has(t, "main", "No open errors")
	admin.Get(t, p.AdminURL("/errors?state=muted&q=products")).Has(t, "tbody", "GET /products/:slug")
	entries, err := audit.List(t.Context(), p.App.Platform.DB, audit.Filter{})
	if err != nil || len(entries) < 2 || entries[0].Action != "monitoring.failure.muted" || entries[1].Action != "monitoring.failure.resolved" {
		t.Errorf("the audit log says %+v, %v", entries, err)
	}

	release()
	p.Stop(t) // what is queued is sent on the way out
	server.mu.Lock()
	defer server.mu.Unlock()
	all := strings.Join(server.sent, "\n")
	for _, want := range []string{"GET /products/:slug", st.ID(), "wizamart@1.2.3", last, "faulty.Customer", `"surface":"storefront"`} {
		if !strings.Contains(all, want) {
			t.Errorf("what was reported lacks %s", want)
		}
	}
	for _, private := range []string{
		"ada@example.test", "Ada", "Long Street", "4242", "topsecret", "some-slug", tokens.Access, "c2VjcmV0", "198.51.100.7", "elsewhere.example", id, "cookie", "Cookie", "headers", harness.Password,
	} {
		if strings.Contains(all, private) {
			t.Errorf("%q was reported", private)
		}
	}
	if t.Failed() {
		t.Log(all)
	}
}

// A job that gave up shows up wherever it is, and is tried again; one that waits can be cancelled.
func TestJobs(t *testing.T) {
	p := watched(t, nil)
	st, admin := p.Open(t, "fjord"), p.Staff(t, "admin", "fjord")
	admin.Get(t, p.AdminURL("/jobs?view=failed")).Want(t, 200).Has(t, "main", "No failed jobs")
	enqueue := func(n job.New) (id string) {
		t.Helper()
		err := st.Write(t.Context(), func(tx *tenant.Store) (err error) {
			id, err = job.Enqueue(tx.DB, n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	until := func(id string, states ...job.State) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			j, err := job.Get(t.Context(), st.DB, id)
			for _, s := range states {
				if err == nil && j.State == s {
					return
				}
			}
			if err != nil || time.Now().After(deadline) {
				t.Fatalf("the job is %s, not %v: %v", j.State, states, err)
			}
		}
	}
	bad := enqueue(job.New{Kind: "catalog.import", Payload: "nonsense", Key: "k"}) // cannot be read, so that no attempt mends it
	until(bad, job.Failed)
	listed := func() *harness.Page {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) { // it is noted after its row
			if page := admin.Get(t, p.AdminURL("/jobs?view=failed")); strings.Contains(page.Body, bad) {
				return page
			}
			if time.Now().After(deadline) {
				t.Fatal("the failed job is not listed")
			}
		}
	}
	listed().Has(t, "tbody", "catalog.import").Has(t, "tbody", "Fjord")
	admin.Get(t, p.AdminURL("/errors?kind=job")).Has(t, "tbody", "catalog.import")
	one := p.AdminURL("/jobs/" + st.ID() + "/" + bad)
	admin.Get(t, one).Want(t, 200).Has(t, "main", "The last attempt failed").Has(t, "pre", "nonsense")
	admin.Post(t, one+"/cancellations", nil).Want(t, 409)
	admin.Post(t, one+"/retries", nil).Want(t, 303)
	until(bad, job.Failed)
	listed()
	same := enqueue(job.New{Kind: "catalog.import", Payload: "nonsense", Key: "k", RunAt: time.Now().Add(time.Hour)})
	admin.Post(t, one+"/retries", nil).Want(t, 409) // another one does the same by now

	admin.Get(t, p.AdminURL("/jobs")).Want(t, 200).Has(t, "tbody", "Waiting")
	two := p.AdminURL("/jobs/" + st.ID() + "/" + same)
	admin.Post(t, two+"/cancellations", nil).Want(t, 303)
	admin.Get(t, two).Has(t, "h1", "Cancelled")
	admin.Get(t, p.AdminURL("/jobs?q=fjord")).Want(t, 200).Has(t, "tbody", "Cancelled")
	for _, db := range []*database.DB{st.DB, p.App.Platform.DB} { // the store's people and the operators can read who did it
		entries, err := audit.List(t.Context(), db, audit.Filter{})
		if err != nil || len(entries) == 0 || entries[0].Action != "monitoring.job.cancelled" || entries[0].ActorKind != audit.Staff {
			t.Errorf("the audit log says %+v, %v", entries, err)
		}
	}
	admin.Get(t, p.AdminURL("/jobs/"+st.ID()+"/none")).Want(t, 404)
	admin.Get(t, p.AdminURL("/jobs/none/none")).Want(t, 404)

	var out struct{ Jobs []monitoring.DeadJob }
	admin.Get(t, p.APIURL("/monitoring/failed-jobs")).Want(t, 200).Decode(t, &out)
	if len(out.Jobs) != 1 || out.Jobs[0].JobID != bad || out.Jobs[0].StoreID != st.ID() {
		t.Errorf("the API lists %+v", out.Jobs)
	}
	if page := admin.Get(t, p.AdminURL("/outbox")).Want(t, 200); !bytes.Contains([]byte(page.Body), []byte("Nothing was given up")) {
		t.Errorf("the outbox says %s", page.Text())
	}
}
