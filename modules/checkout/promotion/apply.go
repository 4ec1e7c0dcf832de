package promotion

import (
	"cmp"
	"slices"
	"time"

	"wizamart/framework/money"
)

// Cart is what discounts are worked out for.
type Cart struct {
	Lines    []Line
	Ships    bool  // something in it has to be sent
	Shipping int64 // what the chosen delivery costs; 0 while none is chosen
	Now      time.Time
}

// Applied is a discount that is given.
type Applied struct {
	Promotion
	Lines    []int64 // off each line of the cart
	Shipping int64   // off the delivery
}

// Total of what the discount takes off.
func (a Applied) Total() int64 {
	sum := a.Shipping
	for _, n := range a.Lines {
		sum += n
	}
	return sum
}

// Result is what a cart gets. Per line and for the delivery the discounts add up to at most the price.
type Result struct {
	Applied  []Applied // in the order in which they were taken off
	Refused  []Refusal // of those with a code
	Lines    []int64   // off each line
	Shipping int64
}

// Total of all discounts.
func (r Result) Total() (sum int64) {
	for _, a := range r.Applied {
		sum += a.Total()
	}
	return sum
}

// maxCandidates bounds the sets that are tried. Of more, those that are worth most alone are kept, codes first.
const maxCandidates = 10

// Apply gives the cart the best of the discounts for the shopper: of all sets whose members combine, pair by pair, the one that takes most off. Among equals it
// is the one that uses more of the shopper's codes, then the one of fewer discounts, then the one whose ids come first. Within a set discounts
// on products come before those on the order and those on the delivery, percentages before amounts, each of what is left by those before it.
func Apply(c Cart, all []Promotion) Result {
	var can []Promotion
	var refused []Refusal
	refuse := func(p Promotion, why Reason, missing int64) {
		if p.Code != "" {
			refused = append(refused, Refusal{ID: p.ID, Code: p.Code, Title: p.Title, Reason: why, Missing: missing, Ends: p.EndsAt})
		}
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, sequence)
	for _, p := range all {
		if why, missing := p.check(c); why != "" {
			refuse(p, why, missing)
		} else {
			can = append(can, p)
		}
	}
	if len(can) > maxCandidates {
		can = worthiest(c, can)
	}
	best, bestScore := c.take(nil), score{}
	for set := uint(1); set < 1<<len(can); set++ {
		chosen, ok := members(can, set)
		if !ok {
			continue
		}
		r := c.take(chosen)
		if s := scoreOf(r, chosen); s.better(bestScore) {
			best, bestScore = r, s
		}
	}
	given := map[string]bool{}
	for _, a := range best.Applied {
		given[a.ID] = true
	}
	for _, p := range can {
		switch {
		case given[p.ID]:
		case p.Code != "" && len(best.Applied) == 0, c.take([]Promotion{p}).Total() == 0:
			refuse(p, NothingToSpare, 0)
		default:
			refuse(p, NotWithOthers, 0)
		}
	}
	best.Refused = refused
	return best
}

// sequence is the order in which discounts are taken off.
func sequence(a, b Promotion) int {
	rank := map[Class]int{ProductClass: 0, OrderClass: 1, ShippingClass: 2}
	kinds := map[Kind]int{Percent: 0, Amount: 1, FreeShipping: 2}
	return cmp.Or(cmp.Compare(rank[a.Class()], rank[b.Class()]), cmp.Compare(kinds[a.Kind], kinds[b.Kind]), cmp.Compare(a.ID, b.ID))
}

// worthiest keeps codes and what is worth most alone, in the order of all.
func worthiest(c Cart, all []Promotion) []Promotion {
	worth := make(map[string]int64, len(all))
	for _, p := range all {
		worth[p.ID] = c.take([]Promotion{p}).Total()
	}
	by := slices.Clone(all)
	slices.SortStableFunc(by, func(a, b Promotion) int {
		coded := func(p Promotion) int { return map[bool]int{true: 0, false: 1}[p.Code != ""] }
		return cmp.Or(cmp.Compare(coded(a), coded(b)), cmp.Compare(worth[b.ID], worth[a.ID]))
	})
	by = by[:maxCandidates]
	return slices.DeleteFunc(slices.Clone(all), func(p Promotion) bool {
		return !slices.ContainsFunc(by, func(o Promotion) bool { return o.ID == p.ID })
	})
}

// members of a set of bits, when all of them combine.
func members(can []Promotion, set uint) ([]Promotion, bool) {
	var out []Promotion
	for i, p := range can {
		if set&(1<<i) == 0 {
			continue
		}
		for _, o := range out {
			if !p.Combines(o) {
				return nil, false
			}
		}
		out = append(out, p)
	}
	return out, true
}

// score orders sets of discounts.
type score struct {
	total    int64
	codes, n int
	ids      []string
}

func scoreOf(r Result, chosen []Promotion) score {
	s := score{total: r.Total(), n: len(chosen)}
	for _, p := range chosen {
		if p.Code != "" {
			s.codes++
		}
		s.ids = append(s.ids, p.ID)
	}
	slices.Sort(s.ids)
	return s
}

func (s score) better(o score) bool {
	return cmp.Or(cmp.Compare(s.total, o.total), cmp.Compare(s.codes, o.codes), cmp.Compare(o.n, s.n), slices.Compare(o.ids, s.ids)) > 0
}

// take takes discounts off in their order, each of what is left. Those that take nothing are left out, unless a code waits for the delivery
// to be chosen.
func (c Cart) take(chosen []Promotion) Result {
	r := Result{Lines: make([]int64, len(c.Lines))}
	for _, p := range chosen {
		a := Applied{Promotion: p, Lines: make([]int64, len(c.Lines))}
		if p.Kind == FreeShipping {
			a.Shipping = c.Shipping - r.Shipping
		} else {
			p.off(c, r.Lines, a.Lines)
		}
		if a.Total() == 0 && !(p.Kind == FreeShipping && p.Code != "" && r.Shipping == 0) {
			continue
		}
		r.Shipping += a.Shipping
		for i, n := range a.Lines {
			r.Lines[i] += n
		}
		r.Applied = append(r.Applied, a)
	}
	return r
}

// off writes what the discount takes off each line, of which taken is gone already.
func (p Promotion) off(c Cart, taken, out []int64) {
	left, sum := make([]int64, len(c.Lines)), int64(0)
	for i, l := range c.Lines {
		if p.takes(l) {
			left[i] = max(l.Total-taken[i], 0)
			sum += left[i]
		}
	}
	if sum == 0 {
		return
	}
	if p.Kind == Amount && p.PerPiece {
		for i, l := range c.Lines {
			if each := p.Amount; each > left[i]/int64(max(l.Quantity, 1)) { // also where the product would overflow
				out[i] = left[i]
			} else if left[i] > 0 {
				out[i] = each * int64(l.Quantity)
			}
		}
		return
	}
	whole := money.New(min(p.Amount, sum), "")
	if p.Kind == Percent {
		whole, _ = money.New(sum, "").MulRate(min(p.Rate, money.One)) // a part of sum cannot overflow
		whole.Minor = min(whole.Minor, sum)
	}
	shares, err := whole.Allocate(left)
	if err != nil {
		return // sum is not zero, and no weight is negative
	}
	for i, s := range shares {
		out[i] = s.Minor
	}
}
