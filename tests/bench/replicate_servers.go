package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const serversDir = ".cache/servers" // where “make servers” puts them

// bucket is a real S3 server on loopback, behind a proxy that counts requests.
type bucket struct {
	direct, counted string // addresses
	puts, lists     atomic.Int64
	ends            []func()
}

// run starts one of the tests' servers and waits until its address answers.
func (k *bucket) run(addr, name string, env []string, args ...string) error {
	cmd := exec.Command(filepath.Join(serversDir, name), args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: run “make servers” first", err)
	}
	k.ends = append(k.ends, func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			return c.Close()
		}
	}
	return errors.New(name + " does not answer")
}

func (b *bench) bucket() (*bucket, error) {
	k := &bucket{}
	var err error
	if k.direct, err = freeAddress(); err != nil {
		return nil, err
	}
	dir := filepath.Join(b.dir, "s3-"+strings.ReplaceAll(k.direct, ":", "-"))
	if err := os.MkdirAll(filepath.Join(dir, "bench"), 0o700); err != nil {
		return nil, err
	}
	if err := k.run(k.direct, "versitygw", []string{"ROOT_ACCESS_KEY=bench", "ROOT_SECRET_KEY=bench-secret"}, "--port", k.direct, "posix", dir); err != nil {
		return nil, err
	}
	for name, value := range map[string]string{"LITESTREAM_ACCESS_KEY_ID": "bench", "LITESTREAM_SECRET_ACCESS_KEY": "bench-secret"} {
		os.Setenv(name, value)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CA_BUNDLE"} {
		os.Unsetenv(name)
	}
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: k.direct})
	forward.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	server, addr, err := listen("counter", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut:
			k.puts.Add(1)
		case r.URL.Query().Has("list-type"):
			k.lists.Add(1)
		}
		forward.ServeHTTP(w, r)
	}))
	if err != nil {
		k.close()
		return nil, err
	}
	k.counted = addr
	k.ends = append(k.ends, func() { server.Close() })
	return k, nil
}

// far gives the address of toxiproxy before the server, which holds each answer back.
func (k *bucket) far(delay time.Duration) (string, error) {
	api, err := freeAddress()
	if err != nil {
		return "", err
	}
	host, port, _ := net.SplitHostPort(api)
	if err := k.run(api, "server", nil, "-host", host, "-port", port); err != nil {
		return "", err
	}
	addr, err := freeAddress()
	if err != nil {
		return "", err
	}
	for path, body := range map[string]string{
		"/proxies": fmt.Sprintf(`{"name":"s3","listen":%q,"upstream":%q,"enabled":true}`, addr, k.direct),
	} {
		if err := post(api, path, body); err != nil {
			return "", err
		}
	}
	return addr, post(api, "/proxies/s3/toxics", fmt.Sprintf(`{"type":"latency","attributes":{"latency":%d}}`, delay.Milliseconds()))
}

func post(api, path, body string) error {
	res, err := http.Post("http://"+api+path, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		return fmt.Errorf("toxiproxy %s answers %s", path, res.Status)
	}
	return nil
}

// config writes a litestream.yml for a prefix at an address.
func (b *bench) replicaConfig(addr, prefix string) (string, error) {
	name := filepath.Join(b.dir, "litestream-"+prefix+".yml")
	text := fmt.Sprintf("dbs:\n  - dir: data\n    replica:\n      url: \"s3://bench/%s?endpoint=http://%s&region=us-east-1\"\n", prefix, addr)
	return name, os.WriteFile(name, []byte(text), 0o600)
}

func (k *bucket) close() {
	for _, end := range k.ends {
		end()
	}
}
