package timezone

import (
	"testing"
	"time"
)

// Every name of the table is one that this binary can load.
func TestNames(t *testing.T) {
	names := Names()
	if len(names) < 400 || names[len(names)-1] != "UTC" {
		t.Fatalf("%d names, the last %q", len(names), names[len(names)-1])
	}
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, name := range main {
		if Load(name) == time.UTC {
			t.Errorf("no %s", name)
		}
	}
}

func TestIn(t *testing.T) {
	for country, want := range map[string]string{
		"DK": "Europe/Copenhagen", "DE": "Europe/Berlin", "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "JP": "Asia/Tokyo",
		"US": "America/New_York", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "ZZ": "UTC", "": "UTC",
	} {
		if got := In(country); got != want {
			t.Errorf("%s: %s, want %s", country, got, want)
		}
	}
}

func TestLoad(t *testing.T) {
	for name, want := range map[string]string{"Europe/Paris": "Europe/Paris", "Local": "UTC", "../etc/passwd": "UTC", "Nowhere/Land": "UTC"} {
		if got := Load(name).String(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A day has 23, 24 or 25 hours.
func TestMidnight(t *testing.T) {
	at := Load("Europe/Copenhagen")
	for _, c := range []struct{ when, begin, end string }{
		{"2026-11-26T00:30:00+01:00", "2026-11-25T23:00:00Z", "2026-11-26T23:00:00Z"},
		{"2026-03-29T12:00:00+02:00", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"2026-10-25T23:30:00+01:00", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
	} {
		when, err := time.Parse(time.RFC3339, c.when)
		if err != nil {
			t.Fatal(err)
		}
		begin := Midnight(when, at)
		if got := begin.UTC().Format(time.RFC3339); got != c.begin {
			t.Errorf("%s began %s", c.when, got)
		}
		if got := Midnight(begin.Add(30*time.Hour), at).UTC().Format(time.RFC3339); got != c.end {
			t.Errorf("%s ended %s", c.when, got)
		}
	}
}
