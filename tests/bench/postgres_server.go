package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresBin is where Debian's package postgresql-15 puts its programs.
const postgresBin = "/usr/lib/postgresql/15/bin"

// postgresServer is a PostgreSQL of this run's own: data and socket in a temporary directory, no network.
type postgresServer struct {
	dir    string
	cmd    *exec.Cmd
	log    bytes.Buffer
	exited chan error
	pool   *pgxpool.Pool
}

// startPostgres makes a cluster and starts it, as the user postgres where this process is root, for initdb refuses root.
func startPostgres(ctx context.Context, connections int) (p *postgresServer, err error) {
	p = &postgresServer{exited: make(chan error, 1)}
	if p.dir, err = os.MkdirTemp("", "wizamart-bench-pg-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	var as *syscall.SysProcAttr
	if os.Geteuid() == 0 {
		if as, err = ordinary("postgres", p.dir); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(p.dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(postgresBin, "initdb"), "-D", data, "-U", "bench", "-A", "trust", "--locale=C", "-E", "UTF8")
	initdb.Dir, initdb.SysProcAttr = p.dir, as
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	cmd := exec.Command(filepath.Join(postgresBin, "postgres"), "-D", data, "-k", p.dir, "-h", "",
		"-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=256MB", "-c", "max_connections="+strconv.Itoa(connections+10))
	cmd.Dir, cmd.SysProcAttr, cmd.Stderr = p.dir, as, &p.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.cmd = cmd
	go func() { p.exited <- cmd.Wait() }()
	if p.pool, err = pgxpool.New(ctx, fmt.Sprintf("host=%s user=bench dbname=postgres pool_max_conns=%d pool_min_conns=%d", p.dir, connections, connections)); err != nil {
		return nil, err
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err = p.pool.Ping(ctx); err == nil {
			break
		}
		if time.Now().After(end) || ctx.Err() != nil {
			return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
	}
	return p, p.durable(ctx)
}

// ordinary gives dir to a user and lets a process run as them.
func ordinary(name, dir string) (*syscall.SysProcAttr, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, int(uid), int(gid))
}

// durable fails when an acknowledged commit could be lost.
func (p *postgresServer) durable(ctx context.Context) error {
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var is string
		if err := p.pool.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&is); err != nil {
			return err
		}
		if is != "on" {
			return fmt.Errorf("PostgreSQL runs with %s=%s", setting, is)
		}
	}
	return nil
}

// stop ends the server and removes its data.
func (p *postgresServer) stop() (err error) {
	if p.pool != nil {
		p.pool.Close()
	}
	if p.cmd != nil {
		if err = p.cmd.Process.Signal(os.Interrupt); err != nil { // a fast shutdown; it may have ended by itself
			err = fmt.Errorf("PostgreSQL: %w: %s", err, p.log.String())
		}
		select {
		case <-p.exited:
		case <-time.After(20 * time.Second):
			err = errors.Join(err, p.cmd.Process.Kill())
			<-p.exited
		}
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}
