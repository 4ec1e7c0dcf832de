package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"time"

	"wizamart/tenant"
)

// Check is one part's state in /health.
type Check struct {
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

// Health asks the platform database, the data directory and every module that is on.
func (a *App) Health(ctx context.Context) (ok bool, checks map[string]Check) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	checks, ok = map[string]Check{}, true
	note := func(name string, err error) {
		if err != nil {
			ok = false
			checks[name] = Check{Error: err.Error()}
			return
		}
		checks[name] = Check{OK: true}
	}
	var one int
	note("platform", a.Platform.DB.NewQuery("SELECT 1").WithContext(ctx).Row(&one))
	note("data", writable(a.Platform.Dir()))
	for _, m := range a.Registry.modules {
		if m.Health != nil && a.Enabled(m.Name) {
			note(m.Name, m.Health(ctx))
		}
	}
	return ok, checks
}

func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".health-*")
	if err != nil {
		return fmt.Errorf("the data directory cannot be written: %w", err)
	}
	f.Close()
	return os.Remove(f.Name())
}

func (a *App) healthRoutes() {
	answer := func(w http.ResponseWriter, ok bool, body any) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		json.NewEncoder(w).Encode(body) //nolint:errcheck // the client has gone
	}
	a.plain("/health/live", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, true, map[string]string{"status": "ok"})
	}))
	status := map[bool]string{true: "ok", false: "failing"}
	ready := func(w http.ResponseWriter, r *http.Request) {
		ok, checks := a.Health(r.Context())
		if details(r) {
			answer(w, ok, map[string]any{"status": status[ok], "checks": checks})
			return
		}
		answer(w, ok, map[string]string{"status": status[ok]})
	}
	a.plain("/health", http.HandlerFunc(ready))
	a.plain("/health/ready", http.HandlerFunc(ready))
	metrics := a.Metrics.Handler()
	a.plain("/metrics", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !details(r) {
			http.NotFound(w, r)
			return
		}
		metrics.ServeHTTP(w, r)
	}))
	a.Metrics.Gauge("wizamart_quarantined_stores", "Stores that are closed because something is wrong with their file.", func() float64 { return float64(len(a.Platform.Quarantined())) })
	a.Metrics.Gauge("wizamart_open_stores", "Store databases that are open.", func() float64 { return float64(a.Platform.OpenStores()) })
}

// details tells whether the caller may see more than a word: a direct caller from this machine, who asks for it by its
// loopback address. A proxy on this machine forwards for others; it says so, or keeps the host that they asked for.
func details(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host := tenant.NormalizeHost(r.Host)
	if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return false
	}
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && addr.Addr().IsLoopback()
}
