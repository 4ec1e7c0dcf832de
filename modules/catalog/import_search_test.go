package catalog

import (
	"fmt"
	"strings"
	"testing"
)

// What an import brought, or changed, is found at once, and what it refused is not.
func TestImportedIsFound(t *testing.T) {
	s, st, _ := openStore(t)
	file := func(word string) []byte {
		var b strings.Builder
		b.WriteString("Handle,Title,Published,Variant Price\n")
		for i := range 30 {
			fmt.Fprintf(&b, "p-%d,%s %d,true,9.90\n", i, word, i)
		}
		b.WriteString("refused," + word + strings.Repeat(" long", 400) + ",true,9.90\n")
		return []byte(b.String())
	}
	found := func(word string) int {
		t.Helper()
		list, err := s.Listing(t.Context(), st, ListingInput{Query: word})
		if err != nil {
			t.Fatal(err)
		}
		return list.Total
	}
	for _, words := range [][2]string{{"anorak", "parka"}, {"parka", "anorak"}} {
		if r := importText(t, s, st, file(words[0]), nil); len(r.Errors) != 1 {
			t.Fatalf("%+v", r.Errors)
		}
		if n, gone := found(words[0]), found(words[1]); n != 30 || gone != 0 {
			t.Errorf("%d products are found by %q and %d by %q", n, words[0], gone, words[1])
		}
	}
	var rows int
	if err := st.NewQuery("SELECT count(*) FROM catalog_search").Row(&rows); err != nil || rows != 30 {
		t.Errorf("%d rows in the search, %v", rows, err)
	}
}
