package shopifycsv

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"testing"
)

// Files put together from odd cells: whatever is taken can be written, and stays as it is from then on.
func TestRandomFilesSettle(t *testing.T) {
	pool := []string{"", "", "", "", "", "a", "b", "c", "1", "2", " 3 ", "-1", "0", "0.00", "1.50", "99.999", "S", "M", "true", "FALSE", "maybe",
		"http://x/1.png", "http://x/2.png", "'123", "'", "x, y,x", "Title", "Default Title", "deny", "Continue", "kg", "\"", "line\r\nline", "\r", " ", "é\u00a0"}
	columns := append(Layout(), "Zed", "Variant Zed", "Zed (product.metafields.x.y)", "")
	const rounds = 2000
	taken := 0
	for seed := range uint64(rounds) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		header := []string{"Handle", "Title"}
		for _, i := range rnd.Perm(len(columns))[:rnd.IntN(len(columns))] {
			if columns[i] != "Handle" && columns[i] != "Title" {
				header = append(header, columns[i])
			}
		}
		w.Write(header)
		for h := range 1 + rnd.IntN(3) {
			for range 1 + rnd.IntN(6) {
				row := []string{string(rune('a' + h))}
				for range header[1:] {
					row = append(row, pool[rnd.IntN(len(pool))])
				}
				w.Write(row)
			}
		}
		w.Flush()
		r, err := NewReader(bytes.NewReader(file.Bytes()), Options{Currency: "EUR"})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, file.Bytes())
		}
		var products []*Product
		for {
			p, err := r.Next()
			if err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, file.Bytes())
			}
			products = append(products, p)
		}
		taken += len(products)
		again(t, export(t, products, "EUR", r.ExtraColumns()), "EUR")
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, file.Bytes())
		}
	}
	if t.Logf("%d products from %d files", taken, rounds); taken < rounds/2 {
		t.Error("too few products were taken for this to show anything")
	}
}
