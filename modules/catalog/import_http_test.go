package catalog_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/modules/catalog"
	"wizamart/tests/harness"
)

// send uploads a file as a form does.
func send(t *testing.T, b *harness.Browser, address, name, content string) *harness.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.Do(t, r)
}

type progress struct {
	ID     string                `json:"id"`
	State  string                `json:"state"`
	Report *catalog.ImportReport `json:"report"`
}

// wait asks for an import until it has finished.
func wait(t *testing.T, b *harness.Browser, address string) (out progress) {
	t.Helper()
	for range 600 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", "application/json")
		b.Do(t, r).Want(t, 200).Decode(t, &out)
		if out.State != "queued" && out.State != "running" {
			return out
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("the import is still %s", out.State)
	return out
}

const threeRows = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Shade\n" +
	"mug,Mug,Size,S,4.50,shopify,3,blue\nmug,,,L,6.50,shopify,-1,\nbowl,\"Bowl\",,,-2,shopify,1,\n"

func TestImportThroughTheDashboard(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	owner := p.Staff(t, "owner", "fjord")
	page := func(path string) string { return p.DashboardURL("fjord", path) }

	owner.Get(t, page("/product-imports")).Want(t, 200).Has(t, "h1", "Import products")
	send(t, owner, page("/product-imports"), "empty.csv", "").Want(t, 422).Has(t, ".error", "not empty")
	owner.Post(t, page("/product-imports"), url.Values{"x": {"y"}}).Want(t, 303, 400, 422)

	preview := send(t, owner, page("/product-imports"), "../../things.csv", threeRows).Want(t, 303)
	at := "http://" + p.Base + strings.TrimPrefix(preview.Header.Get("Location"), "http://"+p.Base)
	if got := wait(t, owner, at); got.State != "succeeded" {
		t.Fatal(got)
	}
	owner.Get(t, at).Want(t, 200).Has(t, "h1", "This would be imported").Has(t, ".page-sub", "things.csv").Has(t, ".import-group", "Prices below zero")
	owner.Get(t, page("/products")).Want(t, 200)
	if n := strings.Count(owner.Get(t, page("/product-exports")).Want(t, 200).Body, "\n"); n != 1 {
		t.Fatalf("a preview made products: %d rows", n)
	}
	started := owner.Post(t, at+"/starts", url.Values{"stock": {"keep"}}).Want(t, 303)
	at = "http://" + p.Base + started.Header.Get("Location")
	wait(t, owner, at)
	owner.Get(t, at).Want(t, 200).Has(t, "h1", "Imported").Has(t, ".import-group", "Prices below zero")
	report := owner.Get(t, at+"/report").Want(t, 200)
	if !strings.Contains(report.Body, "error,4,Variant Price,negative_price,") || !strings.Contains(report.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the report: %v\n%s", report.Header, report.Body)
	}
	export := owner.Get(t, page("/product-exports")).Want(t, 200).Body
	for _, want := range []string{"Shade", "blue", "6.50", ",-1,"} {
		if !strings.Contains(export, want) {
			t.Errorf("the export lacks %q:\n%s", want, export)
		}
	}
	owner.Get(t, page("/inventory?state=out")).Want(t, 200).Has(t, "tbody", "Mug")
	owner.Post(t, at+"/cancellations", nil).Want(t, 303)
	owner.Get(t, page("/product-imports/nonsense")).Want(t, 404)
}

func TestImportOfAnUnreadableFile(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	owner := p.Staff(t, "owner", "fjord")
	for name, file := range map[string]string{
		"picture.png": "\x89PNG\r\n\x1a\n\x00\x00", "open.csv": "Handle,Title,Variant Price\na,\"A,1\n", "latin.csv": "Handle,Title\na,Caf\xe9\n",
	} {
		preview := send(t, owner, p.DashboardURL("fjord", "/product-imports"), name, file).Want(t, 303)
		at := "http://" + p.Base + preview.Header.Get("Location")
		if got := wait(t, owner, at); got.State != "succeeded" {
			t.Errorf("%s: %+v", name, got)
		}
		owner.Get(t, at).Want(t, 200).Has(t, "h1", "This file cannot be read")
		owner.Post(t, at+"/starts", url.Values{}).Want(t, 303)
	}
	if n := strings.Count(owner.Get(t, p.DashboardURL("fjord", "/product-exports")).Body, "\n"); n != 1 {
		t.Error("something was imported")
	}
}

func TestImportThroughTheAPI(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	owner := p.Staff(t, "owner", "fjord")
	post := func(query, kind, body string, length int64) *harness.Page {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.APIURL("/stores/fjord/product-imports"+query), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if length > 0 {
			r.ContentLength = length
			r.Body = io.NopCloser(io.LimitReader(zeros{}, length))
		}
		return owner.Do(t, r)
	}
	post("?stock=sideways", "text/csv", threeRows, 0).Want(t, 422)
	post("", "text/csv", "", catalog.MaxImportFile+1<<20).Want(t, 413)
	created := post("?stock=set", "text/csv", threeRows, 0).Want(t, 202)
	var job progress
	created.Decode(t, &job)
	got := wait(t, owner, p.APIURL("/stores/fjord/product-imports/"+job.ID))
	if got.Report == nil || got.Report.Products.Created != 1 || got.Report.Variants.Created != 2 || got.Report.ErrorCount != 2 || got.Report.Errors[0].Line != 4 {
		t.Errorf("%+v", got.Report)
	}
	export := owner.Get(t, p.APIURL("/stores/fjord/product-exports")).Want(t, 200)
	if !strings.HasPrefix(export.Header.Get("Content-Type"), "text/csv") || !strings.Contains(export.Body, "mug,Mug") {
		t.Errorf("%v %s", export.Header, export.Body)
	}
	owner.Get(t, p.APIURL("/stores/fjord/product-exports?status=odd")).Want(t, 422)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A server that stops in the middle goes on after the next start, and takes no product twice.
func TestImportSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	p := harness.Start(t, harness.In(dir))
	p.Store(t, "fjord", "EUR")
	owner := p.Staff(t, "owner", "fjord")
	var file strings.Builder
	file.WriteString("Handle,Title,Variant Price\n")
	const products = 3000
	for i := range products {
		fmt.Fprintf(&file, "p-%d,Product %d,%d.00\n", i, i, 1+i%90)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.APIURL("/stores/fjord/product-imports"), strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/csv")
	var job progress
	owner.Do(t, r).Want(t, 202).Decode(t, &job)
	part := 0
	for range 500 {
		if part = strings.Count(owner.Get(t, p.APIURL("/stores/fjord/product-exports")).Body, "\n"); part > 50 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.Stop(t)
	t.Logf("stopped after at least %d of %d products", part-1, products)
	again := harness.Start(t, harness.In(dir))
	owner = again.Guest(t)
	owner.Post(t, "http://"+again.Base+"/sign-in", url.Values{"email": {"owner-fjord@staff.test"}, "password": {harness.Password}}).Want(t, 303)
	at := again.DashboardURL("fjord", "/product-imports/"+job.ID)
	if got := wait(t, owner, at); got.State != "succeeded" {
		t.Errorf("%+v", got)
	}
	owner.Get(t, at).Want(t, 200).Has(t, "h1", "Imported").Has(t, ".stat", "New products3,000")
	if n := strings.Count(owner.Get(t, again.DashboardURL("fjord", "/product-exports")).Want(t, 200).Body, "\n"); n != products+1 {
		t.Errorf("%d products", n-1)
	}
}
