package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/modules"
	"wizamart/tenant"
)

const domain = "bench.test"

// demo is a platform with the demo's shops, served on loopback by this process. No background work runs.
type demo struct {
	app     *app.App
	handler http.Handler
	addr    string
	store   *tenant.Store
	host    string // of the shop that is measured
	server  *http.Server
	release func()
	way     atomic.Pointer[string] // the delivery that guests choose
}

// demo opens the platform, once a run.
func (b *bench) demo() (*demo, error) {
	if b.shared != nil {
		return b.shared, nil
	}
	var err error
	b.shared, err = b.demoAt("demo", false)
	return b.shared, err
}

// demoAt opens a demo of its own; with work, its background work runs, and mails end in the development mailbox: there is no mail server here.
func (b *bench) demoAt(name string, work bool) (*demo, error) { return b.demoWith(name, work, "") }

// demoWith opens one that is copied as a file with replica settings says.
func (b *bench) demoWith(name string, work bool, replica string) (*demo, error) {
	return b.demoOf(name, work, func(cfg *config.Serve) { cfg.Replica = replica })
}

// demoOf opens one whose configuration change changes.
func (b *bench) demoOf(name string, work bool, change func(cfg *config.Serve)) (*demo, error) {
	b.say("seeding the demo for %s …", name)
	d := &demo{}
	cfg := config.Serve{Listen: "127.0.0.1:0", BaseDomain: domain, PublicScheme: "http", OpenStores: 32, ShutdownGrace: 5, Development: work, TrustedProxies: []string{"127.0.0.1"}}
	change(&cfg)
	var err error
	if d.app, err = app.Open(b.ctx, filepath.Join(b.dir, name), cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), modules.Assemble); err != nil {
		return nil, err
	}
	rt := &app.Runtime{Ctx: b.ctx, App: d.app, Stdout: io.Discard, Stderr: io.Discard, Dir: b.dir}
	if _, err := modules.Demo(rt); err != nil {
		return nil, errors.Join(fmt.Errorf("seed the demo: %w", err), d.close())
	}
	info := d.app.Platform.ByCode("fjord")
	if info == nil {
		return nil, errors.Join(errors.New("the demo has no store fjord"), d.close())
	}
	d.host = info.Code + "." + domain
	if d.store, d.release, err = d.app.Platform.Acquire(b.ctx, info.ID); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if work {
		if err := d.app.StartBackground(b.ctx); err != nil {
			return nil, errors.Join(err, d.close())
		}
	}
	d.handler = d.app.Handler()
	d.server, d.addr, err = listen("ours", d.handler)
	return d, err
}

func (d *demo) close() error {
	if d.server != nil {
		d.server.Close()
	}
	if d.release != nil {
		d.release()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return d.app.Close(ctx)
}

// service finds a module's service by its type.
func service[S any](d *demo) (S, error) {
	for _, s := range d.app.Services {
		if found, ok := s.(S); ok {
			return found, nil
		}
	}
	var none S
	return none, fmt.Errorf("there is no %T among the services", none)
}

// listen serves on a free port of loopback. In profiles its work has the label server=NAME.
func listen(name string, h http.Handler) (*http.Server, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go pprof.Do(context.Background(), pprof.Labels("server", name), func(context.Context) {
		s.Serve(l) //nolint:errcheck // it ends when the server is closed
	})
	return s, l.Addr().String(), nil
}
