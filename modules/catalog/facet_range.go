package catalog

import (
	"math"
	"slices"
	"strings"
)

// numberRange is a range of numbers that shoppers choose, in millionths: from its begin on, and below its end; or one number alone. In
// addresses it is "20..40", "20..", "..20" or "18".
type numberRange struct {
	from, to int64 // to is not in it, unless it is from
}

func (s numberRange) has(n int64) bool {
	return n >= s.from && n < s.to || n == s.from && s.from == s.to
}

func parseRange(text string) (numberRange, bool) {
	s := numberRange{math.MinInt64 + 1, math.MaxInt64}
	low, high, isRange := strings.Cut(text, "..")
	ok := low != "" || isRange && high != ""
	if low != "" && ok {
		s.from, ok = parseNumber(low, "")
	}
	if high != "" && ok {
		s.to, ok = parseNumber(high, "")
	}
	if !isRange {
		s.to = s.from
	}
	return s, ok
}

func (s numberRange) String() string {
	text := func(n int64) string {
		if n == math.MinInt64+1 || n == math.MaxInt64 {
			return ""
		}
		return formatNumber(n)
	}
	if s.from == s.to {
		return text(s.from)
	}
	return text(s.from) + ".." + text(s.to)
}

// label is the numberRange for people, in figures that every language reads.
func (s numberRange) label(unit string) string {
	if unit != "" {
		unit = "\u00a0" + unit
	}
	switch {
	case s.from == s.to:
		return formatNumber(s.from) + unit
	case s.from == math.MinInt64+1:
		return "< " + formatNumber(s.to) + unit
	case s.to == math.MaxInt64:
		return "≥ " + formatNumber(s.from) + unit
	}
	return formatNumber(s.from) + " – " + formatNumber(s.to) + unit
}

// fewNumbers is up to how many different numbers are listed one by one.
const fewNumbers = 8

// rangeValues are the choices of a field of numbers: each number where they are few, else some five ranges of even width. all are the numbers
// before the filters, so that the choices stay where they are; passed are counted.
func rangeValues(f *Field, all, passed []int64, chosen []string) (out []FacetValue) {
	ranges := rangesOf(all)
	for _, text := range chosen { // one of a link, or of another listing
		if s, ok := parseRange(text); ok && !slices.Contains(ranges, s) {
			ranges = append(ranges, s)
		}
	}
	for _, s := range ranges {
		text := s.String()
		v := FacetValue{Value: f.Key + ":" + text, Label: s.label(f.Unit), Selected: slices.Contains(chosen, text)}
		any := slices.ContainsFunc(all, s.has)
		for _, n := range passed {
			if s.has(n) {
				v.Count++
			}
		}
		if any || v.Selected {
			out = append(out, v)
		}
	}
	return out
}

func rangesOf(all []int64) (out []numberRange) {
	if len(all) == 0 {
		return nil
	}
	sorted := slices.Clone(all)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	if len(distinct) <= fewNumbers {
		for _, n := range distinct {
			out = append(out, numberRange{n, n})
		}
		return out
	}
	// The middle nine tenths decide: one giant does not push all others into one range.
	low, high := sorted[len(sorted)/20], sorted[len(sorted)-1-len(sorted)/20]
	step := evenStep((high - low) / 5)
	begin := floorTo(low, step) + step
	out = append(out, numberRange{math.MinInt64 + 1, begin})
	for begin+step <= high && len(out) < 12 {
		out = append(out, numberRange{begin, begin + step})
		begin += step
	}
	return append(out, numberRange{begin, math.MaxInt64})
}

// evenStep is the next of 1, 2, 5, 10, 20 … millionths that is at least n.
func evenStep(n int64) int64 {
	for ten := int64(1); ; ten *= 10 {
		for _, times := range []int64{1, 2, 5} {
			if times*ten >= n || ten >= math.MaxInt64/100 {
				return times * ten
			}
		}
	}
}

func floorTo(n, step int64) int64 {
	q := n / step
	if n < 0 && n%step != 0 {
		q--
	}
	return q * step
}
