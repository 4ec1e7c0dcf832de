package catalog

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// bigFile is a file of products with four variants each.
func bigFile(t testing.TB, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,Colour of the label")
	for i := range rows {
		n := i / 4
		title, body, image := "", "", ""
		if i%4 == 0 {
			title = fmt.Sprintf("Product %d", n)
			body = "<p>A <strong>good</strong> product, made with care in a small workshop by the sea. It lasts.</p><ul><li>Wool</li><li>Linen</li></ul>"
			image = fmt.Sprintf("https://pictures.test/%d.jpg", n)
		}
		fmt.Fprintf(w, "p-%d,%s,\"%s\",Brand %d,Shoes,\"warm, wool\",true,Size,%d,SKU-%d,%d,shopify,%d,deny,%d.90,%s,red\n", n, title, body, n%20, i%4, i, 100+i%50, i%30, 10+i%90, image)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Five thousand rows are a matter of seconds; the figure is for people.
func TestImportSpeed(t *testing.T) {
	rows := 5000
	path := bigFile(t, rows)
	s, st, _ := openStore(t)
	in := ImportInput{Open: func() (io.ReadCloser, error) { return os.Open(path) }}
	for _, name := range []string{"first import", "again"} {
		started := time.Now()
		r, err := s.Import(t.Context(), st, in)
		if err != nil || r.ErrorCount > 0 || r.Products.Total() != rows/4 {
			t.Fatalf("%+v %v", r.Products, err)
		}
		t.Logf("%s: %d rows in %s", name, rows, time.Since(started).Round(time.Millisecond))
	}
	started := time.Now()
	n, err := s.Export(context.Background(), st, io.Discard, ExportFilter{})
	if err != nil || n != rows/4 {
		t.Fatal(n, err)
	}
	t.Logf("export: %s", time.Since(started).Round(time.Millisecond))
}

// What an import holds does not grow with the file.
func TestImportMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand rows")
	}
	peak := func(rows int) uint64 {
		path := bigFile(t, rows)
		s, st, _ := openStore(t)
		var top uint64
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		in := ImportInput{DryRun: true, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
		n := 0
		in.Progress = func(context.Context, int, int) error {
			if n++; n%4 == 0 {
				runtime.GC()
				metrics.Read(sample)
				top = max(top, sample[0].Value.Uint64())
			}
			return nil
		}
		if _, err := s.Import(t.Context(), st, in); err != nil {
			t.Fatal(err)
		}
		return top
	}
	small, large := peak(10_000), peak(100_000)
	t.Logf("live heap at most %d kB for 10,000 rows, %d kB for 100,000", small>>10, large>>10)
	if large > small+8<<20 {
		t.Errorf("memory grows with the file: %d bytes, then %d", small, large)
	}
}
