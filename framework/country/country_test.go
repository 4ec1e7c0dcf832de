package country

import "testing"

func TestList(t *testing.T) {
	list := List("de")
	if len(list) < 240 || len(list) > 252 {
		t.Errorf("%d countries", len(list))
	}
	if list[0].Name != "Afghanistan" || list[1].Name != "Ägypten" {
		t.Errorf("not in German order: %v", list[:2])
	}
	for _, c := range list {
		if c.Name == "" || c.Name == "Unknown Region" || c.Name == c.Code {
			t.Errorf("%s has no name: %q", c.Code, c.Name)
		}
	}
}

func TestName(t *testing.T) {
	for _, tt := range []struct{ lang, code, want string }{
		{"en", "JP", "Japan"}, {"de", "DK", "Dänemark"}, {"xx", "NO", "Norway"}, {"en", "QQ", "QQ"}, {"en", "", ""}, {"en", "EU", "EU"},
	} {
		if got := Name(tt.lang, tt.code); got != tt.want {
			t.Errorf("Name(%s, %s) = %q, want %q", tt.lang, tt.code, got, tt.want)
		}
	}
}

func TestValid(t *testing.T) {
	for code, want := range map[string]bool{"DE": true, "JP": true, "de": false, "EU": false, "ZZ": false, "UK": false, "": false} {
		if Valid(code) != want {
			t.Errorf("Valid(%q) = %v", code, !want)
		}
	}
}
