package catalog

import (
	"slices"
	"strings"

	"wizamart/framework/problem"
)

// OptionEdit is one option as an editor sends it back.
type OptionEdit struct {
	Was    int    // position of the option before, from 0; -1 for a new one
	Name   string // "" removes it
	Values []ValueEdit
}

// ValueEdit is one value of an option. With Was and no Name, the value and its variants go.
type ValueEdit struct {
	Was  string // as it was called before; "" for a new value
	Name string
}

// EditOptions changes the product's options and keeps its variants wherever they still make sense:
//
//   - a renamed value is renamed in its variants;
//   - a removed value takes its variants with it;
//   - a new option gives existing variants its first value;
//   - of variants that a removed option told apart, the first stays.
//
// With fill, combinations that are missing are made after the variant that comes closest: its price, weight
// and so on, but no SKU or barcode.
func (p *Product) EditOptions(edits []OptionEdit, fill bool) error {
	var options []Option
	var kept []OptionEdit
	var f problem.Fields
	for _, e := range edits {
		e.Name = strings.TrimSpace(e.Name)
		if e.Was >= len(p.Options) {
			e.Was = -1
		}
		values := e.names()
		if e.Name == "" && (e.Was >= 0 || len(values) == 0) {
			continue
		}
		f.Check(e.Name != "", "options", "Give each option a name.")
		f.Check(len(values) > 0, "options", "Give “%s” at least one value, or clear its name to remove it.", e.Name)
		seen := map[string]bool{}
		for _, v := range values {
			f.Check(!seen[strings.ToLower(v)], "options", "“%s” has the value “%s” twice.", e.Name, v)
			seen[strings.ToLower(v)] = true
		}
		o := Option{Name: e.Name, Values: values}
		if e.Was >= 0 {
			o.LinkedTo = p.Options[e.Was].LinkedTo
		}
		options, kept = append(options, o), append(kept, e)
	}
	f.Check(len(options) <= MaxOptions, "options", "Use at most %d options.", MaxOptions)
	if err := f.Err(); err != nil {
		return err
	}
	p.carryVariants(options, kept)
	p.Options = options
	if fill || len(p.Variants) == 0 {
		return p.FillVariants()
	}
	return nil
}

func (e *OptionEdit) names() []string {
	var out []string
	for _, v := range e.Values {
		if name := strings.TrimSpace(v.Name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// carryVariants gives the variants their values under the new options and drops those that lost theirs.
func (p *Product) carryVariants(options []Option, edits []OptionEdit) {
	var out []Variant
	seen := map[[MaxOptions]string]bool{}
	for _, v := range p.Variants {
		var values [MaxOptions]string
		alive := true
		for i, e := range edits {
			value := options[i].Values[0]
			if e.Was >= 0 {
				old := v.Values[e.Was]
				value = old
				for _, ve := range e.Values {
					if ve.Was == old && ve.Was != "" {
						value = strings.TrimSpace(ve.Name)
					}
				}
				if old == "" {
					value = options[i].Values[0]
				}
			}
			alive = alive && slices.Contains(options[i].Values, value)
			values[i] = value
		}
		if !alive || seen[values] {
			continue
		}
		seen[values] = true
		v.Values = values
		out = append(out, v)
	}
	p.Variants = out
}

// Missing is how many combinations of the options' values have no variant.
func (p *Product) Missing() int {
	total := 1
	for _, o := range p.Options {
		if total *= max(1, len(o.Values)); total > MaxVariants*MaxVariants {
			break
		}
	}
	return max(0, total-len(p.Variants))
}

// FillVariants makes a variant for every combination that has none, and puts all in the order of the options' values.
func (p *Product) FillVariants() error {
	if total := len(p.Variants) + p.Missing(); total > MaxVariants {
		return problem.On("options", "A product has at most %d variants; these would be %d.", MaxVariants, total)
	}
	have := map[[MaxOptions]string]int{}
	for i := range p.Variants {
		have[p.Variants[i].Values] = i
	}
	var out []Variant
	used := map[int]bool{}
	var walk func(depth int, values [MaxOptions]string)
	walk = func(depth int, values [MaxOptions]string) {
		if depth < len(p.Options) {
			for _, value := range p.Options[depth].Values {
				next := values
				next[depth] = value
				walk(depth+1, next)
			}
			return
		}
		if i, ok := have[values]; ok {
			out, used[i] = append(out, p.Variants[i]), true
			return
		}
		out = append(out, p.like(values))
	}
	walk(0, [MaxOptions]string{})
	for i := range p.Variants {
		if !used[i] { // of a value that the options do not name
			out = append(out, p.Variants[i])
		}
	}
	p.Variants = out
	return nil
}

// like is a new variant with values, made after the one that has most of them, counted from the first option.
func (p *Product) like(values [MaxOptions]string) Variant {
	best, score := -1, -1
	for i := range p.Variants {
		n := 0
		for o, weight := range [MaxOptions]int{4, 2, 1} {
			if p.Variants[i].Values[o] == values[o] {
				n += weight
			}
		}
		if n > score {
			best, score = i, n
		}
	}
	v := NewVariant()
	if best >= 0 {
		v = p.Variants[best]
		v.ID, v.SKU, v.Barcode, v.ImportData, v.Stock = "", "", "", nil, nil
		v.ImageID = ""
	}
	v.Values = values
	return v
}
