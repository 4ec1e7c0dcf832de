package app

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/netip"
	"time"

	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// healthRoutes adds the addresses that programs look at: is it alive, is it ready, is it well, and all figures.
func (a *App) healthRoutes() {
	a.plain("/health/live", func(c *web.Context) error { return tell(c, Pass, nil) })
	a.plain("/health/ready", func(c *web.Context) error {
		status, why := a.ready(c.Ctx())
		if why != "" && a.shown(c) {
			return tell(c, status, map[string]string{"status": status, "output": why})
		}
		return tell(c, status, nil)
	})
	a.plain("/health", func(c *web.Context) error {
		h := a.Health(c.Ctx())
		if a.shown(c) {
			return tell(c, h.Status, h)
		}
		return tell(c, h.Status, nil)
	})
	a.plain("/health/tools", func(c *web.Context) error {
		if !a.shown(c) {
			return errNothingHere
		}
		return tell(c, Pass, map[string]any{"tools": a.toolStates()})
	})
	metrics := a.Metrics.Handler()
	a.plain("/metrics", func(c *web.Context) error {
		if !a.shown(c) {
			return errNothingHere
		}
		metrics.ServeHTTP(c.W, c.R)
		return nil
	})
}

var errNothingHere = problem.New(problem.NotFound, "There is nothing at this address. It may have moved, or the link may be mistyped.")

// tell answers with a status; body nil is the status alone. Only what fails is no 200.
func tell(c *web.Context, status string, body any) error {
	if body == nil {
		body = map[string]string{"status": status}
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/health+json")
	h.Set("Cache-Control", "no-store")
	if status == Fail {
		c.W.WriteHeader(http.StatusServiceUnavailable)
	}
	return json.NewEncoder(c.W).Encode(body)
}

// ready tells whether the server wants requests. The platform's own schema is brought up to date before it listens at all; stores
// that are brought up to date one by one meanwhile do not make it unready.
func (a *App) ready(ctx context.Context) (status, why string) {
	if p := phase(a.phase.Load()); p != serving {
		return Fail, p.String()
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := a.platformAnswers(ctx); err != nil {
		return Fail, err.Error()
	}
	if a.sweeping.Load() {
		return Pass, "stores are being brought to this version's schema"
	}
	return Pass, ""
}

// shown tells whether the caller may see more than a word: somebody on this machine, who has the monitoring token, or an operator.
func (a *App) shown(c *web.Context) bool {
	if direct(c.R) {
		return true
	}
	if token, ok := bearer(c.R); ok {
		want := a.monitoringToken()
		return want != "" && subtle.ConstantTimeCompare([]byte(token), []byte(want)) == 1
	}
	if len(c.R.Cookies()) == 0 {
		return false
	}
	as := *c
	as.Surface = web.Admin
	return a.identify(&as) == nil && as.User != nil && as.User.Admin && as.Can("monitoring.read")
}

// TokenSetting is the platform's secret setting with the monitoring token. Module monitoring declares it; the flag goes before it.
const TokenSetting = "monitoring.token"

func (a *App) monitoringToken() string {
	if a.Config.MonitoringToken != "" {
		return a.Config.MonitoringToken
	}
	token, err := a.PlatformSecret(TokenSetting)
	if err != nil {
		a.Log.Error("the monitoring token cannot be read", "error", err)
		return ""
	}
	return token
}

// direct tells whether the caller is on this machine, and asks for its loopback address. A proxy on this machine forwards for others;
// it says so, or keeps the host that they asked for.
func direct(r *http.Request) bool {
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
