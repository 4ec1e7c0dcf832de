package observe

import (
	"fmt"
	"slices"
	"testing"
)

func TestRecentIsBounded(t *testing.T) {
	var none *Recent
	none.Add(Request{})
	if none.All() != nil {
		t.Error("what is nil remembers")
	}
	r := &Recent{}
	for i := range MaxRecent + 3 {
		r.Add(Request{ID: fmt.Sprint(i)})
	}
	all := r.All()
	if len(all) != MaxRecent || all[0].ID != fmt.Sprint(MaxRecent+2) || all[MaxRecent-1].ID != "3" {
		t.Errorf("%d, %q … %q", len(all), all[0].ID, all[len(all)-1].ID)
	}
}

func TestNamesOfAQuery(t *testing.T) {
	for query, want := range map[string][]string{
		"":                              nil,
		"token=s3cret&page=2&page=3":    {"page", "token"},
		"eyJhbGciOiJIUzI1NiJ9&x=1":      {"x", "…"},
		"mail%40example.test=1":         {"…"},
		"averyveryveryverylongnameofit": {"…"},
	} {
		if got := Names(query); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}
