package catalog

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wizamart/modules/catalog/shopifycsv"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/tenant"
)

func TestImportStock(t *testing.T) {
	s, st, stock := openStore(t)
	file := func(quantity, policy string) []byte {
		return []byte(head + "a,A,Size,S,,1,shopify," + quantity + "," + policy + ",\n,,,,,,,,,\n")
	}
	importText(t, s, st, file("-1", "deny"), nil)
	p, err := s.ProductByHandle(t.Context(), st, "a")
	if err != nil {
		t.Fatal(err)
	}
	id := p.Variants[0].ID
	want := func(when string, r *ImportReport, updated int, level inventorytype.Level) {
		t.Helper()
		level.VariantID = id
		if got := (*stock)[id]; got != level || r.Variants.Updated != updated {
			t.Errorf("%s: %+v, updated %d", when, got, r.Variants.Updated)
		}
	}
	set := func(in *ImportInput) { in.StockSet = true }
	want("a new variant", importText(t, s, st, file("-1", "deny"), nil), 0, inventorytype.Level{Tracked: true, OnHand: -1})
	want("keep", importText(t, s, st, file("7", "continue"), nil), 0, inventorytype.Level{Tracked: true, OnHand: -1})
	want("a dry run", importText(t, s, st, file("7", "continue"), func(in *ImportInput) { in.StockSet, in.DryRun = true, true }), 1, inventorytype.Level{Tracked: true, OnHand: -1})
	want("set", importText(t, s, st, file("7", "continue"), set), 1, inventorytype.Level{Tracked: true, OnHand: 7, Backorder: true})
	want("set again", importText(t, s, st, file("7", "continue"), set), 0, inventorytype.Level{Tracked: true, OnHand: 7, Backorder: true})
	want("no quantity leaves it", importText(t, s, st, file("", "continue"), set), 0, inventorytype.Level{Tracked: true, OnHand: 7, Backorder: true})
	want("without the columns", importText(t, s, st, []byte("Handle,Title,Option1 Name,Option1 Value,Variant Price\na,A,Size,S,1\n"), set), 0, inventorytype.Level{Tracked: true, OnHand: 7, Backorder: true})
}

