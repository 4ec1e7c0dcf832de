package flows

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What install writes is read by systemd's own checker: it may miss the binary, which is not installed here, and nothing else. No systemd runs where tests do.
func TestUnitsAreValid(t *testing.T) {
	about(t, "network", "install")
	checker, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed: the units are not checked (Debian’s package is systemd)")
	}
	for _, mode := range []string{"auto", "off"} {
		root := t.TempDir()
		run(t, filepath.Join(root, "data"), "install", "--base-domain", "shops.example", "--email", "you@example.com", "--tls", mode, "--root", root).want(t, 0)
		units := filepath.Join(root, "etc/systemd/system")
		out, err := exec.Command(checker, "verify", filepath.Join(units, "wizamart.service"), filepath.Join(units, "wizamart.socket")).CombinedOutput()
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "Command /usr/local/bin/wizamart is not executable") {
				t.Errorf("--tls %s: %s", mode, line)
			}
		}
		if err != nil && len(out) == 0 {
			t.Errorf("--tls %s: %v", mode, err)
		}
		// 0 is locked away, 10 lies open. What is left of it: it speaks to the network, and its root is the machine's.
		if out, err := exec.Command(checker, "security", "--offline=true", "--threshold=13", filepath.Join(units, "wizamart.service")).CombinedOutput(); err != nil {
			t.Errorf("--tls %s: the unit is exposed to more than it was: %v\n%s", mode, err, out)
		}
	}
}
