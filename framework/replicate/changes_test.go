package replicate

import (
	"os"
	"path/filepath"
	"testing"
)

// A change is remembered by the next process, whatever happens to this one; one that is taken comes back with the next write.
func TestChanges(t *testing.T) {
	dir := t.TempDir()
	open := func() *Changes {
		t.Helper()
		c, err := OpenChanges(dir)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(c *Changes, keys ...string) {
		t.Helper()
		got := c.Since()
		for _, k := range keys {
			if got[k].IsZero() || !c.Changed(k) {
				t.Errorf("%q is forgotten: %v", k, got)
			}
		}
		if len(got) != len(keys) {
			t.Errorf("%v, not %q", got, keys)
		}
	}
	c := open()
	want(c)
	must(c.Note("one"))
	must(c.Note(""))
	must(c.Note("one"))
	select {
	case <-c.Wake():
	default:
		t.Error("nobody is woken")
	}
	must(os.WriteFile(filepath.Join(c.dir, "two.new"), nil, 0o600)) // a mark that a kill cut short
	c = open()
	want(c, "one", "")
	must(c.Take("one"))
	want(c, "")
	want(open(), "")
	c.Again("one") // its transaction was under way
	want(c, "", "one")
	must(c.Note("one"))
	want(open(), "", "one")
}
