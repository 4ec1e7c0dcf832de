package catalog

import (
	"testing"

	"wizamart/modules/catalog/shopifycsv"
)

// A tax code goes from the file into the class and out again; one that was kept before is replaced, and a text that is no code stays where it was.
func TestTaxCodeOfAFile(t *testing.T) {
	extra := shopifycsv.Fields{{Column: "A", Value: "1"}, {Column: taxCodeColumn, Value: "books"}, {Column: "B", Value: "2"}}
	code, rest := takeTaxCode(extra)
	if code != "books" || len(rest) != 2 || rest[0].Value != "1" || rest[1].Value != "2" || len(extra) != 3 {
		t.Errorf("%q, %v, %v", code, rest, extra)
	}
	back := putTaxCode(rest, code)
	if again, left := takeTaxCode(back); again != "books" || len(left) != 2 || len(rest) != 2 {
		t.Errorf("%q of %v", again, back)
	}
	if got := putTaxCode(extra, "food"); len(got) != 3 || got[2].Value != "food" {
		t.Error(got)
	}
	if code, rest := takeTaxCode(rest); code != "" || len(rest) != 2 {
		t.Error(code, rest)
	}
}
