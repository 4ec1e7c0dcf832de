// Package replicatetest starts a real S3 server on loopback for tests: versitygw, built from the module in tests/servers.
package replicatetest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Keys of every server that is started.
const (
	AccessKey = "test"
	SecretKey = "test-secret"
)

var builds sync.Map // package → func() (string, error)

// Build builds a command of tests/servers, once, and returns its path. Without the sources of the servers at hand it skips
// the test and says so; with CI in the environment it fails.
func Build(tb testing.TB, pkg string) string {
	tb.Helper()
	once, _ := builds.LoadOrStore(pkg, sync.OnceValues(func() (string, error) {
		root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "wizamart").Output()
		if err != nil {
			return "", err
		}
		dir := string(bytes.TrimSpace(root))
		out := filepath.Join(dir, ".cache", "servers", filepath.Base(pkg))
		if built, err := os.Stat(out); err == nil { // make servers, or the test before
			pinned, err := os.Stat(filepath.Join(dir, "tests", "servers", "go.mod"))
			if err == nil && built.ModTime().After(pinned.ModTime()) {
				return out, nil
			}
		}
		temp := fmt.Sprintf("%s-%d", out, os.Getpid()) // the tests of another package may build it, or run it, at the same time
		cmd := exec.Command("go", "build", "-o", temp, pkg)
		cmd.Dir = filepath.Join(dir, "tests", "servers")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w\n%s", err, text)
		}
		return out, os.Rename(temp, out)
	}))
	path, err := once.(func() (string, error))()
	if err != nil && os.Getenv("CI") != "" {
		tb.Fatalf("%s cannot be built from tests/servers: %v", pkg, err) // CI never lands what was not tried
	} else if err != nil {
		tb.Skipf("SKIPPED: %s cannot be built from tests/servers, so nothing is tried against it: %v", pkg, err)
	}
	return path
}

// Server is a running S3 server with one bucket.
type Server struct {
	Addr   string
	Bucket string

	tb   testing.TB
	dir  string
	path string
	cmd  *exec.Cmd
}

// Start starts a server that ends with the test.
func Start(tb testing.TB) *Server { tb.Helper(); return start(tb, tb.TempDir()) }

// StartSmall starts one whose disk is a file system of its own, of so many megabytes, so that it can be full. Where none can be mounted
// it is as Start, and small is false.
func StartSmall(tb testing.TB, megabytes int) (s *Server, small bool) {
	tb.Helper()
	dir := tb.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); err != nil {
		return start(tb, dir), false
	}
	tb.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // a file system of the test alone
	return start(tb, dir), true
}

// Fill leaves no room on the disk of a server from StartSmall, until Empty.
func (s *Server) Fill() {
	s.tb.Helper()
	f, err := os.Create(s.ballast())
	if err != nil {
		s.tb.Fatal(err)
	}
	defer f.Close()
	for _, size := range []int{64 << 10, 1} {
		chunk := make([]byte, size)
		for err = nil; err == nil; _, err = f.Write(chunk) {
		}
		if !errors.Is(err, syscall.ENOSPC) {
			s.tb.Fatal(err)
		}
	}
}

// Empty makes room again.
func (s *Server) Empty() {
	s.tb.Helper()
	if err := os.Remove(s.ballast()); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.tb.Fatal(err)
	}
}

func (s *Server) ballast() string { return filepath.Join(s.dir, ".ballast") }

func start(tb testing.TB, dir string) *Server {
	tb.Helper()
	s := &Server{tb: tb, Bucket: "replica", dir: dir, path: Build(tb, "github.com/versity/versitygw/cmd/versitygw")}
	s.Addr = Address(tb)
	if err := os.Mkdir(filepath.Join(s.dir, s.Bucket), 0o700); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Stop)
	s.Run()
	return s
}

// Run starts the server, again after Stop: with what it had.
func (s *Server) Run() {
	s.tb.Helper()
	s.cmd = exec.Command(s.path, "--port", s.Addr, "posix", s.dir)
	s.cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+AccessKey, "ROOT_SECRET_KEY="+SecretKey)
	if err := s.cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", s.Addr)
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			s.tb.Fatalf("the S3 server does not answer: %v", err)
		}
	}
}

// Stop kills the server.
func (s *Server) Stop() {
	if s.cmd != nil {
		s.cmd.Process.Kill() //nolint:errcheck // it is gone
		s.cmd.Wait()         //nolint:errcheck // it was killed
		s.cmd = nil
	}
}

// URL of a prefix in the bucket.
func (s *Server) URL(prefix string) string {
	return fmt.Sprintf("s3://%s/%s?endpoint=http://%s&region=us-east-1", s.Bucket, prefix, s.Addr)
}
