package catalog

import (
	"slices"
	"strings"
	"testing"
)

// grid is a product with the combinations of two options, named "Moss / S" and so on; ids are the same names.
func grid() *Product {
	p := &Product{Options: []Option{{Name: "Colour", Values: []string{"Moss", "Rust"}}, {Name: "Size", Values: []string{"S", "M"}}}}
	for i, name := range []string{"Moss / S", "Moss / M", "Rust / S", "Rust / M"} {
		v := NewVariant()
		colour, size, _ := strings.Cut(name, " / ")
		v.ID, v.Values, v.Price, v.SKU = name, [3]string{colour, size}, int64(100*(i+1)), "SKU "+name
		p.Variants = append(p.Variants, v)
	}
	return p
}

func values(pairs ...string) []ValueEdit {
	var out []ValueEdit
	for _, p := range pairs {
		was, name, found := strings.Cut(p, "→")
		if !found {
			name = was
		}
		out = append(out, ValueEdit{Was: was, Name: name})
	}
	return out
}

func TestEditOptions(t *testing.T) {
	colour := OptionEdit{0, "Colour", values("Moss", "Rust")}
	size := OptionEdit{1, "Size", values("S", "M")}
	for name, test := range map[string]struct {
		edits []OptionEdit
		fill  bool
		want  string // id:values, "new" for a variant without id
		fails bool
	}{
		"as it was":               {[]OptionEdit{colour, size}, true, "Moss / S:Moss / S, Moss / M:Moss / M, Rust / S:Rust / S, Rust / M:Rust / M", false},
		"a value is renamed":      {[]OptionEdit{{0, "Colour", values("Moss→Fern", "Rust")}, size}, true, "Moss / S:Fern / S, Moss / M:Fern / M, Rust / S:Rust / S, Rust / M:Rust / M", false},
		"two values are swapped":  {[]OptionEdit{{0, "Colour", values("Moss→Rust", "Rust→Moss")}, size}, false, "Moss / S:Rust / S, Moss / M:Rust / M, Rust / S:Moss / S, Rust / M:Moss / M", false},
		"a value is removed":      {[]OptionEdit{{0, "Colour", values("Moss→", "Rust")}, size}, true, "Rust / S:Rust / S, Rust / M:Rust / M", false},
		"a value is added":        {[]OptionEdit{colour, {1, "Size", append(values("S", "M"), ValueEdit{Name: " L "})}}, true, "Moss / S:Moss / S, Moss / M:Moss / M, new:Moss / L, Rust / S:Rust / S, Rust / M:Rust / M, new:Rust / L", false},
		"added without filling":   {[]OptionEdit{colour, {1, "Size", append(values("S", "M"), ValueEdit{Name: "L"})}}, false, "Moss / S:Moss / S, Moss / M:Moss / M, Rust / S:Rust / S, Rust / M:Rust / M", false},
		"an option is removed":    {[]OptionEdit{colour, {1, "", values("S", "M")}}, true, "Moss / S:Moss, Rust / S:Rust", false},
		"the first is removed":    {[]OptionEdit{{0, "", nil}, size}, true, "Moss / S:S, Moss / M:M", false},
		"all are removed":         {nil, true, "Moss / S:", false},
		"an option is added":      {[]OptionEdit{colour, size, {-1, "Fit", []ValueEdit{{Name: "Slim"}}}}, true, "Moss / S:Moss / S / Slim, Moss / M:Moss / M / Slim, Rust / S:Rust / S / Slim, Rust / M:Rust / M / Slim", false},
		"options change places":   {[]OptionEdit{size, colour}, false, "Moss / S:S / Moss, Moss / M:M / Moss, Rust / S:S / Rust, Rust / M:M / Rust", false},
		"a value twice":           {[]OptionEdit{colour, {1, "Size", append(values("S", "M"), ValueEdit{Name: "s"})}}, true, "", true},
		"an option without value": {[]OptionEdit{colour, {1, "Size", values("S→", "M→")}}, true, "", true},
		"values without a name":   {[]OptionEdit{colour, size, {-1, " ", []ValueEdit{{Name: "Slim"}}}}, true, "", true},
	} {
		p := grid()
		err := p.EditOptions(test.edits, test.fill)
		if (err != nil) != test.fails {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		var got []string
		for i := range p.Variants {
			id := p.Variants[i].ID
			if id == "" {
				id = "new"
			}
			got = append(got, id+":"+title(p.Variants[i].Values[:]))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s:\n got %s\nwant %s", name, s, test.want)
		}
	}
}

func TestFillTakesAfterTheClosest(t *testing.T) {
	p := grid()
	p.Options[1].Values = append(p.Options[1].Values, "L")
	if err := p.FillVariants(); err != nil {
		t.Fatal(err)
	}
	v := p.Variants[slices.IndexFunc(p.Variants, func(v Variant) bool { return v.Values == [3]string{"Rust", "L"} })]
	if v.Price != 300 || v.SKU != "" || v.ID != "" {
		t.Errorf("Rust / L is %+v, want the price of Rust / S and no SKU", v)
	}
}

func TestFillIsBounded(t *testing.T) {
	p := grid()
	for i := range 600 {
		p.Options[1].Values = append(p.Options[1].Values, "x"+number(i))
	}
	if err := p.FillVariants(); err == nil || len(p.Variants) != 4 {
		t.Errorf("1,204 variants: %v, %d", err, len(p.Variants))
	}
}
