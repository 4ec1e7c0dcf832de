package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/database"
	"wizamart/modules"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
)

const (
	fleetKnown  = 10_000
	fleetOpen   = 200
	fleetIdle   = 1_000
	fleetMemory = 400  // MiB
	fleetBoot   = 1000 // ms
	fleetFirst  = 5    // ms
	watched     = 10 * time.Second
)

// fleet measures the built server with many stores of which few are used, and the stock litestream command beside it.
func (b *bench) fleet() error {
	if !b.wantsGroup("fleet") {
		return nil
	}
	k, err := b.bucket()
	if err != nil {
		return err
	}
	defer k.close()
	file, err := b.replicaConfig(k.counted, "fleet")
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "fleet")
	b.say("making %d stores …", fleetKnown)
	if err := b.makeFleet(dir, fleetKnown); err != nil {
		return err
	}
	p, boot, err := b.serveFleet(dir, file)
	if err != nil {
		return err
	}
	b.add(&Row{Name: fmt.Sprintf("fleet/boot with %d stores", fleetKnown), Unit: "ms", Ours: ms(boot), Note: "from the start of the process to the first answer"}).reached(fmt.Sprintf("≤ %d", fleetBoot), ms(boot) <= fleetBoot)
	var first []float64
	for i := range fleetOpen {
		took, err := firstByte(p.addr, fmt.Sprintf("s%05d.%s", i, domain), "/")
		if err != nil {
			return errors.Join(err, p.stop())
		}
		first = append(first, ms(took))
	}
	p50 := median(first)
	b.add(&Row{Name: "fleet/cold store to first byte", Unit: "ms", Ours: p50, Note: fmt.Sprintf("p99 %s", figure(quantile(first, 0.99)))}).reached(fmt.Sprintf("≤ %d", fleetFirst), p50 <= fleetFirst)
	now, peak, err := p.memory()
	if err := errors.Join(err, p.stop()); err != nil {
		return err
	}
	b.add(&Row{Name: fmt.Sprintf("fleet/memory, %d stores known, %d open", fleetKnown, fleetOpen), Unit: "MiB", Ours: now, Note: fmt.Sprintf("at most %s", figure(peak))}).reached(fmt.Sprintf("≤ %d", fleetMemory), now <= fleetMemory)
	return b.idle(k)
}

// idle watches a server with a thousand stores that nobody writes, and the stock command with the same files.
func (b *bench) idle(k *bucket) error {
	file, err := b.replicaConfig(k.counted, "idle")
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "idle")
	if err := b.makeFleet(dir, fleetIdle); err != nil {
		return err
	}
	p, _, err := b.serveFleet(dir, file)
	if err != nil {
		return err
	}
	time.Sleep(4 * time.Second)
	lists := k.lists.Load()
	share, err := cpuShare(p.cmd.Process.Pid)
	ours, _, err2 := p.memory()
	lists = k.lists.Load() - lists
	if err := errors.Join(err, err2, p.stop()); err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("dbs:\n")
	files, err := filepath.Glob(filepath.Join(dir, "stores", "*", "store.db"))
	if err != nil {
		return err
	}
	for i, f := range files {
		fmt.Fprintf(&text, "  - path: %s\n    replica:\n      url: \"s3://bench/stock/%d?endpoint=http://%s&region=us-east-1\"\n", f, i, k.counted)
	}
	stockFile := filepath.Join(b.dir, "stock.yml")
	if err := os.WriteFile(stockFile, []byte(text.String()), 0o600); err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(serversDir, "litestream"), "replicate", "-config", stockFile)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	stock := &process{cmd: cmd}
	defer func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	}()
	for quiet, last := 0, int64(-1); quiet < 3 && b.ctx.Err() == nil; time.Sleep(time.Second) { // until its first copies are there
		if n := k.puts.Load(); n == last {
			quiet++
		} else {
			quiet, last = 0, n
		}
	}
	stockLists := k.lists.Load()
	stockShare, err := cpuShare(cmd.Process.Pid)
	stockLists = k.lists.Load() - stockLists
	theirs, _, err2 := stock.memory()
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	hour := float64(time.Hour/watched) / fleetIdle
	note := "the stock litestream with the same files"
	b.add(&Row{Name: fmt.Sprintf("fleet/idle CPU, %d stores", fleetIdle), Unit: "% of a core", Ours: share * 100, Limit: stockShare * 100, LimitIs: note}).reached("≤ 1", share <= 0.01)
	b.add(&Row{Name: fmt.Sprintf("fleet/idle memory, %d stores", fleetIdle), Unit: "MiB", Ours: ours, Limit: theirs, LimitIs: note})
	b.add(&Row{Name: "fleet/LISTs an idle store and hour", Unit: "requests", Ours: float64(lists) * hour, Limit: float64(stockLists) * hour, LimitIs: note}).reached("0", lists == 0)
	return nil
}

