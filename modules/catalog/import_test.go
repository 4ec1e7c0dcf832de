package catalog

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/modules/catalog/shopifycsv"
	"wizamart/tenant"
)

// realFile is a catalogue that others made, exported from Shopify.
func realFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "shopify", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("=== NOT TESTED: %s is not there; put Shopify's sample files at ../shared/data/shopify beside the repository ===", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func importText(t testing.TB, s *Service, st *tenant.Store, data []byte, change func(*ImportInput)) *ImportReport {
	t.Helper()
	in := ImportInput{Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
	if change != nil {
		change(&in)
	}
	report, err := s.Import(context.Background(), st, in)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func exportText(t testing.TB, s *Service, st *tenant.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Export(context.Background(), st, &b, ExportFilter{BaseURL: "https://shop.test"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func dry(in *ImportInput) { in.DryRun = true }

func TestImportRealFiles(t *testing.T) {
	for _, tt := range []struct {
		file               string
		rows               int
		products, variants int
		images             int
		warnings           map[string]int
	}{
		{"apparel.csv", 104, 25, 96, 55, map[string]int{"price_zero": 1}},
		{"snowdevil.csv", 636, 278, 622, 412, map[string]int{
			"barcode_apostrophe": 617, "compare_at_not_above_price": 4, "negative_stock": 1, "price_zero": 4, "sku_repeated": 1}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			data := realFile(t, tt.file)
			s, st, stock := openStore(t)
			preview := importText(t, s, st, data, dry)
			if n, err := s.Export(t.Context(), st, io.Discard, ExportFilter{}); n != 0 || err != nil || len(*stock) > 0 {
				t.Fatalf("a dry run made %d products, %d levels: %v", n, len(*stock), err)
			}
			started := time.Now()
			first := importText(t, s, st, data, nil)
			t.Logf("%d rows in %s", first.Rows, time.Since(started))
			if first.Rows != tt.rows || first.Products != (ImportCounts{Created: tt.products}) || first.Variants != (ImportCounts{Created: tt.variants}) || first.Images.Added != tt.images || first.ErrorCount > 0 {
				t.Errorf("%+v %+v %+v, rows %d, errors %v", first.Products, first.Variants, first.Images, first.Rows, first.Errors)
			}
			if !maps.Equal(first.WarningCodes, tt.warnings) {
				t.Errorf("warnings %v", first.WarningCodes)
			}
			if preview.Products != first.Products || preview.Variants != first.Variants || preview.Images != first.Images || preview.WarningCount() != first.WarningCount() {
				t.Errorf("the dry run said %+v %+v %+v", preview.Products, preview.Variants, preview.Images)
			}
			changes := changeCount(t, st)
			again := importText(t, s, st, data, nil)
			if again.Products != (ImportCounts{Unchanged: tt.products}) || again.Variants != (ImportCounts{Unchanged: tt.variants}) || again.Images.Added != 0 {
				t.Errorf("a second import: %+v %+v %+v", again.Products, again.Variants, again.Images)
			}
			if n := changeCount(t, st); n != changes {
				t.Errorf("a second import wrote %d rows", n-changes)
			}
			once := exportText(t, s, st)
			compareColumns(t, data, once)
			other, fresh, _ := openStore(t)
			importText(t, other, fresh, once, nil)
			if twice := exportText(t, other, fresh); !bytes.Equal(once, twice) {
				t.Error("a second round through a fresh store changes the bytes")
			}
		})
	}
}

// changeCount counts what the writer has changed since the file was opened.
func changeCount(t testing.TB, st *tenant.Store) (n int) {
	t.Helper()
	err := st.Write(t.Context(), func(tx *tenant.Store) error { return tx.NewQuery("SELECT total_changes()").Row(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// compareColumns fails on every cell of the original that the export does not have. What the export adds is empty, but for
// the positions of images.
func compareColumns(t *testing.T, original, exported []byte) {
	t.Helper()
	want, got := cells(t, original), cells(t, exported)
	if len(want) != len(got) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	bad := 0
	for i := range want {
		for column, text := range want[i] {
			if got[i][column] != text {
				if bad++; bad < 10 {
					t.Errorf("row %d, %s: %q, want %q", i+1, column, got[i][column], text)
				}
			}
		}
		for column, text := range got[i] {
			if _, was := want[i][column]; !was && text != "" && column != "Image Position" {
				t.Errorf("row %d: added %s is %q", i+1, column, text)
			}
		}
	}
}

func cells(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, text := range row {
			m[rows[0][i]] = text
		}
		out = append(out, m)
	}
	return out
}

// The file in today's header comes out as the codec alone would write it.
func TestImportOfTodaysHeader(t *testing.T) {
	data, err := os.ReadFile("shopifycsv/testdata/today.csv")
	if err != nil {
		t.Fatal(err)
	}
	s, st, _ := openStore(t)
	if r := importText(t, s, st, data, nil); r.ErrorCount > 0 {
		t.Fatal(r.Errors)
	}
	want, err := os.ReadFile("shopifycsv/testdata/today.classic.csv")
	if err != nil {
		t.Fatal(err)
	}
	if got := exportText(t, s, st); !bytes.Equal(got, want) {
		t.Errorf("the export differs:\n%s\nwant\n%s", got, want)
	}
	again := importText(t, s, st, data, nil)
	if again.Products.Created+again.Products.Updated+again.Variants.Created+again.Variants.Updated > 0 {
		t.Errorf("importing again changes something: %+v %+v", again.Products, again.Variants)
	}
}

const head = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Image Src\n"

func TestImportBadInput(t *testing.T) {
	many := strings.Builder{}
	many.WriteString(head)
	for i := range shopifycsv.MaxVariants + 5 {
		many.WriteString("big,Big,Size," + strings.Repeat("x", 1+i%200) + "-" + string(rune('a'+i/200)) + ",,1,,,,\n")
	}
	tests := []struct {
		name, file string
		products   int    // created
		code       string // of the first error, "" for none
		line       int
	}{
		{"not CSV", "%PDF-1.7\n\x00\x01\x02", 0, CodeFile, 0},
		{"empty", "", 0, CodeFile, 0},
		{"a header alone", head, 0, "", 0},
		{"no handle column", "Name,Price\na,1\n", 0, CodeFile, 0},
		{"wrong encoding", head + "a,Caf\xe9,,,,1,,,,\n", 0, CodeFile, 2},
		{"a NUL", head + "a,A,,,,1,,,,\nb,B\x00,,,,1,,,,\n", 0, CodeFile, 3},
		{"unbalanced quotes", head + "a,A,,,,1,,,,\nb,\"B,,,,1,,,,\nc,C,,,,1,,,,\n", 0, CodeFile, 3},
		{"a negative price", head + "a,A,,,,-1,,,,\nb,B,,,,2,,,,\n", 1, shopifycsv.CodeNegativePrice, 2},
		{"an absurd price", head + "a,A,,,,99999999999999999999,,,,\n", 0, shopifycsv.CodeBadPrice, 2},
		{"a price in words", head + "a,A,,,,cheap,,,,\n", 0, shopifycsv.CodeBadPrice, 2},
		{"a repeated SKU is kept", head + "a,A,,,S,1,,,,\nb,B,,,S,1,,,,\n", 2, "", 0},
		{"over a thousand variants", many.String(), 1, shopifycsv.CodeVariantLimit, 1002},
		{"a path as handle", head + "../../etc/passwd,A,,,,1,,,,\n", 0, shopifycsv.CodeBadHandle, 2},
		{"too many cells", head + "a,A,,,,1,,,,,extra\n", 0, shopifycsv.CodeColumnCount, 2},
		{"a title too long for the catalogue", head + "a," + strings.Repeat("t", 300) + ",,,,1,,,,\nb,B,,,,1,,,,\n", 1, CodeProductRejected, 2},
		{"options of one name", head + "a,A,Size,S,,1,,,,\n" + "b,B,Size,S,,1,,,,\n", 2, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, st, _ := openStore(t)
			preview := importText(t, s, st, []byte(tt.file), dry)
			r := importText(t, s, st, []byte(tt.file), nil)
			if r.Products.Created != tt.products || preview.Products != r.Products || preview.ErrorCount != r.ErrorCount {
				t.Errorf("created %d, want %d; the dry run: %d, errors %d and %d", r.Products.Created, tt.products, preview.Products.Created, r.ErrorCount, preview.ErrorCount)
			}
			if tt.code == "" {
				if r.ErrorCount > 0 {
					t.Errorf("errors %v", r.Errors)
				}
				return
			}
			if r.ErrorCount == 0 || r.Errors[0].Code != tt.code || tt.line > 0 && r.Errors[0].Line != tt.line || r.Errors[0].Message == "" {
				t.Errorf("errors %+v, want %s on line %d", r.Errors, tt.code, tt.line)
			}
		})
	}
}

func TestImportSanitisesForOutputAlone(t *testing.T) {
	s, st, _ := openStore(t)
	body := `<p onclick="x()">Warm<script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a></p>`
	file := "Handle,Title,Body (HTML),Variant Price\na,A,\"" + strings.ReplaceAll(body, `"`, `""`) + "\",1\n"
	importText(t, s, st, []byte(file), nil)
	p, err := s.ProductByHandle(t.Context(), st, "a")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"script", "onclick", "onerror", "javascript", "alert"} {
		if strings.Contains(p.BodyHTML, bad) {
			t.Errorf("%q is in the output: %s", bad, p.BodyHTML)
		}
	}
	if got := cells(t, exportText(t, s, st))[0]["Body (HTML)"]; got != body {
		t.Errorf("exported %q", got)
	}
}
