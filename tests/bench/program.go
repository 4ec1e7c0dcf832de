package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	maxBinary = 45  // MiB
	maxMemory = 80  // MiB
	maxStart  = 150 // ms
)

// program measures the built server: its size, its memory with the demo, and how soon after its start the first page is there.
func (b *bench) program() error {
	if b.binary == "" {
		b.say("building the server …")
		b.binary = filepath.Join(b.dir, "wizamart")
		build := exec.CommandContext(b.ctx, "go", "build", "-trimpath", "-tags", "nodynamic", "-ldflags", "-s -w", "-o", b.binary, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build the server: %w\n%s", err, out)
		}
	}
	if name := "binary/size"; b.wants(name) {
		info, err := os.Stat(b.binary)
		if err != nil {
			return err
		}
		mib := float64(info.Size()) / (1 << 20)
		b.add(&Row{Name: name, Unit: "MiB", Ours: mib}).reached(fmt.Sprintf("≤ %d", maxBinary), mib <= maxBinary)
	}
	if !b.wants("binary/memory") && !b.wants("binary/start") {
		return nil
	}
	return b.served()
}

// served seeds a directory with the real command, and starts on it again and again.
func (b *bench) served() error {
	dir := filepath.Join(b.dir, "served")
	for _, when := range []string{"just seeded", "started again"} {
		name := "binary/memory idle, demo " + when
		b.say("%s …", name)
		p, _, err := b.start("demo", dir, 60*time.Second)
		if err != nil {
			return err
		}
		select {
		case <-time.After(5 * time.Second):
		case <-b.ctx.Done():
		}
		now, peak, err := p.memory()
		if err := errors.Join(err, p.stop()); err != nil {
			return err
		}
		if b.wants(name) {
			b.add(&Row{Name: name, Unit: "MiB", Ours: now, Note: fmt.Sprintf("resident after 5 s; at most %s", figure(peak))}).reached(fmt.Sprintf("≤ %d", maxMemory), now <= maxMemory)
		}
	}
	if !b.wants("binary/start to first page") {
		return nil
	}
	var first, bare []float64
	for range rounds {
		started := time.Now()
		if err := exec.CommandContext(b.ctx, b.binary, "version").Run(); err != nil {
			return err
		}
		bare = append(bare, ms(time.Since(started)))
		p, took, err := b.start("serve", dir, 20*time.Second)
		if err != nil {
			return err
		}
		if err := p.stop(); err != nil {
			return err
		}
		first = append(first, ms(took))
	}
	row := &Row{Name: "binary/start to first page", Unit: "ms", Ours: median(first), Limit: median(bare), LimitIs: "the same binary printing its version"}
	row.Ratio = row.Limit / row.Ours
	b.add(row).reached(fmt.Sprintf("≤ %d", maxStart), row.Ours <= maxStart)
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// process is a server that this program started.
type process struct {
	cmd  *exec.Cmd
	done chan error
	log  *bytes.Buffer
	said *said
}

// said takes what the server prints, and knows when it is ready.
type said struct{ ready atomic.Bool }

func (s *said) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("Ctrl-C")) {
		s.ready.Store(true)
	}
	return len(b), nil
}

// start runs the server and waits until the home page of a shop is there; of the demo, until it has been seeded too.
func (b *bench) start(command, dir string, limit time.Duration) (*process, time.Duration, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, 0, err
	}
	p := &process{log: &bytes.Buffer{}, said: &said{}, done: make(chan error, 1)}
	p.cmd = exec.Command(b.binary, "--data", dir, "--log-level", "error", command, "--listen", addr, "--base-domain", domain)
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = p.said, p.log, &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, 0, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	for {
		if c, err := dial(addr, "fjord."+domain, "/"); err == nil {
			c.conn.SetDeadline(time.Now().Add(5 * time.Second)) //nolint:errcheck // the read fails then
			err = c.get()
			c.conn.Close()
			if err == nil && (command == "serve" || p.said.ready.Load()) {
				return p, time.Since(started), nil
			}
		}
		select {
		case err := <-p.done:
			return nil, 0, fmt.Errorf("%s ended: %w\n%s", command, err, p.log)
		case <-ctx.Done():
			return nil, 0, errors.Join(fmt.Errorf("no page of %s after %s", command, limit), p.stop())
		case <-time.After(time.Millisecond):
		}
	}
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-p.done:
		if err != nil {
			return fmt.Errorf("the server ended with %w\n%s", err, p.log)
		}
		return nil
	case <-time.After(20 * time.Second):
		return errors.Join(errors.New("the server did not stop within 20 s"), p.cmd.Process.Kill())
	}
}

var memoryLine = regexp.MustCompile(`(?m)^(VmRSS|VmHWM):\s+(\d+) kB$`)

// memory is what the process has resident now, and had at most, in MiB.
func (p *process) memory() (now, peak float64, err error) {
	data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(p.cmd.Process.Pid), "status"))
	if err != nil {
		return 0, 0, err
	}
	for _, m := range memoryLine.FindAllStringSubmatch(string(data), -1) {
		kib, _ := strconv.ParseFloat(m[2], 64)
		if strings.HasSuffix(m[1], "RSS") {
			now = kib / 1024
		} else {
			peak = kib / 1024
		}
	}
	return now, peak, nil
}
