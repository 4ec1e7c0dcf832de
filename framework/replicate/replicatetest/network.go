package replicatetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"
)

// Network stands between a program and its S3 server: Shopify's toxiproxy for what happens to connections, and before it a proxy that
// gives the answers of a server that refuses.
type Network struct {
	Addr string // where programs go

	tb     testing.TB
	api    string
	proxy  string // address of toxiproxy
	refuse atomic.Int32
}

// Disturb puts a network before a server. It ends with the test.
func Disturb(tb testing.TB, s *Server) *Network {
	tb.Helper()
	n := &Network{tb: tb, proxy: Address(tb)}
	api := Address(tb)
	n.api = "http://" + api
	host, port, _ := net.SplitHostPort(api)
	cmd := exec.Command(Build(tb, "github.com/Shopify/toxiproxy/v2/cmd/server"), "-host", host, "-port", port)
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if res, err := http.Get(n.api + "/version"); err == nil {
			res.Body.Close()
			break
		} else if time.Now().After(end) {
			tb.Fatalf("toxiproxy does not answer: %v", err)
		}
	}
	n.call(http.MethodPost, "/proxies", map[string]any{"name": "s3", "listen": n.proxy, "upstream": s.Addr, "enabled": true})

	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: n.proxy})
	forward.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	forward.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close() // as the network did
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	n.Addr = l.Addr().String()
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := int(n.refuse.Load())
		if code := map[int]string{403: "InvalidAccessKeyId", 507: "InsufficientStorage"}[status]; code != "" && (status == 403 || r.Method == http.MethodPut) {
			io.Copy(io.Discard, r.Body) //nolint:errcheck // it is not wanted
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>refused by the test</Message></Error>", code)
			return
		}
		forward.ServeHTTP(w, r)
	})}
	go server.Serve(l) //nolint:errcheck // it ends when it is closed
	tb.Cleanup(func() { server.Close() })
	return n
}

// Refuse has requests answered with a status, until it is 0: 403 as with bad credentials, or 507, writes alone, as on a full disk.
func (n *Network) Refuse(status int) { n.refuse.Store(int32(status)) } //nolint:gosec // an HTTP status

// Down ends all connections and takes no more.
func (n *Network) Down() { n.call(http.MethodPost, "/proxies/s3", map[string]any{"enabled": false}) }

// Toxic adds one of toxiproxy's: latency with {"latency": ms}, reset_peer with {"timeout": ms}, bandwidth with {"rate": KB/s}.
func (n *Network) Toxic(kind string, attributes map[string]any) {
	n.call(http.MethodPost, "/proxies/s3/toxics", map[string]any{"type": kind, "stream": "downstream", "attributes": attributes})
}

// Heal ends all trouble.
func (n *Network) Heal() {
	n.Refuse(0)
	n.call(http.MethodPost, "/reset", nil)
}

func (n *Network) call(method, path string, body any) {
	n.tb.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		n.tb.Fatal(err)
	}
	req, err := http.NewRequest(method, n.api+path, bytes.NewReader(data))
	if err != nil {
		n.tb.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		n.tb.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		text, _ := io.ReadAll(res.Body)
		n.tb.Fatalf("toxiproxy %s: %s %s", path, res.Status, text)
	}
}

// URL of a prefix in the server's bucket, through the network.
func (n *Network) URL(s *Server, prefix string) string {
	return fmt.Sprintf("s3://%s/%s?endpoint=http://%s&region=us-east-1", s.Bucket, prefix, n.Addr)
}
