package observe

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts what the process does. Labels are bounded: patterns are those registered at boot, never paths, hosts or stores.
type Metrics struct {
	Registry *prometheus.Registry
	requests *prometheus.HistogramVec
	jobs     *prometheus.HistogramVec
	mails    *prometheus.CounterVec
}

// NewMetrics is a registry with the process's own figures.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wizamart_http_request_seconds", Help: "Time to answer a request, by surface, method, route pattern and class of status.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
		}, []string{"surface", "method", "route", "status"}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wizamart_job_seconds", Help: "Time of an attempt at a job, by kind and by how it ended: succeeded, retried, failed, cancelled or interrupted.",
			Buckets: []float64{.005, .05, .25, 1, 5, 30, 120, 600, 3600},
		}, []string{"kind", "result"}),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wizamart_mails_total", Help: "Mails by what became of an attempt to send them: sent, refused, deferred, parked or kept.",
		}, []string{"result"}),
	}
	m.Registry.MustRegister(m.requests, m.jobs, m.mails, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge registers a figure that is read when asked for.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Counter registers a count that is read when asked for.
func (m *Metrics) Counter(name, help string, read func() float64) {
	m.Registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// Request notes one answered request. The route is a pattern, "none" where no route was found.
func (m *Metrics) Request(surface, method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(surface, boundedMethod(method), route, StatusClass(status)).Observe(took.Seconds())
}

// Job notes one attempt at a job.
func (m *Metrics) Job(kind, result string, took time.Duration) {
	m.jobs.WithLabelValues(kind, result).Observe(took.Seconds())
}

// Mails notes what became of n mails.
func (m *Metrics) Mails(result string, n int) { m.mails.WithLabelValues(result).Add(float64(n)) }

// StatusClass is a status as labels show it: 2xx.
func StatusClass(status int) string {
	switch status / 100 {
	case 1:
		return "1xx"
	case 2:
		return "2xx"
	case 3:
		return "3xx"
	case 4:
		return "4xx"
	}
	return "5xx"
}

// boundedMethod keeps what a client invents out of the labels.
func boundedMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// Handler serves the figures in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.Registry, promhttp.HandlerOpts{})
}
