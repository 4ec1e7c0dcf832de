package flows

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// version builds the binary with another version's name.
func version(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wizamart-"+name)
	cmd := exec.Command("go", "build", "-tags", "nodynamic", "-ldflags", "-X main.version="+name, "-o", path, "wizamart")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	return path
}

func says(t *testing.T, path, want string) {
	t.Helper()
	out, err := exec.Command(path, "version").Output()
	if err != nil || strings.TrimSpace(string(out)) != "wizamart "+want {
		t.Errorf("%s says %q, %v; want %s", path, out, err, want)
	}
}

func TestUpgradeAndBack(t *testing.T) {
	about(t, "network", "install")
	if testing.Short() {
		t.Skip("it builds two binaries")
	}
	dir := filepath.Join(t.TempDir(), "data")
	run(t, dir, "merchant", "create", "--name", "Up", "--email", "up@merchant.test", "--code", "up").want(t, 0)
	run(t, dir, "store", "create", "--merchant", "up", "--code", "up", "--name", "Up Shop").want(t, 0)
	installed, next := version(t, "v1"), version(t, "v2")
	upgrade := func(args ...string) result {
		return run(t, dir, append([]string{"upgrade", "--no-restart", "--to", installed}, args...)...)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	write(t, broken, "#!/bin/sh\necho something else\n")
	if err := os.Chmod(broken, 0o755); err != nil {
		t.Fatal(err)
	}
	upgrade(broken).want(t, 1, "nothing was changed")
	write(t, broken, "#!/bin/sh\ncase $1 in version) echo wizamart v3;; *) echo cannot open it >&2; exit 1;; esac\n")
	upgrade(broken).want(t, 1, "nothing was changed", "cannot open it")
	says(t, installed, "v1")
	upgrade("--back").want(t, 1, "no binary to go back to")
	upgrade(next).want(t, 0, "wizamart v2", "a copy of the platform's database")
	says(t, installed, "v2")
	says(t, installed+".previous", "v1")
	upgrade("--back").want(t, 0)
	says(t, installed, "v1")
	says(t, installed+".previous", "v2")
	out, err := exec.Command(installed, "--data", dir, "store", "list").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Up Shop") {
		t.Errorf("after the way back: %v\n%s", err, out)
	}
}

func TestInstallWritesItsFiles(t *testing.T) {
	about(t, "network", "install")
	root := t.TempDir()
	dir := filepath.Join(t.TempDir(), "data")
	run(t, dir, "install", "--base-domain", "shops.example", "--print").want(t, 0, "ListenStream=443", "ProtectSystem=strict", "WIZAMART_BASE_DOMAIN=shops.example")
	if found, err := os.ReadDir(root); err != nil || len(found) > 0 {
		t.Errorf("--print wrote %v, %v", found, err)
	}
	run(t, dir, "install", "--base-domain", "shops.example\nX=1", "--print").want(t, 1)
	run(t, dir, "install", "--base-domain", "shops.example", "--root", root, "--tls", "off").want(t, 0)
	settings := filepath.Join(root, "etc/wizamart/wizamart.env")
	if text := slurp(t, settings); !strings.Contains(text, "WIZAMART_TRUSTED_PROXIES=127.0.0.1") || !strings.Contains(text, "WIZAMART_TLS=off") {
		t.Errorf("the settings are\n%s", text)
	}
	if _, err := os.Stat(filepath.Join(root, "usr/local/bin/wizamart")); err != nil {
		t.Error(err)
	}
	write(t, settings, "KEPT=1\n")
	run(t, dir, "install", "--base-domain", "shops.example", "--root", root).want(t, 0, "kept")
	if slurp(t, settings) != "KEPT=1\n" {
		t.Error("the operator's settings were overwritten")
	}
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is not here: the units are not verified")
		return
	}
	out, err := exec.Command(verify, "verify", filepath.Join(root, "etc/systemd/system/wizamart.socket"), filepath.Join(root, "etc/systemd/system/wizamart.service")).CombinedOutput()
	for line := range strings.Lines(string(out)) { // it also complains that the program is not at its place on this machine
		if strings.Contains(line, "wizamart.") && (strings.Contains(line, "Unknown") || strings.Contains(line, "Failed to parse") || strings.Contains(line, "Invalid")) {
			t.Errorf("systemd does not take the units (%v): %s", err, line)
		}
	}
}
