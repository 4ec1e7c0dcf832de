package web

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPaging(t *testing.T) {
	for _, tt := range []struct {
		page, total int
		want        string // labels; the current one in brackets
		from, to    int
		prev, next  string
	}{
		{1, 0, "[1]", 0, 0, "", ""},
		{1, 10, "[1]", 1, 10, "", ""},
		{1, 11, "[1] 2", 1, 10, "", "/x?page=2&q=a"},
		{2, 11, "1 [2]", 11, 11, "/x?q=a", ""},
		{5, 100, "1 … 4 [5] 6 … 10", 41, 50, "/x?page=4&q=a", "/x?page=6&q=a"},
		{99, 20, "1 2", 20, 20, "/x?page=98&q=a", ""},
	} {
		c := &Context{R: httptest.NewRequest("GET", "/x?q=a&page=7", nil)}
		p := c.Paging(tt.page, 10, tt.total)
		var labels []string
		for _, l := range p.Pages {
			if l.Active {
				l.Label = "[" + l.Label + "]"
			}
			labels = append(labels, l.Label)
		}
		if got := strings.Join(labels, " "); got != tt.want || p.From != tt.from || p.To != tt.to || p.Prev != tt.prev || p.Next != tt.next {
			t.Errorf("page %d of %d: %q %d–%d %q %q", tt.page, tt.total, got, p.From, p.To, p.Prev, p.Next)
		}
	}
	for query, want := range map[string]int{"": 1, "page=0": 1, "page=-3": 1, "page=x": 1, "page=12": 12, "page=99999999999": 100_000, "page=200000": 100_000} {
		if got := (&Context{R: httptest.NewRequest("GET", "/?"+query, nil)}).PageNumber(); got != want {
			t.Errorf("%q is page %d, want %d", query, got, want)
		}
	}
}
