package arch

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"wizamart/tests/harness"
)

var update = flag.Bool("update", false, "write the goldens anew")

// TestOpenAPI holds the API's description: what it promises to programs changes on purpose only.
// go test ./tests/arch -run OpenAPI -update writes it anew.
func TestOpenAPI(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	page := p.Guest(t).Get(t, p.APIURL("/openapi.json")).Want(t, 200)
	var doc map[string]any
	page.Decode(t, &doc)
	if doc["openapi"] != "3.1.0" {
		t.Errorf("openapi is %v, want 3.1.0", doc["openapi"])
	}
	got, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/openapi.json"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the API's description has changed: look at it, then run go test -tags nodynamic ./tests/arch -run OpenAPI -update")
	}
}
