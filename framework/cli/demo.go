package cli

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"wizamart/framework/app"
	"wizamart/framework/config"
)

type demoCmd struct{ config.Serve }

// Help is the text behind the flags of demo --help.
func (demoCmd) Help() string {
	return `Two merchants and three shops with products, pictures and orders are made in an empty data directory.
Development mode is on, so that the shops can be seen under <code>.localhost without any set-up.
The demo's passwords are public: they are refused unless the server listens on a loopback address.`
}

// DemoSummary is what the demo prints: who can sign in where.
type DemoSummary struct {
	Seeded bool
	Logins []DemoLogin
}

// DemoLogin is one demo user.
type DemoLogin struct{ Name, Role, Email, Password string }

func (p *Program) demo(c *caller, r *root, log *slog.Logger) error {
	cfg := r.Demo.Serve
	if !cfg.Loopback() {
		return &config.Error{Key: "listen", Value: cfg.Listen, Allowed: "the demo's passwords are public, so it listens on a loopback address only, such as 127.0.0.1:8080"}
	}
	cfg.Development = true
	return p.serve(c, r, cfg, log, func(a *app.App) error {
		summary, err := p.Demo(&app.Runtime{Ctx: c.ctx, App: a, Stdout: c.stdout, Stderr: c.stderr, Dir: c.dir})
		if err != nil {
			return fmt.Errorf("seed the demo: %w", err)
		}
		if summary.Seeded {
			debug.FreeOSMemory() // reading a hundred pictures took three times what serving them does
		}
		printDemo(c, a, summary)
		return nil
	})
}

func printDemo(c *caller, a *app.App, s DemoSummary) {
	cfg := a.Config
	if !s.Seeded {
		fmt.Fprintf(c.stdout, "Kept what is in %s.\n", a.Platform.Dir())
	}
	fmt.Fprintln(c.stdout, "\nShops")
	for _, st := range a.Platform.Stores() {
		fmt.Fprintf(c.stdout, "  %-16s %s\n  %-16s %s\n", st.Name, cfg.URL(st.Code+"."+cfg.BaseDomain, "/"), "",
			cfg.URL(cfg.BaseDomain, "/stores/"+st.Code+"/shop/"))
	}
	fmt.Fprintln(c.stdout, "\nStore dashboards")
	for _, st := range a.Platform.Stores() {
		fmt.Fprintf(c.stdout, "  %-16s %s\n", st.Name, cfg.URL(cfg.BaseDomain, "/store/"+st.Code+"/"))
	}
	fmt.Fprintf(c.stdout, "\nPlatform admin\n  %s\n", cfg.URL("admin."+cfg.BaseDomain, "/"))
	if len(s.Logins) > 0 {
		fmt.Fprintln(c.stdout, "\nSign in with")
		for _, l := range s.Logins {
			fmt.Fprintf(c.stdout, "  %-34s %-28s %s\n", l.Role, l.Email, l.Password)
		}
	}
	fmt.Fprintln(c.stdout, "\nPress Ctrl-C to stop.")
}
