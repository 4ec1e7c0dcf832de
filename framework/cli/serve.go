package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/config"
	"wizamart/tenant"
)

type serveCmd struct{ config.Serve }

// Help is the text behind the flags of serve --help.
func (serveCmd) Help() string {
	return `On an empty data directory a one-time link is printed, with which the first operator is set up.
Every flag can be set in the environment: WIZAMART_LISTEN, WIZAMART_BASE_DOMAIN, …
Ctrl-C lets running requests finish and closes every database.`
}

// serve opens the platform and answers requests until the caller is interrupted. ready, when given, runs once
// the address is bound.
func (p *Program) serve(c *caller, r *root, cfg config.Serve, log *slog.Logger, ready func(a *app.App) error) (err error) {
	dir := r.Data
	cfg.KeyFile, cfg.Release = r.KeyFile, p.Version
	if err := cfg.Validate(); err != nil {
		return err
	}
	if cfg.Replica, err = replicaOf(dir, r.ReplicaConfig); err != nil {
		return err
	}
	doors, err := openDoors(&cfg)
	if err != nil {
		return err
	}
	defer doors.close()
	a, err := p.await(c, dir, cfg, log)
	if err != nil {
		return err
	}
	defer func() {
		tell("STOPPING=1")
		err = errors.Join(err, a.Close(context.WithoutCancel(c.ctx)))
	}()
	keyMade(c, a)
	if err := keepTemporaryFiles(dir); err != nil {
		return err
	}
	control, err := p.listenControl(a)
	if err != nil {
		return err
	}
	defer control.Close()
	if err := a.StartBackground(c.ctx); err != nil {
		return err
	}
	a.Starting()
	house, err := openHouse(a, doors, log)
	if err != nil {
		return err
	}
	if ready != nil {
		err = ready(a)
	} else {
		err = p.welcome(c, a)
	}
	if err != nil {
		house.close()
		return err
	}
	a.Serving()
	tell("READY=1")
	go debug.FreeOSMemory() // what starting left behind
	select {
	case err := <-house.done:
		house.close()
		return fmt.Errorf("serve: %w", err)
	case <-c.ctx.Done():
	}
	a.Draining()
	fmt.Fprintln(c.stderr, "Stopping: letting running requests finish …")
	grace, cancel := context.WithTimeout(context.Background(), time.Duration(cfg.ShutdownGrace)*time.Second)
	defer cancel()
	if err := house.drain(grace); err != nil {
		return fmt.Errorf("some requests did not finish within %d s: %w", cfg.ShutdownGrace, err)
	}
	return nil
}

// await opens the platform. When the sockets are open already and another server still owns the directory, that one is about to
// stop: it is waited for, while what comes in waits in the sockets' queues.
func (p *Program) await(c *caller, dir string, cfg config.Serve, log *slog.Logger) (*app.App, error) {
	until := time.Now().Add(time.Duration(cfg.TakeOver) * time.Second)
	for {
		a, err := app.Open(c.ctx, dir, cfg, log, p.Assemble)
		var locked *tenant.LockedError
		if !errors.As(err, &locked) || time.Now().After(until) {
			return a, err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-c.ctx.Done():
			return nil, err
		}
	}
}

// welcome prints where things are and, when there is no operator yet, the one-time link to become it.
func (p *Program) welcome(c *caller, a *app.App) error {
	cfg := a.Config
	fmt.Fprintf(c.stdout, "Wizamart %s serves %s\n  admin      %s\n  dashboards %s\n", p.Version, cfg.Listen,
		cfg.URL("admin."+cfg.BaseDomain, "/"), cfg.URL(cfg.BaseDomain, "/"))
	_, users, err := a.Auth.ListUsers(c.ctx, a.Platform.DB, auth.UserFilter{PerPage: 1})
	if err != nil || users > 0 {
		return err
	}
	token, err := a.Auth.OneTime(c.ctx, a.Platform.DB, auth.PurposeSetup, "operator", 24*time.Hour)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "\nNobody can sign in yet. Open this link within 24 hours to set up the first operator; it works once:\n  %s\n",
		cfg.URL(cfg.BaseDomain, "/set-up?token="+token))
	return nil
}

// isEmpty tells whether a directory does not exist or has nothing in it.
func isEmpty(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return true, nil
	}
	return len(entries) == 0, err
}

// keepTemporaryFiles has uploads and other temporary files kept in the data directory, which nobody else can read and whose
// size the operator watches, instead of the machine's. What an earlier run left behind is removed.
func keepTemporaryFiles(dir string) error {
	temp := filepath.Join(dir, "tmp")
	if err := errors.Join(os.RemoveAll(temp), os.Mkdir(temp, 0o700)); err != nil {
		return fmt.Errorf("make the directory for temporary files: %w", err)
	}
	return os.Setenv("TMPDIR", temp)
}
