package app

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/framework/event"
	"wizamart/framework/job"
	"wizamart/framework/mail"
	"wizamart/framework/observe"
	"wizamart/framework/web"
	"wizamart/tenant"
)

const (
	// sentryWait is how long the end of the process waits for what is still to be reported.
	sentryWait = 3 * time.Second
	// assetSample is how many static files are served for one line in the log.
	assetSample = 100
)

// noneRoute is the label of requests that no route was found for.
const noneRoute = "none"

// report sets up who is told of failures.
func (a *App) report() error {
	if a.Config.SentryDSN == "" {
		return nil
	}
	environment := a.Config.SentryEnv
	if a.Config.Development {
		environment = "development"
	}
	s, err := observe.NewSentry(a.Config.SentryDSN, "wizamart@"+a.Config.Release, environment)
	if err != nil {
		return &config.Error{Key: "sentry-dsn", Value: "…", Allowed: "give the DSN of a Sentry project, such as https://key@sentry.example/1"} // it holds a key
	}
	a.sentry = s
	a.Failures.Tell(s.Report)
	return nil
}

// failed tells of a request that went wrong on our side.
func (a *App) failed(c *web.Context, err error, status int, requestID string) {
	f := observe.NewFailure(err)
	f.Surface, f.Method, f.Status, f.RequestID, f.Route = string(c.Surface), c.R.Method, status, requestID, noneRoute
	if c.Route != nil {
		f.Route, f.Module = c.Route.Pattern, c.Route.Module
	}
	if c.Store != nil {
		f.StoreID = c.Store.ID()
	}
	a.Failures.Report(f)
}

// jobEnded hears of each attempt at a job that ended.
func (a *App) jobEnded(e job.End) {
	a.Metrics.Job(e.Job.Kind, e.Result, e.Took)
	if e.Result != string(job.Failed) {
		return
	}
	f := observe.NewFailure(e.Err)
	if f.Kind == observe.KindError {
		f.Kind = observe.KindJob
	}
	f.Route, f.StoreID, f.RequestID = e.Job.Kind, e.StoreID, e.Job.ID
	a.Failures.Report(f)
	a.gaveUp.note(e)
	for _, fn := range a.jobFailed {
		fn(e)
	}
}

// OnJobFailed has fn told of each job that used its last attempt. It is called while modules are made; fn is quick and does no I/O.
func (a *App) OnJobFailed(fn func(job.End)) { a.jobFailed = append(a.jobFailed, fn) }

// note writes an answered request into log and figures. The line names the pattern rather than the path, and nobody: what a person
// can be told by is in no line at this level.
func (a *App) note(c *web.Context, rec *recorder, store *tenant.Info, id string, took time.Duration) {
	route, module, status := noneRoute, "", rec.code()
	if c.Route != nil {
		route, module = c.Route.Pattern, c.Route.Module
	}
	a.Metrics.Request(string(c.Surface), c.R.Method, route, status, took)
	level := slog.LevelInfo
	if probe := c.Route != nil && a.plainRoutes[route] == c.Route; !probe {
		a.Traffic.Add(observe.RouteKey{Surface: string(c.Surface), Method: methodName(c), Route: route}, module, status, took)
		a.recall(c, rec, store, id, route, took)
	} else if status < 400 {
		level = slog.LevelDebug // somebody looks every few seconds
	}
	if !a.Log.Enabled(c.Ctx(), level) {
		return
	}
	storeID := ""
	if store != nil {
		storeID = store.ID
	}
	line := []slog.Attr{slog.String("request_id", id), slog.String("method", c.R.Method), slog.String("route", route), slog.String("surface", string(c.Surface)), slog.String("store", storeID),
		slog.Int("status", status), slog.Int64("bytes", rec.bytes), slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("sql", rec.tally.Statements()), slog.Float64("sql_ms", float64(rec.tally.Took().Microseconds())/1000)}
	if a.Log.Enabled(c.Ctx(), slog.LevelDebug) {
		line = append(line, slog.String("host", c.R.Host), slog.String("path", loggedPath(c)))
	}
	a.Log.LogAttrs(c.Ctx(), level, "request", line...)
}

// recall has developers see the request among the last ones.
func (a *App) recall(c *web.Context, rec *recorder, store *tenant.Info, id, route string, took time.Duration) {
	if a.Recent == nil {
		return
	}
	q := observe.Request{
		At: a.Now(), Surface: string(c.Surface), Method: methodName(c), Route: route, Query: observe.Names(c.R.URL.RawQuery), Status: rec.code(), Took: took,
		SQL: rec.tally.Statements(), SQLTook: rec.tally.Took(), ID: id,
	}
	if store != nil {
		q.Store = store.Code
	}
	a.Recent.Add(q)
}

// methodName is the request's method where a route has it, and bounded elsewhere.
func methodName(c *web.Context) string {
	if c.Route != nil {
		return c.Route.Method
	}
	if c.R.Method == http.MethodGet || c.R.Method == http.MethodPost || c.R.Method == http.MethodHead {
		return c.R.Method
	}
	return "other"
}

