package fault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wizamart/framework/replicate/replicatetest"
)

// rounds of a loop: few in CI, many in “make fault”.
func rounds(few int) int {
	if n, err := strconv.Atoi(os.Getenv("FAULT_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return few
}

// long tells whether all that takes minutes is asked for.
func long() bool { return os.Getenv("FAULT_ROUNDS") != "" }

// made holds the binary and a data directory with the demo's shops, made once.
var made struct {
	sync.Once
	root string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if made.root != "" {
		os.RemoveAll(made.root)
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	made.Do(func() {
		if made.root, made.err = os.MkdirTemp("", "wizamart-fault-"); made.err != nil {
			return
		}
		build := exec.Command("go", "build", "-tags", "nodynamic", "-o", filepath.Join(made.root, "wizamart"), "wizamart")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			made.err = fmt.Errorf("build the binary: %w\n%s", err, out)
			return
		}
		s := &site{t: t, data: filepath.Join(made.root, "demo")}
		s.start("--replica-config", "off")
		s.stop()
	})
	if made.err != nil {
		t.Fatal(made.err)
	}
	return filepath.Join(made.root, "wizamart")
}

// site is an installation of the demo: a data directory, and a server while one runs.
type site struct {
	t    *testing.T
	data string
	file []string // flags that name the replica's settings
	addr string
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan error
}

// newSite copies the demo to a directory of its own; data may name where.
func newSite(t *testing.T, data string) *site {
	t.Helper()
	binary(t)
	if data == "" {
		data = filepath.Join(t.TempDir(), "data")
	}
	s := &site{t: t, data: data}
	if err := os.CopyFS(data, os.DirFS(filepath.Join(made.root, "demo"))); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(made.root, "demo.key"))
	if err == nil {
		err = os.WriteFile(data+".key", key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(data, "lock"))
	t.Cleanup(s.kill)
	return s
}

// start runs the server until it is ready; flags name the replica, and are kept for the next start and for commands.
func (s *site) start(flags ...string) {
	s.t.Helper()
	if s.addr == "" {
		s.addr = replicatetest.Address(s.t)
	}
	if len(flags) > 0 {
		s.file = flags
	}
	args := append([]string{"--data", s.data, "--log-level", "error", "demo", "--listen", s.addr, "--trusted-proxies", "127.0.0.1"}, s.file...)
	s.log, s.done = &bytes.Buffer{}, make(chan error, 1)
	var out watch
	s.cmd = exec.Command(filepath.Join(made.root, "wizamart"), args...)
	s.cmd.Env = environment()
	s.cmd.Stdout, s.cmd.Stderr = &out, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd, done := s.cmd, s.done
	go func() { done <- cmd.Wait() }()
	for end := time.Now().Add(hangs); ; time.Sleep(5 * time.Millisecond) {
		select {
		case err := <-s.done:
			s.cmd = nil
			s.t.Fatalf("the server ended: %v\n%s", err, s.log)
		default:
		}
		if out.has("Ctrl-C") {
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server is not ready after %s", hangs)
		}
	}
}

// watch keeps what a process prints.
type watch struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *watch) has(part string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(w.text.String(), part)
}

// kill is kill -9.
func (s *site) kill() {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-s.done
	s.cmd = nil
}

// stop lets running requests finish and what is uncopied be copied.
func (s *site) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	select {
	case err := <-s.done:
		if err != nil {
			s.t.Fatalf("the server ended with %v\n%s", err, s.log)
		}
	case <-time.After(60 * time.Second):
		s.t.Fatal("the server does not stop")
	}
	s.cmd = nil
}

// run runs a command on the data directory.
func (s *site) run(args ...string) (string, error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute) // of a machine that does much else
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(made.root, "wizamart"), slices.Concat([]string{"--data", s.data}, s.file, args)...)
	cmd.Env = environment()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (s *site) must(args ...string) string {
	s.t.Helper()
	out, err := s.run(args...)
	if err != nil {
		s.t.Fatalf("wizamart %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// environment without the settings of whoever runs the tests, with the keys of the tests' S3 server.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WIZAMART_") || strings.HasPrefix(v, "AWS_") })
	return append(env, "AWS_ACCESS_KEY_ID="+replicatetest.AccessKey, "AWS_SECRET_ACCESS_KEY="+replicatetest.SecretKey)
}

// replicaTo writes a litestream.yml for a URL and gives the flags that name it.
func replicaTo(t *testing.T, url string) []string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "litestream.yml")
	if err := os.WriteFile(name, fmt.Appendf(nil, "dbs:\n  - dir: data\n    replica:\n      url: %q\n", url), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"--replica-config", name}
}

// client sends every host's requests to the server and follows nothing.
func (s *site) client() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.addr)
		},
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// hangs is how long nobody may wait for anything. It is no promise of the server, which answers in seconds: the machine may have much else to do.
const hangs = 5 * time.Minute

// until waits for ok.
func until(t *testing.T, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !ok() {
		if time.Since(began) > hangs {
			t.Fatalf("waited in vain for %s (%s)", what, hangs)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(began)
}

var errRefused = errors.New("refused")
