package shopifycsv

import (
	"fmt"
	"strings"
	"testing"
)

const short = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Variant Barcode,Image Src,Image Position,Image Alt Text,Vendor,Published,Variant Grams\n"

// Each row of a file against what it gives: "line column code", with ! where the row is refused.
func TestOddities(t *testing.T) {
	tests := []struct {
		name, rows, issues string
		variants           int // of the first product; −1 for no product
		check              func(p *Product) bool
	}{
		{"nothing odd", "a,A,Size,S,,,,1.00,,,,,,,,,\na,,,M,,,,1.00,,,,,,,,,\n", "", 2, nil},
		{"image-only row", "a,A,,,,,,1,,,,http://x/1.png,,,,,\na,,,,,,,,,,,http://x/2.png,,Back,,,\n", "", 1,
			func(p *Product) bool { return len(p.Images) == 2 && p.Images[1].Alt == "Back" && p.Images[1].Line == 3 }},
		{"no handle", ",A,,,,,,1,,,,,,,,,\nb,B,,,,,,1,,,,,,,,,\n", "2 Handle no_handle!", 1, nil},
		{"path as handle", "../etc/passwd,A,,,,,,1,,,,,,,,,\n", "2 Handle bad_handle!", -1, nil},
		{"unusual handle", "Große.Tasse,A,,,,,,1,,,,,,,,,\n", "2 Handle unusual_handle", 1, nil},
		{"empty rows", "\n,,,,,,,,,,,,,,,,\na,A,,,,,,1,,,,,,,,,\na,,,,,,,,,,,,,,,,\n", "3  empty_row|5  empty_row", 1, nil},
		{"no title", "a,,,,,,,1,,,,,,,,,\n", "2 Title title_missing", 1, func(p *Product) bool { return p.Title == "a" }},
		{"too few cells", "a,A,Size,S,,,,1,,,,,,,,,\na,,,M\n", "3  column_count!", 1, nil},
		{"first row broken", "a,A\na,,,M,,,,1,,,,,,,,,\nb,B,,,,,,1,,,,,,,,,\n", "2  column_count!|3 Handle product_refused!", 1,
			func(p *Product) bool { return p.Handle == "b" }},
		{"bad price", "a,A,Size,S,,,,1,,,,,,,,,\na,,,M,,,,1.234.5,,,,,,,,,\n", "3 Variant Price bad_price!", 1, nil},
		{"price with thousands", "a,A,Size,S,,,,\"1,234.50\",,,,,,,,,\n", "2 Variant Price bad_price!|2 Handle product_refused!", -1, nil},
		{"absurd price", "a,A,Size,S,,,,999999999999999999999,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "2 Variant Price bad_price!", 1, nil},
		{"negative price", "a,A,Size,S,,,,-1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "2 Variant Price negative_price!", 1, nil},
		{"bad compare-at", "a,A,Size,S,,,,1,x,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "2 Variant Compare At Price bad_price!", 1, nil},
		{"zeros behind the decimals", "a,A,,,,,,1.2000,,,,,,,,,\n", "", 1, func(p *Product) bool { return p.Variants[0].Price == 120 }},
		{"zero and no price", "a,A,Size,S,,,,0,,,,,,,,,\na,,,M,,,,,,,,,,,,,\n", "2 Variant Price price_zero|3 Variant Price price_missing", 2, nil},
		{"compare-at below, equal, zero", "a,A,Size,S,,,,5,4,,,,,,,,\na,,,M,,,,5,5.00,,,,,,,,\na,,,L,,,,5,0.00,,,,,,,,\n",
			"2 Variant Compare At Price compare_at_not_above_price|3 Variant Compare At Price compare_at_not_above_price|4 Variant Compare At Price compare_at_not_above_price", 3,
			func(p *Product) bool { return *p.Variants[0].CompareAt == 400 && p.Variants[2].CompareAt == nil }},
		{"repeated SKU", "a,A,,,,,X,1,,,,,,,,,\nb,B,,,,,X,1,,,,,,,,,\n", "3 Variant SKU sku_repeated", 1, nil},
		{"barcodes", "a,A,Size,S,,,,1,,,'123,,,,,,\na,,,M,,,,1,,,8.8E+11,,,,,,\n", "2 Variant Barcode barcode_apostrophe|3 Variant Barcode barcode_scientific", 2,
			func(p *Product) bool { return p.Variants[0].Barcode == "123" }},
		{"stock", "a,A,Size,S,,,,1,,-1,,,,,,,\na,,,M,,,,1,,many,,,,,,,\n", "2 Variant Inventory Qty negative_stock|3 Variant Inventory Qty bad_number", 2,
			func(p *Product) bool { return *p.Variants[0].Quantity == -1 && p.Variants[1].Quantity == nil }},
		{"weights", "a,A,Size,S,,,,1,,,,,,,,,453.6\na,,,M,,,,1,,,,,,,,,-1\n", "2 Variant Grams rounded|3 Variant Grams bad_number", 2,
			func(p *Product) bool { return p.Variants[0].Grams == 454 && p.Variants[1].Grams == 0 }},
		{"unknown word", "a,A,,,,,,1,,,,,,,,maybe,\n", "2 Published unknown_word", 1, func(p *Product) bool { return p.Published }},
		{"same options twice", "a,A,Size,S,,,,1,,,,,,,,,\na,,,S,,,,2,,,,,,,,,\n", "3 Option1 Value duplicate_options!", 1, nil},
		{"no option name", "a,A,,S,,,,1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "2 Option1 Name option_name_missing", 2,
			func(p *Product) bool { return p.Options[0].Name == "Option 1" }},
		{"fewer options", "a,A,Size,S,Color,Red,,1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "3 Option2 Value option_value_missing", 2,
			func(p *Product) bool { return p.Variants[1].Values[1] == "" && len(p.Options[1].Values) == 1 }},
		{"option two without one", "a,A,,,Color,Red,,1,,,,,,,,,\n", "2 Option2 Name option_gap", 1,
			func(p *Product) bool { return len(p.Options) == 1 && p.Variants[0].Values[0] == "Red" }},
		{"option names repeat and differ", "a,A,Size,S,size,L,,1,,,,,,,,,\na,,Format,M,,L,,1,,,,,,,,,\n", "3 Option1 Name option_name_differs|2 Option2 Name option_name_repeated", 2, nil},
		{"no options at all", "a,A,,,,,,1,,,,,,,,,\n", "", 1, func(p *Product) bool { return len(p.Options) == 0 }},
		{"Title with other values", "a,A,Title,Default Title,,,,1,,,,,,,,,\na,,,Other,,,,1,,,,,,,,,\n", "", 2, func(p *Product) bool { return len(p.Options) == 1 }},
		{"parent row", "a,A,Size,,,,,,,,,http://x/1.png,,,,,\na,,,S,,,,1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "2  parent_row", 2, nil},
		{"product columns repeat and differ", "a,A,Size,S,,,,1,,,,,,,Acme,,\na,A,,M,,,,1,,,,,,,Other,,\n", "3 Vendor product_differs", 2,
			func(p *Product) bool { return p.Brand == "Acme" }},
		{"rows apart", "a,A,Size,S,,,,1,,,,,,,,,\nb,B,,,,,,1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\n", "4 Handle rows_apart", 1, nil},
		{"images", "a,A,,,,,,1,,,,/local.png,x,,,,\na,,,,,,,,,,,/local.png,,,,,\na,,,,,,,,,,,,,Alone,,,\n",
			"2 Image Src image_address|2 Image Position image_position|3 Image Src image_repeated|4 Image Alt Text alt_without_image|4  empty_row", 1, nil},
		{"quote inside", "a,A 5\" disc,,,,,,1,,,,,,,,,\n", "2  bare_quote", 1, func(p *Product) bool { return p.Title == `A 5" disc` }},
		{"body over lines", "a,\"A\nA\r\nA\",,,,,,1,,,,,,,,,\nb,,,,,,,1,,,,,,,,,\n", "5 Title title_missing", 1,
			func(p *Product) bool { return p.Title == "A\nA\r\nA" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			products, issues, _, err := readAll(t, strings.NewReader(short+tt.rows), "EUR")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range issues {
				mark := ""
				if i.Refused {
					mark = "!"
				}
				if got = append(got, fmt.Sprintf("%d %s %s%s", i.Line, i.Column, i.Code, mark)); i.Message == "" {
					t.Error("an issue without a message")
				}
			}
			if s := strings.Join(got, "|"); s != tt.issues {
				t.Errorf("issues\n%s, want\n%s", s, tt.issues)
			}
			switch {
			case tt.variants < 0:
				if len(products) != 0 {
					t.Errorf("got %+v", products[0])
				}
			case len(products) == 0 || len(products[0].Variants) != tt.variants || (tt.check != nil && !tt.check(products[0])):
				t.Errorf("got %d products: %+v", len(products), products)
			}
		})
	}
}

func TestContinued(t *testing.T) {
	rows := "a,A,Size,S,,,,1,,,,,,,,,\nb,B,,,,,,1,,,,,,,,,\na,,,M,,,,1,,,,,,,,,\na,,,,,,,,,,,http://x/1.png,,,,,\n"
	products, _, _, err := readAll(t, strings.NewReader(short+rows), "EUR")
	if err != nil || len(products) != 3 {
		t.Fatal(products, err)
	}
	p := products[2]
	if !p.Continued || p.Title != "" || len(p.Images) != 1 || p.Variants[0].Values[0] != "M" || p.Options[0].Name != "" {
		t.Errorf("%+v", p)
	}
}

func TestVariantAndImageLimits(t *testing.T) {
	var file strings.Builder
	file.WriteString(short)
	for i := range 1003 {
		fmt.Fprintf(&file, "a,A,Size,%d,,,,1,,,,,,,,,\n", i)
	}
	for i := range MaxImages + 2 {
		fmt.Fprintf(&file, "a,,,,,,,,,,,http://x/%d.png,,,,,\n", i)
	}
	products, issues, _, err := readAll(t, strings.NewReader(file.String()), "EUR")
	if err != nil {
		t.Fatal(err)
	}
	_, refused := counts(issues)
	if !equal(refused, map[string]int{CodeVariantLimit: 3, CodeImageLimit: 2}) || len(products[0].Variants) != MaxVariants || len(products[0].Images) != MaxImages {
		t.Errorf("%v, %d variants, %d images", refused, len(products[0].Variants), len(products[0].Images))
	}
	if issues[0].Line != 1002 || !strings.Contains(issues[0].Message, "1000") {
		t.Errorf("%+v", issues[0])
	}
}
