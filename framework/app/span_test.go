package app

import "testing"

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		text, unit string
		n          int64
		ok         bool
		shown      string
	}{
		{"30 min", "minutes", 30, true, "30 min"},
		{"2 h", "hours", 2, true, "2 h"},
		{"2h", "minutes", 120, true, "2 h"},
		{"1 h 30 min", "minutes", 90, true, "90 min"},
		{"14 days", "days", 14, true, "14 days"},
		{"2 Weeks", "days", 14, true, "14 days"},
		{"1 day", "days", 1, true, "1 day"},
		{"1 day", "hours", 24, true, "24 h"},
		{"2 days", "hours", 48, true, "2 days"},
		{" 36 ", "hours", 36, true, "36 h"},
		{"90\u00a0s", "seconds", 90, true, "90 s"},
		{"0", "hours", 0, true, "0"},
		{"30 min", "hours", 0, false, ""},
		{"1.5 h", "hours", 0, false, ""},
		{"-1", "hours", 0, false, ""},
		{"-1 h", "hours", 0, false, ""},
		{"h", "hours", 0, false, ""},
		{"3 months", "days", 0, false, ""},
		{"", "days", 0, false, ""},
		{"99999999999999999999 h", "hours", 0, false, ""},
		{"9999999999999 days", "days", 0, false, ""},
	} {
		n, ok := ParseSpan(c.text, c.unit)
		if ok != c.ok || ok && n != c.n {
			t.Errorf("%q in %s: %d, %v, want %d, %v", c.text, c.unit, n, ok, c.n, c.ok)
		}
		if !ok {
			continue
		}
		shown := FormatSpan(n, c.unit)
		if again, ok := ParseSpan(shown, c.unit); shown != c.shown || !ok || again != n {
			t.Errorf("%q is shown as %q, read as %d", c.text, shown, again)
		}
	}
}