// serveAsset serves a file that the pages are made of. One line in a hundred is logged, and all that are refused.
func (a *App) serveAsset(w http.ResponseWriter, r *http.Request) {
	rec, started := &recorder{ResponseWriter: w}, time.Now()
	a.Site.Assets.ServeHTTP(rec, r)
	took, status := time.Since(started), rec.code()
	a.Metrics.Request("assets", r.Method, "/assets/*", status, took)
	if n := a.assetsSeen.Add(1); status < 400 && n%assetSample != 1 || !a.Log.Enabled(r.Context(), slog.LevelInfo) {
		return
	}
	a.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("route", "/assets/*"), slog.String("surface", "assets"),
		slog.Int("status", status), slog.Int64("bytes", rec.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
}

// measure registers the platform's figures. None is about one store.
func (a *App) measure() {
	gauge, counter := a.Metrics.Gauge, a.Metrics.Counter
	pool := a.Platform.Pool
	a.Metrics.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "wizamart_build_info", Help: "1, with the version.", ConstLabels: prometheus.Labels{"version": a.Config.Release},
	}, func() float64 { return 1 }))
	gauge("wizamart_start_time_seconds", "When the process opened the data directory, since the epoch.", func() float64 { return float64(a.Started.Unix()) })
	gauge("wizamart_stores", "Stores of the platform.", func() float64 { return float64(len(a.Platform.Stores())) })
	gauge("wizamart_quarantined_stores", "Stores that are closed because something is wrong with their file.", func() float64 { return float64(len(a.Platform.Quarantined())) })
	gauge("wizamart_open_stores", "Store databases that are open.", func() float64 { return float64(pool().Open) })
	gauge("wizamart_store_pool_in_use", "Open store databases that somebody works with.", func() float64 { return float64(pool().InUse) })
	gauge("wizamart_store_pool_limit", "Store databases that are kept open.", func() float64 { return float64(pool().Limit) })
	counter("wizamart_store_pool_hits_total", "Uses of a store that found its database open.", func() float64 { return float64(pool().Hits) })
	counter("wizamart_store_pool_opens_total", "Store databases that were opened.", func() float64 { return float64(pool().Opens) })
	counter("wizamart_store_pool_failures_total", "Store databases that could not be opened.", func() float64 { return float64(pool().Failed) })
	counter("wizamart_store_pool_evictions_total", "Store databases that were closed for want of room.", func() float64 { return float64(pool().Shut) })
	counter("wizamart_store_pool_waits_total", "Uses of a store that waited while somebody else opened it.", func() float64 { return float64(pool().Waits) })
	gauge("wizamart_jobs_running", "Jobs that run.", func() float64 { running, _ := a.Jobs.Running(); return float64(running) })
	gauge("wizamart_job_files_waiting", "Files that stand in line for a worker.", func() float64 { _, waiting := a.Jobs.Running(); return float64(waiting) })
	gauge("wizamart_background_failing_files", "Files whose background work fails.", func() float64 { return float64(len(a.engine.Failing())) })
	count := func(what func(ctx context.Context) (float64, error)) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			n, err := what(ctx)
			if err != nil {
				return -1
			}
			return n
		}
	}
	gauge("wizamart_outbox_waiting_events", "Events of the platform's own file that not every consumer has had; -1 when it cannot be read.", count(func(ctx context.Context) (float64, error) {
		n, err := event.Waiting(ctx, a.Platform.DB)
		return float64(n), err
	}))
	gauge("wizamart_outbox_parked_deliveries", "Deliveries of all files that were given up.", count(func(ctx context.Context) (float64, error) {
		n, err := a.Relay.ParkedCount(ctx)
		return float64(n), err
	}))
	gauge("wizamart_due_stores", "Stores that may have work waiting now.", count(func(ctx context.Context) (float64, error) {
		n, _, err := a.Platform.DueNow(ctx, a.Now())
		return float64(n), err
	}))
	gauge("wizamart_due_oldest_seconds", "For how long the store that has waited longest has had work waiting.", count(func(ctx context.Context) (float64, error) {
		n, since, err := a.Platform.DueNow(ctx, a.Now())
		if n == 0 {
			return 0, err
		}
		return a.Now().Sub(since).Seconds(), err
	}))
	gauge("wizamart_mail_queued", "Mails of the platform's own file that are still to be sent.", count(func(ctx context.Context) (float64, error) {
		n, err := mail.Counts(ctx, a.Platform.DB)
		return float64(n[mail.Queued]), err
	}))
	gauge("wizamart_platform_database_bytes", "Size of the platform's database.", count(func(context.Context) (float64, error) {
		n, err := database.Size(a.Platform.DB.Path())
		return float64(n), err
	}))
	a.Metrics.Registry.MustRegister(toolCollector{a})
}

// toolCollector gives the tools' figures. There are as many tools as modules make known.
type toolCollector struct{ app *App }

var (
	descToolUp    = prometheus.NewDesc("wizamart_tool_up", "1 when the last use of a tool outside went well, 0 when it failed. Absent while it was not used.", []string{"tool"}, nil)
	descToolFails = prometheus.NewDesc("wizamart_tool_failures_total", "Uses of a tool outside that failed.", []string{"tool"}, nil)
)

// Describe implements prometheus.Collector.
func (toolCollector) Describe(out chan<- *prometheus.Desc) { out <- descToolUp; out <- descToolFails }

// Collect implements prometheus.Collector.
func (t toolCollector) Collect(out chan<- prometheus.Metric) {
	for _, s := range t.app.ToolStates() {
		up := 0.0
		switch s.Status {
		case Pass:
			up = 1
			fallthrough
		case Fail:
			out <- prometheus.MustNewConstMetric(descToolUp, prometheus.GaugeValue, up, s.Name)
		}
		out <- prometheus.MustNewConstMetric(descToolFails, prometheus.CounterValue, float64(s.Failures), s.Name)
	}
}
