package flows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// inherit starts a server on a socket that this process keeps open, as systemd does.
func inherit(t *testing.T, dir string, socket *os.File) (cmd *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	cmd = exec.Command("sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve --take-over 20 --base-domain shops.test`, binary(t))
	cmd.Env = append(environment(), "WIZAMART_DATA="+dir, "WIZAMART_PUBLIC_SCHEME=http")
	cmd.ExtraFiles = []*os.File{socket}
	out = &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() }) //nolint:errcheck // it has ended where all went well
	return cmd, out
}

// TestRestartUnderLoad restarts the server three times, once with the next process started before the last one ends, while
// clients read and write without a pause. No request may fail, and the longest wait is printed.
func TestRestartUnderLoad(t *testing.T) {
	about(t, "network", "install")
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	dir := t.TempDir() + "/data"
	run(t, dir, "merchant", "create", "--name", "Load", "--email", "load@merchant.test", "--code", "load").want(t, 0)
	run(t, dir, "store", "create", "--merchant", "load", "--code", "load", "--name", "Load Shop", "--launched").want(t, 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	address := l.Addr().String()
	now, out := inherit(t, dir, socket)
	dial := func() *http.Client {
		return &http.Client{Timeout: 90 * time.Second, Transport: &http.Transport{Proxy: nil, DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 4},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	ask := func(c *http.Client, method, path, body string) error {
		r, err := http.NewRequest(method, "http://"+address+path, strings.NewReader(body))
		if err != nil {
			return err
		}
		r.Host = "load.shops.test"
		if method == http.MethodPost {
			r.Host = "shops.test"
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		res, err := c.Do(r)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return err
		}
		if res.StatusCode >= 500 {
			return fmt.Errorf("%s %s: status %d", method, path, res.StatusCode)
		}
		return nil
	}
	if err := ask(dial(), http.MethodGet, "/", ""); err != nil {
		t.Fatalf("the first request: %v\n%s", err, out)
	}
	var (
		stop    = make(chan struct{})
		wg      sync.WaitGroup
		done    atomic.Int64
		longest atomic.Int64
		mu      sync.Mutex
		failed  []error
	)
	for i := range 12 {
		wg.Go(func() {
			c := dial()
			for {
				select {
				case <-stop:
					return
				default:
				}
				method, path, body := http.MethodGet, "/", ""
				if i%4 == 3 { // a write that no client may repeat by itself
					method, path, body = http.MethodPost, "/sign-in", url.Values{"email": {fmt.Sprintf("nobody%d@x.test", i)}, "password": {""}}.Encode()
				}
				if i%4 == 2 {
					c.CloseIdleConnections() // a new connection each time
				}
				began := time.Now()
				err := ask(c, method, path, body)
				took := int64(time.Since(began))
				for was := longest.Load(); took > was && !longest.CompareAndSwap(was, took); was = longest.Load() {
				}
				done.Add(1)
				if err != nil {
					mu.Lock()
					failed = append(failed, err)
					mu.Unlock()
				}
				time.Sleep(2 * time.Millisecond)
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	for round := range 3 {
		longest.Store(0)
		var next *exec.Cmd
		if round == 2 {
			next, _ = inherit(t, dir, socket)
		}
		if err := now.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := now.Wait(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if next == nil {
			next, _ = inherit(t, dir, socket)
		}
		now = next
		time.Sleep(1500 * time.Millisecond)
		t.Logf("restart %d: longest wait of a request %v", round+1, time.Duration(longest.Load()).Round(time.Millisecond))
		if longest.Load() > int64(15*time.Second) {
			t.Errorf("a request waited %v", time.Duration(longest.Load()))
		}
	}
	close(stop)
	wg.Wait()
	t.Logf("%d requests, %d failed", done.Load(), len(failed))
	if len(failed) > 0 {
		t.Errorf("failed: %v", errors.Join(failed[:min(5, len(failed))]...))
	}
	if done.Load() < 100 {
		t.Errorf("only %d requests were made", done.Load())
	}
	if err := now.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := now.Wait(); err != nil {
		t.Error(err)
	}
}
