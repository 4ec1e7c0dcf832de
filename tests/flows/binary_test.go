package flows

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"time"
	"wizamart/framework/replicate/replicatetest"
)

// built is the binary, made once.
var built struct {
	sync.Once
	path string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.path != "" {
		os.RemoveAll(filepath.Dir(built.path))
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		dir, err := os.MkdirTemp("", "wizamart-flows-")
		if err != nil {
			built.err = err
			return
		}
		built.path = filepath.Join(dir, "wizamart")
		cmd := exec.Command("go", "build", "-tags", "nodynamic", "-o", built.path, "wizamart")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("build the binary: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// result of a command that has ended.
type result struct {
	status      int
	out, errout string
}

// run runs a command on a data directory and waits.
func run(t *testing.T, dir string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(t), args...)
	cmd.Env = append(environment(), "WIZAMART_DATA="+dir)
	var out, errout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errout
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v", args, err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), errout.String()}
}

// environment without the settings of whoever runs the tests.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "WIZAMART_") {
			out = append(out, v)
		}
	}
	return out
}

func (r result) want(t *testing.T, status int, parts ...string) result {
	t.Helper()
	all := r.out + r.errout
	if r.status != status {
		t.Fatalf("exit status %d, want %d\n%s", r.status, status, all)
	}
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Fatalf("%q is not in the output:\n%s", p, all)
		}
	}
	return r
}

// server is a running wizamart.
type server struct {
	t      *testing.T
	cmd    *exec.Cmd
	listen string // host:port to reach it at
	mu     sync.Mutex
	text   strings.Builder // what it printed
	ended  chan error
}

func freePort(t *testing.T) string {
	t.Helper()
	return strconv.Itoa(replicatetest.Port(t))
}

// start runs serve or demo on host and a free port, until the line that says it is ready.
func start(t *testing.T, dir, host, ready string, args ...string) *server {
	t.Helper()
	port := freePort(t)
	s := &server{t: t, listen: "127.0.0.1:" + port, ended: make(chan error, 1)}
	s.cmd = exec.Command(binary(t), append(args, "--data", dir, "--listen", net.JoinHostPort(host, port), "--log-level", "error")...)
	s.cmd.Env = environment()
	pipe, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = s.cmd.Stdout
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan struct{})
	go func() {
		scan, seen := bufio.NewScanner(pipe), false
		for scan.Scan() {
			s.mu.Lock()
			s.text.WriteString(scan.Text() + "\n")
			s.mu.Unlock()
			if !seen && strings.Contains(scan.Text(), ready) {
				seen = true
				close(found)
			}
		}
		s.ended <- s.cmd.Wait()
	}()
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill() //nolint:errcheck // it may have ended
		}
	})
	select {
	case <-found:
	case err := <-s.ended:
		t.Fatalf("%v ended: %v\n%s", args, err, s.printed())
	case <-time.After(90 * time.Second):
		t.Fatalf("%v is not ready after 90 s\n%s", args, s.printed())
	}
	return s
}

func (s *server) printed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// stop presses Ctrl-C and waits for the exit status.
func (s *server) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(90 * time.Second):
		s.t.Fatalf("it does not stop\n%s", s.printed())
	}
	return s.cmd.ProcessState.ExitCode()
}

// client sends every host's requests to the server, and follows nothing.
func (s *server) client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.listen)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
