package flows

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// selfSigned writes a certificate for *.shops.test and its key.
func selfSigned(t *testing.T, dir string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"shops.test", "*.shops.test"}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	write(t, cert, string(text))
	write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})))
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return cert, key, pool
}

func TestTheOperatorsCertificate(t *testing.T) {
	about(t, "network", "domains")
	dir := filepath.Join(t.TempDir(), "data")
	cert, key, pool := selfSigned(t, t.TempDir())
	run(t, dir, "merchant", "create", "--name", "S", "--email", "s@merchant.test", "--code", "sec").want(t, 0)
	run(t, dir, "store", "create", "--merchant", "sec", "--code", "sec", "--name", "Secure Shop", "--launched").want(t, 0)
	run(t, dir, "serve", "--tls", "files", "--listen", "127.0.0.1:0").want(t, 64, "--cert-key")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer secure.Close()
	var sockets []*os.File
	for _, s := range []net.Listener{l, secure} {
		f, err := s.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		sockets = append(sockets, f)
	}
	cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=2 exec "$0" serve --tls files --base-domain shops.test --cert "$1" --cert-key "$2"`, binary(t), cert, key)
	cmd.Env, cmd.ExtraFiles = append(environment(), "WIZAMART_DATA="+dir), sockets
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()                          //nolint:errcheck // it was told to stop
	defer cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
	client := &http.Client{Timeout: 90 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "sec.shops.test"}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(address, host string) *http.Response {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	res := ask("https://"+secure.Addr().String()+"/", "sec.shops.test")
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Strict-Transport-Security"), "max-age=31536000") {
		t.Errorf("HTTPS answers %d, HSTS %q", res.StatusCode, res.Header.Get("Strict-Transport-Security"))
	}
	_, port, _ := net.SplitHostPort(secure.Addr().String())
	res = ask("http://"+l.Addr().String()+"/products?q=x", "sec.shops.test")
	if to := res.Header.Get("Location"); res.StatusCode != 301 || to != "https://sec.shops.test:"+port+"/products?q=x" {
		t.Errorf("HTTP answers %d, to %q", res.StatusCode, to)
	}
	if res = ask("http://"+l.Addr().String()+"/health/live", "127.0.0.1"); res.StatusCode != 200 {
		t.Errorf("a probe gets %d", res.StatusCode)
	}
}