// An import changes what the file speaks of, and nothing else.
func TestImportLeavesAloneWhatTheFileHasNoColumnFor(t *testing.T) {
	s, st, _ := openStore(t)
	importText(t, s, st, []byte("Handle,Title,Body (HTML),Vendor,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Label colour\n"+
		"a,A,<p>Text</p>,Us,\"x, y\",Size,S,S1,1.00,https://x.test/1.png,red\na,,,,,,M,S2,2.00,,\n"), nil)
	before := exportText(t, s, st)
	r := importText(t, s, st, []byte("Handle,Title,Option1 Name,Option1 Value,Variant Price\na,A,Size,M,2.50\n"), nil)
	if r.Products.Updated != 1 || r.Variants != (ImportCounts{Updated: 1}) {
		t.Fatalf("%+v %+v %v", r.Products, r.Variants, r.Errors)
	}
	want := strings.Replace(string(before), "2.00", "2.50", 1)
	if got := string(exportText(t, s, st)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestImportOptions(t *testing.T) {
	first := head + "a,A,Size,S,,1,,,,\na,,,M,,2,,,,\n"
	for _, tt := range []struct {
		name, second string
		code         string
		variants     ImportCounts
	}{
		{"a new value", head + "a,A,Size,S,,1,,,,\na,,,M,,2,,,,\na,,,L,,3,,,,\n", "", ImportCounts{Created: 1, Unchanged: 2}},
		{"another order", head + "a,A,Size,M,,2,,,,\na,,,S,,1,,,,\n", "", ImportCounts{Updated: 2}},
		{"a part of them", head + "a,A,Size,M,,2,,,,\n", "", ImportCounts{Unchanged: 1}},
		{"another name", head + "a,A,Grösse,S,,1,,,,\na,,,M,,2,,,,\n", "", ImportCounts{Unchanged: 2}},
		{"no options", head + "a,A,Title,Default Title,,1,,,,\n", CodeProductRejected, ImportCounts{}},
		{"more options", strings.Replace(head, "Variant SKU", "Option2 Name,Option2 Value,Variant SKU", 1) + "a,A,Size,S,Color,Red,,1,,,,\n", CodeProductRejected, ImportCounts{}},
		{"rows apart", head + "a,A,Size,S,,1,,,,\nb,B,,,,1,,,,\na,,,M,,2,,,,\n", "", ImportCounts{Created: 1, Unchanged: 2}},
		{"rows apart that repeat", head + "a,A,Size,S,,1,,,,\nb,B,,,,1,,,,\na,,,S,,9,,,,\n", shopifycsv.CodeDuplicateOption, ImportCounts{Created: 1, Unchanged: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, st, _ := openStore(t)
			importText(t, s, st, []byte(first), nil)
			preview := importText(t, s, st, []byte(tt.second), dry)
			r := importText(t, s, st, []byte(tt.second), nil)
			if r.Variants != tt.variants || (tt.code == "") != (r.ErrorCount == 0) || tt.code != "" && r.Errors[0].Code != tt.code {
				t.Errorf("%+v %+v", r.Variants, r.Errors)
			}
			if preview.Variants != r.Variants || preview.Products != r.Products || preview.ErrorCount != r.ErrorCount {
				t.Errorf("the dry run said %+v %+v %v", preview.Products, preview.Variants, preview.Errors)
			}
			again := importText(t, s, st, []byte(tt.second), nil)
			if again.Products.Created+again.Products.Updated+again.Variants.Created+again.Variants.Updated > 0 {
				t.Errorf("again: %+v %+v", again.Products, again.Variants)
			}
		})
	}
}

// A product without options gets some: its one variant becomes the first, with its id and stock.
func TestImportGivesOptionsToAPlainProduct(t *testing.T) {
	s, st, _ := openStore(t)
	importText(t, s, st, []byte(head+"a,A,,,SKU,1,,,,\n"), nil)
	p, _ := s.ProductByHandle(t.Context(), st, "a")
	r := importText(t, s, st, []byte(head+"a,A,Size,S,SKU,1,,,,\na,,,M,,1,,,,\n"), nil)
	q, err := s.ProductByHandle(t.Context(), st, "a")
	if err != nil || len(q.Variants) != 2 || q.Variants[0].ID != p.Variants[0].ID || r.Variants != (ImportCounts{Created: 1, Updated: 1}) {
		t.Errorf("%+v %+v %v", q.Variants, r.Variants, err)
	}
}

func TestImportImagesFromAFolder(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "pictures")
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"pictures/Coat.PNG": b.Bytes(), "pictures/sub/hat.png": b.Bytes(), "pictures/bad.png": []byte("no picture"), "secret.png": b.Bytes(),
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret.png"), filepath.Join(inside, "link.png")); err != nil {
		t.Fatal(err)
	}
	file := "Handle,Title,Variant Price,Image Src\n"
	for i, src := range []string{"https://x.test/files/coat.png?v=12", "hat.png", "https://x.test/bad.png", "https://x.test/../../secret.png", "https://x.test/link.png", "https://x.test/none.png"} {
		file += "p" + string(rune('0'+i)) + ",P,1," + src + "\n"
	}
	s, st, _ := openStore(t)
	root, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	with := func(in *ImportInput) { in.Images = root.FS() }
	preview := importText(t, s, st, []byte(file), func(in *ImportInput) { with(in); in.DryRun = true })
	r := importText(t, s, st, []byte(file), with)
	if r.Images != (ImportImages{Added: 6, Linked: 2, Pending: 4}) || r.WarningCodes[CodeImageMissing] != 3 || r.WarningCodes[CodeImageUnreadable] != 1 {
		t.Errorf("%+v %v", r.Images, r.WarningCodes)
	}
	if preview.Images != (ImportImages{Added: 6, Linked: 3, Pending: 3}) { // it does not open them
		t.Errorf("the dry run said %+v", preview.Images)
	}
	again := importText(t, s, st, []byte(file), with)
	if again.Products.Updated > 0 || again.Images.Added > 0 {
		t.Errorf("again: %+v %+v", again.Products, again.Images)
	}
}

// An import that is stopped goes on where it was, and comes to the same end.
func TestImportGoesOn(t *testing.T) {
	data, err := os.ReadFile(bigFile(t, 2000))
	if err != nil {
		t.Fatal(err)
	}
	s, st, _ := openStore(t)
	whole := importText(t, s, st, data, nil)
	want := exportText(t, s, st)

	other, fresh, _ := openStore(t)
	var state *ImportState
	stop := errors.New("killed")
	in := ImportInput{
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		Checkpoint: func(_ context.Context, _ *tenant.Store, s *ImportState) error {
			copied := *s
			state = &copied
			return nil
		},
	}
	for attempt := 0; ; attempt++ {
		if attempt > 500 {
			t.Fatal("it never ends")
		}
		chunks := 0
		in.Resume = state
		in.Progress = func(context.Context, int, int) error {
			if chunks++; chunks == 2 {
				return stop
			}
			return nil
		}
		report, err := other.Import(t.Context(), fresh, in)
		if err == nil {
			if report.Products != whole.Products || report.Variants != whole.Variants || report.Images != whole.Images {
				t.Errorf("%+v %+v %+v", report.Products, report.Variants, report.Images)
			}
			break
		}
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(exportText(t, other, fresh), want) {
		t.Error("an import in pieces comes to another end")
	}
}

func TestImportIsCancelled(t *testing.T) {
	data, err := os.ReadFile(bigFile(t, 2000))
	if err != nil {
		t.Fatal(err)
	}
	s, st, _ := openStore(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("somebody cancelled it")
	report, err := s.Import(ctx, st, ImportInput{
		Open:     func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		Progress: func(context.Context, int, int) error { cancel(why); return nil },
	})
	if !errors.Is(err, why) || report.Products.Created == 0 || report.Products.Created == 500 {
		t.Fatalf("%+v %v", report.Products, err)
	}
	if n, err := s.Export(t.Context(), st, io.Discard, ExportFilter{}); n != report.Products.Created || err != nil {
		t.Errorf("%d products are there, %d were reported: %v", n, report.Products.Created, err)
	}
}
