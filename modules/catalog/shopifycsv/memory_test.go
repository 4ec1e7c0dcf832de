package shopifycsv

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// endless makes rows as they are read: four variants a product, one kilobyte of text on the first.
type endless struct {
	rows, made int
	rest       []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.made == e.rows {
			return 0, io.EOF
		}
		text := ""
		if e.made%4 == 0 {
			text = strings.Repeat("<p>soft</p> ", 85)
		}
		if e.made == 0 {
			e.rest = []byte("Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price\n")
		}
		e.rest = fmt.Appendf(e.rest, "product-%d,T,%s,Size,%d,SKU-%d,1.00\n", e.made/4, text, e.made%4, e.made)
		e.made++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 rows")
	}
	const rows = 200_000
	r, err := NewReader(&endless{rows: rows}, Options{Currency: "EUR"})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, products := uint64(0), 0
	for {
		_, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if products++; products%2000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
	}
	t.Logf("%d products, %d MB read, %d KB of heap at most", products, r.Bytes()>>20, peak>>10)
	if products != rows/4 || peak > 16<<20 {
		t.Errorf("%d products, heap grew by %d MB: only hashes of handles and SKUs may stay", products, peak>>20)
	}
}
