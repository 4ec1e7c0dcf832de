package shopifycsv

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"strconv"
	"testing"
)

// Columns that an export adds to the classic files, because Shopify's header has grown since.
var added = map[string]bool{
	"Product Category": true, "Option1 Linked To": true, "Option2 Linked To": true, "Option3 Linked To": true,
	"Unit Price Total Measure": true, "Unit Price Total Measure Unit": true, "Unit Price Base Measure": true,
	"Unit Price Base Measure Unit": true, "Image Position": true, "Variant Tax Code": true, "Cost per item": true, "Status": true,
}

// Every cell of the real files comes back, at its place; what the export adds is empty but for positions.
func TestRoundTripColumnByColumn(t *testing.T) {
	for _, file := range []string{"apparel.csv", "snowdevil.csv"} {
		t.Run(file, func(t *testing.T) {
			original := realFile(t, file)
			products, _, extra, err := readAll(t, bytes.NewReader(original), "USD")
			if err != nil {
				t.Fatal(err)
			}
			once := export(t, throughJSON(t, products), "USD", extra)
			want, got := table(t, original), table(t, once)
			if len(want) != len(got) {
				t.Fatalf("%d rows, want %d", len(got), len(want))
			}
			for column := range want[0] {
				if _, ok := got[0][column]; !ok {
					t.Errorf("column %q is missing", column)
				}
			}
			image, handle := 0, ""
			for i := range got {
				if got[i]["Handle"] != handle {
					image, handle = 0, got[i]["Handle"]
				}
				for column, text := range got[i] {
					original, was := want[i][column]
					switch {
					case was && text != original:
						t.Errorf("row %d, %s: %q, want %q", i+1, column, text, original)
					case !was && !added[column]:
						t.Fatalf("column %q was added", column)
					case !was && column == "Image Position" && got[i]["Image Src"] != "":
						if image++; text != strconv.Itoa(image) {
							t.Errorf("row %d: image position %q, want %d", i+1, text, image)
						}
					case !was && text != "":
						t.Errorf("row %d: added %s is %q", i+1, column, text)
					}
				}
			}
			again(t, once, "USD")
		})
	}
}

func TestRoundTripOfTodaysHeader(t *testing.T) {
	data, err := os.ReadFile("testdata/today.csv")
	if err != nil {
		t.Fatal(err)
	}
	products, _, extra, err := readAll(t, bytes.NewReader(data), "EUR")
	if err != nil {
		t.Fatal(err)
	}
	once := export(t, throughJSON(t, products), "EUR", extra)
	const golden = "testdata/today.classic.csv"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, once, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || !bytes.Equal(once, want) {
		t.Errorf("the export differs from %s (%v); look at it, then UPDATE_GOLDEN=1", golden, err)
	}
	again(t, once, "EUR")
}

// Our own columns, collected from the products alone, give the same file as the reader's list.
func TestExtraColumnsOfProducts(t *testing.T) {
	file := "Handle,Title,Zeta,Alpha,Variant Price,Image Src,Option1 Name,Option1 Value\n" +
		"a,A,z,,1.00,,Size,S\na,,,only here,2.00,,,M\na,,by row,,,https://x.test/1.png,,\na,,,stray,,,,\n"
	products, issues, extra, err := readAll(t, bytes.NewReader([]byte(file)), "EUR")
	if err != nil {
		t.Fatal(err)
	}
	var own ExtraColumns
	for _, p := range products {
		own.AddProduct(p)
	}
	once := export(t, products, "EUR", own.Names())
	if !bytes.Equal(once, export(t, products, "EUR", extra)) {
		t.Errorf("%v and %v differ", own.Names(), extra)
	}
	if w, _ := counts(issues); w[CodeStrayRow] != 1 || len(products[0].ExtraRows) != 1 {
		t.Errorf("%v", issues)
	}
	again(t, once, "EUR")
}

// again imports and exports an export: the bytes stay.
func again(t testing.TB, once []byte, currency string) {
	t.Helper()
	products, _, extra, err := readAll(t, bytes.NewReader(once), currency)
	if err != nil {
		t.Fatalf("an export can't be read: %v\n%s", err, once)
	}
	if twice := export(t, products, currency, extra); !bytes.Equal(once, twice) {
		t.Errorf("a second round changes the bytes:\n%s\n--- then ---\n%s", once, twice)
	}
}

// throughJSON stands in for a database that keeps Extra and Raw as JSON.
func throughJSON(t *testing.T, products []*Product) (back []*Product) {
	t.Helper()
	data, err := json.Marshal(products)
	if err == nil {
		err = json.Unmarshal(data, &back)
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func table(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		cells := map[string]string{}
		for i, text := range row {
			cells[rows[0][i]] = text
		}
		out = append(out, cells)
	}
	return out
}
