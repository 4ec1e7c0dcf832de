// Package acme tries certificates against letsencrypt/pebble and its DNS, on loopback: “make conform”.
package acme

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/replicate/replicatetest"
	"wizamart/framework/tlscert"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// source is the folder of pebble's own sources, with the keys that its tests use.
func source(t *testing.T) string {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/letsencrypt/pebble/v2")
	list.Dir = filepath.Join("..", "servers")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func launch(t *testing.T, path string, env []string, args ...string) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
		if t.Failed() && testing.Verbose() {
			t.Log(out.String())
		}
	})
}

// ca is a certificate authority behind a counter: what reached it, in bytes.
type ca struct {
	dir     string // of its directory
	root    string // PEM file
	asked   atomic.Int64
	counter net.Listener
	address string
	behind  string
	roots   *x509.CertPool
	manage  string
	dns     string // address of the DNS' management
}

// challenges that the authority can reach.
type challenges struct{ http, alpn bool }

type world struct {
	*harness.Platform
	*ca
	keeper *tlscert.Keeper
	secure string
}

func newCA(t *testing.T, plain, secure int, reach challenges) *ca {
	t.Helper()
	const commands = "github.com/letsencrypt/pebble/v2/cmd/"
	pebble, resolver, source := replicatetest.Build(t, commands+"pebble"), replicatetest.Build(t, commands+"pebble-challtestsrv"), source(t)
	dns, dnsManage, directory, manage := replicatetest.Port(t), replicatetest.Port(t), replicatetest.Port(t), replicatetest.Port(t)
	if !reach.http {
		plain = replicatetest.Port(t)
	}
	if !reach.alpn {
		secure = replicatetest.Port(t)
	}
	config := map[string]any{"pebble": map[string]any{
		"listenAddress": fmt.Sprintf("127.0.0.1:%d", directory), "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", manage),
		"certificate": filepath.Join(source, "test/certs/localhost/cert.pem"), "privateKey": filepath.Join(source, "test/certs/localhost/key.pem"),
		"httpPort": plain, "tlsPort": secure, "ocspResponderURL": "", "externalAccountBindingRequired": false,
		"retryAfter": map[string]int{"authz": 1, "order": 1}, "keyAlgorithm": "ecdsa",
		"profiles": map[string]any{"default": map[string]any{"description": "default", "validityPeriod": 7776000}},
	}}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pebble.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	launch(t, resolver, nil, "-dnsserver", fmt.Sprintf("127.0.0.1:%d", dns), "-management", fmt.Sprintf("127.0.0.1:%d", dnsManage),
		"-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "")
	launch(t, pebble, []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0"}, "-config", file, "-dnsserver", fmt.Sprintf("127.0.0.1:%d", dns))
	c := &ca{root: filepath.Join(source, "test/certs/pebble.minica.pem"), behind: fmt.Sprintf("127.0.0.1:%d", directory), manage: fmt.Sprintf("https://127.0.0.1:%d", manage), dns: fmt.Sprintf("http://127.0.0.1:%d", dnsManage)}
	c.up(t, "127.0.0.1:0")
	c.address = c.counter.Addr().String()
	c.dir = "https://" + c.address + "/dir"
	t.Cleanup(c.down)
	pem, err := os.ReadFile(c.root)
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, DisableKeepAlives: true}}
	for until := time.Now().Add(90 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		res, err := client.Get(c.manage + "/roots/0")
		if err == nil {
			root, err := io.ReadAll(res.Body)
			res.Body.Close()
			c.roots = x509.NewCertPool()
			if err != nil || !c.roots.AppendCertsFromPEM(root) {
				t.Fatalf("the authority's root: %v", err)
			}
			return c
		}
		if time.Now().After(until) {
			t.Fatalf("pebble does not answer: %v", err)
		}
	}
}

// up forwards to the authority and counts.
func (c *ca) up(t *testing.T, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c.counter = l
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", c.behind)
			if err != nil {
				in.Close()
				continue
			}
			go func() { io.Copy(in, out); in.Close() }() //nolint:errcheck // either side ends it
			go func() {
				io.Copy(out, io.TeeReader(in, counted{&c.asked})) //nolint:errcheck // either side ends it
				out.Close()
			}()
		}
	}()
}

func (c *ca) down() { c.counter.Close() }

type counted struct{ n *atomic.Int64 }

func (c counted) Write(b []byte) (int, error) { c.n.Add(int64(len(b))); return len(b), nil }

func newWorld(t *testing.T, reach challenges, renew float64) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts a certificate authority")
	}
	plain, secure := replicatetest.Port(t), replicatetest.Port(t)
	w := &world{Platform: harness.Start(t, harness.WithoutBackground()), ca: newCA(t, plain, secure, reach), secure: fmt.Sprintf("127.0.0.1:%d", secure)}
	w.Store(t, "fjord", "EUR")
	w.open(t, renew, plain)
	server := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !w.keeper.Challenge(rw, r) {
			http.NotFound(rw, r)
		}
	})}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", plain))
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l) //nolint:errcheck // it ends with Close
	tl, err := tls.Listen("tcp", w.secure, &tls.Config{NextProtos: []string{"http/1.1", "acme-tls/1"}, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		return w.keeper.GetCertificate(h)
	}})
	if err != nil {
		t.Fatal(err)
	}
	shop := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { io.WriteString(rw, "shop") }), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)} //nolint:errcheck // the client has gone
	go shop.Serve(tl)                                                                                                                                                                                //nolint:errcheck // it ends with Close
	t.Cleanup(func() { server.Close(); shop.Close() })
	return w
}

// open makes the keeper, as a start of the server does.
func (w *world) open(t *testing.T, renew float64, plain int) {
	t.Helper()
	w.openWith(t, func(o *tlscert.Options) { o.Renew, o.HTTPPort = renew, plain })
}

func (w *world) openWith(t *testing.T, change func(o *tlscert.Options)) {
	t.Helper()
	if w.keeper != nil {
		w.keeper.Close()
	}
	_, port, _ := net.SplitHostPort(w.secure)
	var securePort int
	fmt.Sscan(port, &securePort) //nolint:errcheck // it is a number
	o := tlscert.Options{
		DB: w.App.Platform.DB, Keys: w.App.Secrets, Base: w.Base, Directory: w.dir, Root: w.root, OwnFile: true, TLSPort: securePort,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Allowed: func(host string) bool {
			info := w.App.Platform.ByHost(host)
			return info != nil && info.State == tenant.Live
		},
		Wanted: func(yield func(string)) {
			w.App.Platform.CustomDomains(context.Background(), func(host string, _ *tenant.Info) { yield(host) })
		},
	}
	change(&o)
	k, err := tlscert.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w.keeper = k
	t.Cleanup(func() {
		if w.keeper == k {
			k.Close()
		}
	})
}

func (w *world) verified(t *testing.T, host string) {
	t.Helper()
	err := w.App.Platform.DB.Write(t.Context(), func(tx *database.DB) error { return tenant.AddDomain(tx, host, w.App.Platform.ByCode("fjord").ID) })
	if err == nil {
		err = w.App.Platform.Reload(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// visit shakes hands as a shopper's browser does, and gives the certificate.
func (w *world) visit(host string) (*x509.Certificate, error) {
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 60 * time.Second}, "tcp", w.secure, &tls.Config{ServerName: host, RootCAs: w.roots, NextProtos: []string{"http/1.1"}})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0], nil
}
