package shopifycsv

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readAll reads a whole file for a test.
func readAll(t testing.TB, src io.Reader, currency string) (products []*Product, issues []Issue, extra []string, err error) {
	t.Helper()
	r, err := NewReader(src, Options{Currency: currency, Report: func(i Issue) { issues = append(issues, i) }})
	if err != nil {
		return nil, issues, nil, err
	}
	for {
		p, err := r.Next()
		if err == io.EOF {
			return products, issues, r.ExtraColumns(), nil
		}
		if err != nil {
			return products, issues, nil, err
		}
		products = append(products, p)
	}
}

func export(t testing.TB, products []*Product, currency string, extra []string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, currency, extra)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range products {
		if err := w.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// realFile opens a file of others that lies beside the repository; a clone without it skips, loudly.
func realFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "shopify", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("=== NOT TESTED: %s is not there; put Shopify's sample files at ../shared/data/shopify beside the repository ===", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func counts(issues []Issue) (warnings, refused map[string]int) {
	warnings, refused = map[string]int{}, map[string]int{}
	for _, i := range issues {
		if i.Refused {
			refused[i.Code]++
		} else {
			warnings[i.Code]++
		}
	}
	return warnings, refused
}

func find(products []*Product, handle string) *Product {
	for _, p := range products {
		if p.Handle == handle {
			return p
		}
	}
	return &Product{}
}

func TestToday(t *testing.T) {
	data, err := os.ReadFile("testdata/today.csv")
	if err != nil {
		t.Fatal(err)
	}
	products, issues, extra, err := readAll(t, bytes.NewReader(data), "EUR")
	if err != nil || len(products) != 6 {
		t.Fatalf("%d products, %v", len(products), err)
	}
	warnings, refused := counts(issues)
	wantWarnings := map[string]int{
		CodeNegativeStock: 1, CodeBarcodeQuote: 1, CodeCompareAt: 1, CodeRounded: 1, CodePriceZero: 1, CodeSKURepeated: 1,
	}
	if !equal(warnings, wantWarnings) || len(refused) != 0 {
		t.Errorf("warnings %v, refused %v; want %v", warnings, refused, wantWarnings)
	}
	wantExtra := "Color (product.metafields.shopify.color-pattern)|Care (product.metafields.custom.care)|" +
		"Roast date (variant.metafields.custom.roast_date)|Price / International|Compare-at price / International"
	if got := strings.Join(extra, "|"); got != wantExtra {
		t.Errorf("extra columns %s", got)
	}

	towel := find(products, "linen-tea-towel")
	v := towel.Variants[0]
	if towel.Brand != "Casa Clara" || towel.Status != "active" || !towel.Published || len(towel.Tags) != 3 ||
		!strings.HasPrefix(towel.Category, "Home & Garden") || !strings.Contains(towel.BodyHTML, "\n<ul>") {
		t.Errorf("towel: %+v", towel)
	}
	if v.Price != 1800 || *v.CompareAt != 2200 || *v.Cost != 740 || *v.Quantity != 24 || v.Grams != 160 || !v.Taxable ||
		!v.RequiresShipping || v.ContinueSelling || v.Barcode != "4006381333931" || v.Values[0] != "Indigo" {
		t.Errorf("towel's first variant: %+v", v)
	}
	if o := towel.Options[0]; o.LinkedTo != "product.metafields.shopify.color-pattern" || strings.Join(o.Values, " ") != "Indigo Ochre" {
		t.Errorf("towel's option: %+v", o)
	}
	if care, _ := towel.Extra.Get("Care (product.metafields.custom.care)"); care != "Wash at 60 °C" {
		t.Errorf("metafield: %q", care)
	}
	if len(towel.Images) != 3 || towel.Images[2].Alt != "The weave, close up" || len(towel.Variants) != 2 {
		t.Errorf("images: %+v", towel.Images)
	}

	espresso := find(products, "espresso-no-4")
	if d, _ := espresso.Variants[0].Extra.Get("Roast date (variant.metafields.custom.roast_date)"); d != "2026-05-02" {
		t.Errorf("the first variant's metafield is on the variant: %q", d)
	}
	if !espresso.Variants[2].ContinueSelling || *espresso.Variants[2].Quantity != -2 {
		t.Errorf("%+v", espresso.Variants[2])
	}
	stool := find(products, "oak-stool")
	if len(stool.Options) != 0 || len(stool.Variants[0].Values) != 0 || stool.Variants[0].SKU != "0042" || stool.Variants[0].Barcode != "0012345678905" ||
		stool.Images[0].Alt != "From the front" || stool.Images[1].Position != 2 || stool.Published || stool.Status != "draft" {
		t.Errorf("stool: %+v", stool)
	}
	if mpn, _ := stool.Extra.Get("Google Shopping / MPN"); mpn != "WO-42" {
		t.Errorf("MPN has its classic name: %q", mpn)
	}
	if card := find(products, "gift-card"); !card.GiftCard || card.Variants[0].Quantity != nil || card.Variants[0].Taxable {
		t.Errorf("card: %+v", card)
	}
}

func TestRealFiles(t *testing.T) {
	tests := []struct {
		file                             string
		products, variants, images, rows int
		warnings                         map[string]int
	}{
		{"apparel.csv", 25, 96, 55, 104, map[string]int{CodePriceZero: 1}},
		{"snowdevil.csv", 278, 622, 412, 636, map[string]int{
			CodeBarcodeQuote: 617, CodePriceZero: 4, CodeCompareAt: 4, CodeNegativeStock: 1, CodeSKURepeated: 1,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			products, issues, _, err := readAll(t, bytes.NewReader(realFile(t, tt.file)), "USD")
			if err != nil {
				t.Fatal(err)
			}
			variants, images := 0, 0
			for _, p := range products {
				variants, images = variants+len(p.Variants), images+len(p.Images)
			}
			if len(products) != tt.products || variants != tt.variants || images != tt.images {
				t.Errorf("%d products, %d variants, %d images", len(products), variants, images)
			}
			if warnings, refused := counts(issues); !equal(warnings, tt.warnings) || len(refused) > 0 {
				t.Errorf("warnings %v, refused %v", warnings, refused)
			}
		})
	}
}

func equal(a, b map[string]int) bool {
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return len(a) == len(b)
}