// makeFleet makes a platform with so many stores: one is built, the others are its copies under other names.
func (b *bench) makeFleet(dir string, n int) error {
	cfg := config.Serve{Listen: "127.0.0.1:0", BaseDomain: domain, PublicScheme: "http", OpenStores: 32, ShutdownGrace: 5}
	a, err := app.Open(b.ctx, dir, cfg, nil, modules.Assemble)
	if err != nil {
		return err
	}
	staff, err := service[*tenancy.Service](&demo{app: a})
	if err != nil {
		return errors.Join(err, a.Close(b.ctx))
	}
	m, err := staff.CreateMerchant(b.ctx, tenant.NewMerchant{Code: "fleet", Name: "Fleet", Email: "a@fleet.test"})
	if err != nil {
		return errors.Join(err, a.Close(b.ctx))
	}
	info, err := staff.CreateStore(b.ctx, tenant.NewStore{MerchantID: m.ID, Code: "s00000", Name: "Store", Currency: "EUR", Locale: "en", Launched: true})
	if err != nil {
		return errors.Join(err, a.Close(b.ctx))
	}
	ids := make([]string, n)
	ids[0] = info.ID
	err = a.Platform.DB.Write(b.ctx, func(tx *database.DB) error {
		for i := 1; i < n; i++ {
			ids[i] = database.NewID()
			if _, err := tx.ExecContext(b.ctx, `INSERT INTO tenant_store (id, platform_id, merchant_id, code, name, currency, locale, state, created_at, launched_at)
				SELECT ?, platform_id, merchant_id, ?, name, currency, locale, state, created_at, launched_at FROM tenant_store WHERE id = ?`, ids[i], fmt.Sprintf("s%05d", i), info.ID); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(b.ctx, "DELETE FROM tenant_due")
		return err
	})
	if err := errors.Join(err, a.Close(context.WithoutCancel(b.ctx))); err != nil {
		return err
	}
	from := filepath.Join(dir, "stores", info.ID, "store.db")
	for i := 1; i < n; i++ {
		to := filepath.Join(dir, "stores", ids[i], "store.db")
		if err := os.MkdirAll(filepath.Join(filepath.Dir(to), "media"), 0o700); err != nil {
			return err
		}
		// Those that are opened are files of their own; of the others only the names are wanted.
		if i > fleetOpen && n > fleetIdle {
			err = os.Link(from+".spare", to)
		} else {
			err = copyFile(from, to, ids[i])
		}
		if err == nil && i == fleetOpen {
			err = copyFile(from, from+".spare", ids[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a store's file and gives it its own identity.
func copyFile(from, to, id string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		return err
	}
	db, err := database.Open(to, false)
	if err != nil {
		return err
	}
	err = db.Write(context.Background(), func(tx *database.DB) error {
		_, err := tx.ExecContext(context.Background(), "UPDATE tenant_identity SET store_id = ?", id)
		return err
	})
	return errors.Join(err, db.Close())
}

// fleetServer is a server and its address.
type fleetServer struct {
	*process
	addr string
}

func (b *bench) serveFleet(dir, file string) (*fleetServer, time.Duration, error) {
	addr, err := freeAddress()
	if err != nil {
		return nil, 0, err
	}
	p := &process{said: &said{}, done: make(chan error, 1)}
	p.cmd = exec.Command(b.binary, "--data", dir, "--replica-config", file, "--log-level", "error", "serve", "--listen", addr, "--base-domain", domain, "--open-stores", strconv.Itoa(fleetOpen))
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, 0, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	for time.Since(started) < 30*time.Second {
		if _, err := firstByte(addr, domain, "/sign-in"); err == nil {
			return &fleetServer{p, addr}, time.Since(started), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return nil, 0, errors.Join(errors.New("the server does not answer"), p.stop())
}

// firstByte is how long a page takes to begin.
func firstByte(addr, host, path string) (time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second)) //nolint:errcheck // the read fails then
	began := time.Now()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host); err != nil {
		return 0, err
	}
	var head [12]byte
	if _, err := conn.Read(head[:]); err != nil {
		return 0, err
	}
	took := time.Since(began)
	if string(head[9:]) != "200" { // whoever is sent elsewhere has seen no page
		return 0, fmt.Errorf("%s%s answers %s", host, path, head)
	}
	return took, nil
}

// cpuShare is the share of a core that a process takes while it is watched.
func cpuShare(pid int) (float64, error) {
	ticks := func() (float64, error) {
		data, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil {
			return 0, err
		}
		f := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		user, err1 := strconv.ParseFloat(f[11], 64)
		system, err2 := strconv.ParseFloat(f[12], 64)
		return (user + system) / 100, errors.Join(err1, err2)
	}
	before, err := ticks()
	if err != nil {
		return 0, err
	}
	time.Sleep(watched)
	after, err := ticks()
	return (after - before) / watched.Seconds(), err
}
