package catalog_test

import (
	"os"
	"path/filepath"
	"testing"

	"wizamart/framework/database"
	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

func TestUploadsThatNobodyImportsDoNotFillTheDisk(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "north", "EUR")
	st := p.Open(t, "north")
	dir := filepath.Join(st.TempDir(), "imports")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var names []string
	for range 6 { // each as large as can be, and hollow
		name := filepath.Join(dir, database.NewID()+".csv")
		names = append(names, name)
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(name, catalog.MaxImportFile); err != nil {
			t.Fatal(err)
		}
	}
	send(t, p.Staff(t, "owner", "north"), p.DashboardURL("north", "/product-imports"), "products.csv", "Handle,Title\nlamp,Lamp\n").Want(t, 303)
	for i, name := range names {
		if _, err := os.Stat(name); (err == nil) != (i >= 3) {
			t.Errorf("upload %d of 6 is still there: %v", i+1, err == nil)
		}
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*.csv")); err != nil || len(all) != 4 {
		t.Errorf("%d uploads wait, want 4: %v", len(all), err)
	}
}
