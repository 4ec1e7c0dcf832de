package catalog

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/job"
)

func TestNumbersOfFields(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12", "12.5": "12.5", "12,50": "12.5", " 0.000001 ": "0.000001", "-3": "-3", "−3.25": "-3.25", "18 l": "18", "18L": "18", "999999999999": "999999999999", "0": "0", "-0": "0",
		"": "", "l": "", "1.0000001": "", "1e5": "", "1.2.3": "", "12 kg": "", "1000000000000": "", ".5": "", "--1": "", "1 2": "", "١٢": "",
	} {
		n, ok := parseNumber(text, "l")
		if got := map[bool]string{true: formatNumber(n)}[ok]; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestValuesOfFields(t *testing.T) {
	choices := []Choice{{"a", "Spring"}, {"b", "Herbst"}}
	for _, c := range []struct {
		kind  FieldKind
		texts []string
		want  string // "!" is refused
	}{
		{YesNoField, []string{"TRUE"}, "true"}, {YesNoField, []string{"no"}, "false"}, {YesNoField, []string{"maybe"}, "!"}, {YesNoField, nil, ""},
		{ChoiceField, []string{"herbst"}, "Herbst"}, {ChoiceField, []string{"Spring; Herbst"}, "!"}, {ChoicesField, []string{"Herbst;spring", "Herbst"}, "Spring; Herbst"}, {ChoicesField, []string{"Winter"}, "!"},
		{DateField, []string{"2026-02-28"}, "2026-02-28"}, {DateField, []string{"2026-02-28T10:00:00Z"}, "2026-02-28"}, {DateField, []string{"2026-02-29"}, "!"}, {DateField, []string{"28.2.2026"}, "!"},
		{URLField, []string{"https://a.example/x"}, "https://a.example/x"}, {URLField, []string{"javascript:alert(1)"}, "!"}, {URLField, []string{"https://u:p@a.example"}, "!"}, {URLField, []string{"a.example"}, "!"},
		{TextField, []string{" two \n words "}, "two words"}, {TextField, []string{strings.Repeat("x", MaxFieldText+1)}, "!"}, {LinesField, []string{"a\r\nb"}, "a\nb"},
	} {
		f := Field{Kind: c.kind, Choices: choices}
		v, err := f.value(c.texts...)
		got := f.text(&v)
		if err != nil {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%s of %q is %q, want %q", c.kind, c.texts, got, c.want)
		}
		if again, err := f.value(got); got != "!" && (err != nil || !again.same(&v)) {
			t.Errorf("%s: %q does not mean what it was made of", c.kind, got)
		}
	}
}

// TestRangesOfNumbers: every number is in exactly one of the ranges that a listing offers, and a range reads back from its address.
func TestRangesOfNumbers(t *testing.T) {
	for name, numbers := range map[string][]int64{
		"few": {3, 18, 30}, "even": sequence(40, 1), "steep": append(sequence(60, 5), 100_000), "negative": sequence(30, -7), "one": slices.Repeat([]int64{5}, 20),
	} {
		all := make([]int64, len(numbers))
		for i, n := range numbers {
			all[i] = n * million
		}
		ranges := rangesOf(all)
		if len(ranges) > 14 {
			t.Errorf("%s: %d ranges", name, len(ranges))
		}
		for _, n := range all {
			in := 0
			for _, r := range ranges {
				if r.has(n) {
					in++
				}
			}
			if in != 1 {
				t.Errorf("%s: %s is in %d ranges of %v", name, formatNumber(n), in, ranges)
			}
		}
		for _, r := range ranges {
			if again, ok := parseRange(r.String()); !ok || again != r {
				t.Errorf("%s: %q reads as %v", name, r.String(), again)
			}
		}
	}
	for _, text := range []string{"", "..", "x", "1..x", "x..2"} {
		if r, ok := parseRange(text); ok {
			t.Errorf("%q is the range %v", text, r)
		}
	}
}

func sequence(n int, step int64) (out []int64) {
	for i := range n {
		out = append(out, int64(i)*step)
	}
	return out
}

// TestColumnsBecomeFields: what an import kept fills a field that is made afterwards; what somebody clears stays cleared.
func TestColumnsBecomeFields(t *testing.T) {
	s, st, _ := openStore(t)
	ctx := context.Background()
	const file = "Handle,Title,Type,Variant Price,Roast (product.metafields.custom.roast)\na,A,Coffee,9.00,Light\nb,B,Coffee,9.00,Dark\n"
	if _, err := s.Import(ctx, st, ImportInput{Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }}); err != nil {
		t.Fatal(err)
	}
	ty, err := s.CreateType(ctx, st, "coffee")
	if err != nil {
		t.Fatal(err)
	}
	set, err := readTypeSet(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	columns := set.unclaimed(extraColumns(st))
	if len(columns) != 1 || columns[0] != (Choice{"roast", "Roast"}) {
		t.Fatalf("columns without a field: %v", columns)
	}
	f, err := s.AddField(ctx, st, ty.ID, Field{Label: "Roast", Kind: TextField, Shown: true})
	if err != nil {
		t.Fatal(err)
	}
	work := func() {
		t.Helper()
		if err := s.runIndexType(ctx, &job.Run{Store: st, Job: job.Job{Kind: indexType, Payload: []byte(`{"type":"Coffee"}`)}}); err != nil {
			t.Fatal(err)
		}
	}
	says := func(handle string) string {
		t.Helper()
		p, err := s.ProductByHandle(ctx, st, handle)
		if err != nil {
			t.Fatal(err)
		}
		return f.Text(p)
	}
	work()
	if says("a") != "Light" || says("b") != "Dark" {
		t.Errorf("they say %q and %q", says("a"), says("b"))
	}
	p, err := s.ProductByHandle(ctx, st, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetFields(ctx, st, p.ID, map[string]any{"roast": nil}); err != nil {
		t.Fatal(err)
	}
	work()
	if says("a") != "" {
		t.Errorf("what was cleared is %q again", says("a"))
	}
	if n := finds(t, s, st, "dark"); n != 1 {
		t.Errorf("the search finds %d", n)
	}
	var out bytes.Buffer
	if _, err := s.Export(ctx, st, &out, ExportFilter{}); err != nil || !strings.Contains(out.String(), ",Dark\n") || strings.Contains(out.String(), ",Light\n") {
		t.Errorf("the export is\n%s", out.String())
	}
}
