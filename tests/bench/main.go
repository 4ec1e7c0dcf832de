// Command bench prints one table: what this program reaches, beside the limit measured in the same run. docs/benchmarks.md
// says what each row means.
//
//	go run -tags nodynamic ./tests/bench [--only NAME]… [--seconds S] [--json]
//
// All data is in a temporary directory, all connections are on loopback, only processes started here are ended.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

const (
	// rounds is how often both sides of a row are measured, in turns; the medians are shown.
	rounds = 5
	// longest is how long a run may take. The rows beside PostgreSQL alone take four minutes, most of them to prepare checkouts, and all
	// others were bound by three before: the rest is for a busy machine. What has not been measured by then is left out, and the run fails.
	longest = 12 * time.Minute
)

// bench is one run.
type bench struct {
	ctx     context.Context
	dir     string        // temporary; removed at the end
	binary  string        // of the server; built when it is not given
	part    time.Duration // how long one side of one round is measured
	verbose bool
	only    []string
	rows    []*Row

	shared *demo // the demo's platform, opened by the first row that needs it
}

// groups are the parts of the table, in its order.
var groups = []struct {
	name string
	run  func(b *bench) error
}{
	{"pages", (*bench).pages},
	{"cache", (*bench).cache},
	{"queries", (*bench).queries},
	{"search", (*bench).searches},
	{"checkout", (*bench).checkouts},
	{"postgres", (*bench).postgres},
	{"guests", (*bench).guests},
	{"neighbour", (*bench).neighbours},
	{"writers", (*bench).writers},
	{"binary", (*bench).program},
	{"import", (*bench).imports},
	{"replica", (*bench).replicas},
	{"fleet", (*bench).fleet},
}

func main() {
	b := &bench{}
	seconds := flag.Float64("seconds", 0.3, "how long one side of one round is measured")
	flag.StringVar(&b.binary, "binary", "", "the server's binary; built when empty")
	asJSON := flag.Bool("json", false, "print JSON")
	profile := flag.String("cpuprofile", "", "write a CPU profile to this file")
	flag.BoolVar(&b.verbose, "v", false, "say what is being measured")
	flag.Func("only", "a part or a row by the beginning of its name: "+names()+"; may be given again", func(s string) error {
		b.only = append(b.only, strings.ToLower(s))
		return nil
	})
	flag.Parse()
	b.part = time.Duration(*seconds * float64(time.Second))
	if err := b.main(*profile, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func names() string {
	var out []string
	for _, g := range groups {
		out = append(out, g.name)
	}
	return strings.Join(out, ", ")
}

func (b *bench) main(profile string, asJSON bool) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("the machine was too busy: %s were over before all was measured", longest))
	defer cancel()
	b.ctx = ctx
	if b.dir, err = os.MkdirTemp("", "wizamart-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	started, before := time.Now(), load()
	failed := b.run()
	err = b.print(os.Stdout, asJSON, fmt.Sprintf("%.0f s; load %s before, %s after; %s a side and round, %d rounds, medians",
		time.Since(started).Seconds(), before, load(), b.part, rounds))
	return errors.Join(failed, b.close(), err)
}

// run measures what was asked for. A part that fails does not keep the others from the table.
func (b *bench) run() (failed error) {
	for _, g := range groups {
		if !b.wantsGroup(g.name) {
			continue
		}
		if err := g.run(b); err != nil && b.ctx.Err() == nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", g.name, err))
		}
		if b.ctx.Err() != nil {
			return errors.Join(failed, context.Cause(b.ctx))
		}
	}
	return failed
}

// wantsGroup tells whether a part may have rows that were asked for.
func (b *bench) wantsGroup(group string) bool {
	if len(b.only) == 0 {
		return true
	}
	for _, o := range b.only {
		if part, _, _ := strings.Cut(o, "/"); strings.HasPrefix(group, part) {
			return true
		}
	}
	return false
}

// wants tells whether a row was asked for. Names are "part/row".
func (b *bench) wants(name string) bool {
	if len(b.only) == 0 {
		return true
	}
	for _, o := range b.only {
		if strings.HasPrefix(name, o) || strings.HasPrefix(strings.SplitN(name, "/", 2)[0], o) {
			return true
		}
	}
	return false
}

func (b *bench) say(format string, args ...any) {
	if b.verbose {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

func (b *bench) close() error {
	if b.shared == nil {
		return nil
	}
	return b.shared.close()
}

// load is the machine's load average of the last minute, or "?".
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "?"
	}
	one, _, _ := strings.Cut(string(data), " ")
	return one
}
