// Package cli is the command line: it parses the arguments, opens the platform or speaks to the server that
// owns it, and runs the command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/observe"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// root is the command line's grammar; modules add their commands to it.
type root struct {
	config.Global
	Serve   serveCmd   `cmd:"" help:"Serve the platform: shops, dashboards, admin and API."`
	Demo    demoCmd    `cmd:"" help:"Fill an empty data directory with demo shops, and serve it. Running it again keeps what is there."`
	Restore restoreCmd `cmd:"" help:"Restore one store into a file, or everything onto a new machine, from the replica."`
	Key     keyCmd     `cmd:"" help:"The operator's key, which the secrets in the databases are encrypted with."`
	Doctor  doctorCmd  `cmd:"" help:"Check the data directory, limits and every database, and say what to do."`
	Install installCmd `cmd:"" help:"Install the server on this machine: systemd units, user, directories."`
	Upgrade upgradeCmd `cmd:"" help:"Replace the installed binary with a new one that was checked first, or go back."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// Program is what main puts together.
type Program struct {
	Version  string
	Assemble app.Assemble
	// Demo fills an empty platform, and tells what to print.
	Demo func(rt *app.Runtime) (DemoSummary, error)
}

// caller is where a command line comes from.
type caller struct {
	ctx    context.Context
	args   []string
	dir    string
	stdout io.Writer
	stderr io.Writer
	served *app.App // the running server's, when the command came through its control socket
}

// Main runs the process's command line and returns its exit status.
func (p *Program) Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "wizamart:", err)
		return 1
	}
	return p.run(&caller{ctx: ctx, args: os.Args[1:], dir: dir, stdout: os.Stdout, stderr: os.Stderr})
}

func (p *Program) run(c *caller) (status int) {
	type exited int
	defer func() { // kong exits for --help and the like
		if v := recover(); v != nil {
			code, ok := v.(exited)
			if !ok {
				fmt.Fprintf(c.stderr, "wizamart: %v\n%s", v, debug.Stack())
				code = 1
			}
			status = int(code)
		}
	}()
	var r root
	options := []kong.Option{
		kong.Name("wizamart"), kong.Description("A multi-tenant commerce platform in one binary.\nRun “wizamart demo” to try it; “wizamart serve” for real."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, Summary: true, FlagsLast: true}),
		kong.Writers(c.stdout, c.stderr), kong.Exit(func(code int) { panic(exited(code)) }),
		kong.Vars{"version": p.Version},
	}
	modules, err := p.Assemble(&app.App{})
	if err != nil {
		fmt.Fprintln(c.stderr, "wizamart:", err)
		return 1
	}
	for _, m := range modules {
		for _, cmd := range m.Commands {
			options = append(options, kong.DynamicCommand(cmd.Name, cmd.Help, "", cmd.Cmd))
		}
	}
	parser, err := kong.New(&r, options...)
	if err != nil {
		fmt.Fprintln(c.stderr, "wizamart:", err)
		return 1
	}
	if len(c.args) == 0 {
		c.args = []string{"--help"}
	}
	kctx, err := parser.Parse(c.args)
	if err != nil {
		parser.Errorf("%s", err)
		fmt.Fprintln(c.stderr, "Run “wizamart --help” for the commands, “wizamart COMMAND --help” for one of them.")
		return 64 // EX_USAGE of sysexits.h
	}
	return report(c.stderr, p.dispatch(c, &r, kctx))
}

// dispatch runs the command: by itself, in this process on the opened directory, or in the server that owns it.
func (p *Program) dispatch(c *caller, r *root, kctx *kong.Context) (err error) {
	log := observe.NewLog(c.stderr, r.LogFormat, r.LogLevel)
	switch kctx.Command() {
	case "key restore", "key restore <code>":
		if err := askCode(c, os.Stdin, &r.Key.Restore.Code); err != nil {
			return err
		}
		return p.restoreKey(c, r)
	case "key confirm", "key confirm <code>":
		if err := askCode(c, os.Stdin, &r.Key.Confirm.Code); err != nil {
			return err
		}
	case "restore":
		if alone, err := p.restoreAlone(c, r); alone {
			return err
		}
	case "install":
		return r.Install.run(c)
	case "upgrade", "upgrade <binary>":
		return r.Upgrade.run(c, r)
	case "version":
		fmt.Fprintln(c.stdout, "wizamart", p.Version)
		return nil
	case "serve", "demo":
		if c.served != nil {
			return &app.Exit{Status: 1, Message: "a server runs already"}
		}
		if kctx.Command() == "demo" {
			return p.demo(c, r, log)
		}
		return p.serve(c, r, r.Serve.Serve, log, nil)
	}
	if c.served != nil {
		return c.execute(kctx, c.served)
	}
	if kctx.Command() == "doctor" {
		if done, err := r.Doctor.before(c, r.Data); done {
			return err
		}
	}
	cfg := offline()
	if cfg.Replica, err = replicaOf(r.Data, r.ReplicaConfig); err != nil {
		return err
	}
	// The settings may have been given to the server alone, so a command only notes what the server has to copy.
	// One that replaces a file needs the replica itself.
	cfg.ReplicaPassive, cfg.KeyFile = kctx.Command() != "store restore <store>" && kctx.Command() != "store rollback <store>", r.KeyFile
	a, err := app.Open(c.ctx, r.Data, cfg, observe.NewLog(c.stderr, r.LogFormat, "warn"), p.Assemble)
	var locked *tenant.LockedError
	if errors.As(err, &locked) {
		status, err := forward(c, r.Data)
		if err != nil {
			return fmt.Errorf("%w (%v)", locked, err)
		}
		if status != 0 {
			return &app.Exit{Status: status}
		}
		return nil
	}
	if err != nil {
		return err
	}
	keyMade(c, a)
	err = c.execute(kctx, a)
	return errors.Join(err, a.Close(context.WithoutCancel(c.ctx)))
}

// execute runs the command with the app's services at hand.
func (c *caller) execute(kctx *kong.Context, a *app.App) error {
	rt := &app.Runtime{Ctx: c.ctx, App: a, Stdout: c.stdout, Stderr: c.stderr, Dir: c.dir}
	return kctx.Run(append([]any{rt}, a.Services...)...)
}

// offline is the configuration of a command that serves nothing, with what the environment says of domains.
func offline() config.Serve {
	var s struct{ config.Serve }
	k, err := kong.New(&s, kong.Exit(func(int) {}))
	if err == nil {
		_, err = k.Parse(nil)
	}
	if err != nil {
		return config.Serve{Listen: "127.0.0.1:8080", BaseDomain: "localhost", OpenStores: 64}
	}
	return s.Serve
}

// report prints what went wrong and tells the exit status.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var exit *app.Exit
	if errors.As(err, &exit) {
		if exit.Message != "" {
			fmt.Fprintln(stderr, "wizamart:", exit.Message)
		}
		return exit.Status
	}
	var p *problem.Error
	if errors.As(err, &p) {
		if len(p.Fields) == 0 {
			fmt.Fprintln(stderr, "wizamart:", p.Message)
		}
		for _, f := range p.Fields {
			fmt.Fprintf(stderr, "wizamart: %s: %s\n", f.Name, f.Message)
		}
		return 1
	}
	fmt.Fprintln(stderr, "wizamart:", err)
	return 1
}

type versionCmd struct{}
