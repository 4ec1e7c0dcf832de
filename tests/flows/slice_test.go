package flows

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// about skips the test unless it belongs to the chosen slice. It takes modules and surfaces in one list.
func about(t *testing.T, words ...string) {
	t.Helper()
	for _, name := range []string{"WIZAMART_TEST_MODULE", "WIZAMART_TEST_SURFACE"} {
		if want := os.Getenv(name); want != "" && !slices.Contains(words, want) {
			t.Skipf("not about %s (this flow is about %s)", want, strings.Join(words, ", "))
		}
	}
}

// products is a real catalogue where it is at hand, else a small one of ours.
func products(t *testing.T) (path string, real bool) {
	t.Helper()
	path = "../../../shared/data/shopify/apparel.csv"
	if _, err := os.Stat(path); err == nil {
		return path, true
	}
	return "../../modules/catalog/shopifycsv/testdata/today.classic.csv", false
}

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
