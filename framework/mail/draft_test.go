package mail

import (
	"context"
	"errors"
	"strings"
	"testing"

	"wizamart/framework/database"
)

// A draft is written before it is first sent, once; one that cannot be written is refused, and of one whose person was erased nothing is left.
func TestDrafts(t *testing.T) {
	written := 0
	b := newBench(t, Options{Development: true, Compose: func(draft string) (html, text string, err error) {
		written++
		if draft == "broken" {
			return "", "", errors.New("no such template")
		}
		return "<p>" + draft + "</p>", draft, nil
	}})
	queue := func(to, draft string) string {
		m := hello(to)
		m.HTML, m.Text, m.Draft = "", "", draft
		return b.queue(m)
	}
	good, bad, gone := queue("ada@example.com", "Hello"), queue("bea@example.com", "broken"), queue("cay@example.com", "Hi")
	plain := b.queue(hello("dee@example.com"))
	if err := b.db.Write(t.Context(), func(tx *database.DB) error { return Erase(context.Background(), tx, "cay@example.com") }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Compose(t.Context(), b.db); err != nil {
			t.Fatal(err)
		}
		b.run()
	}
	if r := b.want(good, Kept); r.HTML != "<p>Hello</p>" || r.Text != "Hello" || r.Draft != "" {
		t.Errorf("%+v", r)
	}
	if r := b.want(bad, Refused); !strings.Contains(r.Error, "no such template") {
		t.Errorf("%+v", r)
	}
	if r := b.want(gone, Refused); r.Draft+r.HTML+r.Text != "" {
		t.Errorf("%+v", r)
	}
	if r := b.want(plain, Kept); r.Text != "Hej" {
		t.Errorf("%+v", r)
	}
	if written != 2 {
		t.Errorf("%d drafts were written", written)
	}
}
