package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTemporaryFilesStayInTheDataDirectory(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", os.TempDir()) // put back afterwards
	for range 2 {
		if err := keepTemporaryFiles(dir); err != nil {
			t.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "tmp", "*"))
		if err != nil || len(found) > 0 {
			t.Errorf("a start leaves %v, %v", found, err)
		}
		f, err := os.CreateTemp("", "upload-*")
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if !strings.HasPrefix(f.Name(), dir) {
			t.Errorf("%s is outside of %s", f.Name(), dir)
		}
		if info, err := os.Stat(filepath.Join(dir, "tmp")); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("others can read it: %v, %v", info.Mode(), err)
		}
	}
}
