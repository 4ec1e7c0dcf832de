package acme

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"wizamart/framework/replicate/replicatetest"
	"wizamart/tests/harness"
)

// The built server with --tls auto, a certificate authority and a DNS hook: from its start to a shop that a browser trusts.
func TestServeWithAuto(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the server and starts a certificate authority")
	}
	plain, secure := replicatetest.Port(t), replicatetest.Port(t)
	c := newCA(t, plain, secure, challenges{http: true, alpn: true})
	command, _ := c.asHook(t)
	dir := filepath.Join(t.TempDir(), "data")
	p := harness.Start(t, harness.In(dir), harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	base := p.Base
	p.Stop(t)

	binary := filepath.Join(t.TempDir(), "wizamart")
	build := exec.Command("go", "build", "-tags", "nodynamic", "-o", binary, "wizamart")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	var said strings.Builder
	cmd := exec.Command(binary, "--data", dir, "serve", "--tls", "auto", "--listen", fmt.Sprintf("127.0.0.1:%d", plain), "--listen-tls", fmt.Sprintf("127.0.0.1:%d", secure),
		"--base-domain", base, "--acme-directory", c.dir, "--acme-root", c.root, "--dns-hook", command)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v\n%s", err, said.String())
		}
	})
	client := &http.Client{Timeout: 90 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(address)
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
		}, TLSClientConfig: &tls.Config{RootCAs: c.roots}, ForceAttemptHTTP2: true}}
	at := func(host string) string { return fmt.Sprintf("https://%s:%d/", host, secure) }
	var res *http.Response
	for until := time.Now().Add(120 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		var err error
		if res, err = client.Get(at("fjord." + base)); err == nil {
			res.Body.Close()
			break
		}
		if time.Now().After(until) {
			t.Fatalf("the shop cannot be reached: %v", err)
		}
	}
	if res.StatusCode != 200 || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("the shop answers %s, %s, HSTS %q", res.Status, res.Proto, res.Header.Get("Strict-Transport-Security"))
	}
	if names := res.TLS.PeerCertificates[0].DNSNames; len(names) != 1 || names[0] != "*."+base {
		t.Errorf("its certificate is for %v", names)
	}
	res, err := client.Get(fmt.Sprintf("http://fjord.%s:%d/products?x=1", base, plain))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if to := res.Header.Get("Location"); res.StatusCode != 301 || to != at("fjord."+base)+"products?x=1" || res.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("plain HTTP answers %s, to %s, HSTS %q", res.Status, to, res.Header.Get("Strict-Transport-Security"))
	}
	if res, err := client.Get(at("nobody." + base)); err == nil {
		res.Body.Close()
		t.Error("a name of nobody is served")
	}
}
