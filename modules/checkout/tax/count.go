package tax

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wizamart/framework/money"
	"wizamart/modules/orders/ordertype"
)

// piece is a part of the order that is taxed one way.
type piece struct {
	Treatment
	amount int64
	tax    int64
}

// Count taxes an order. One rule, whether prices include tax or not: amounts are added up by category and rate, the tax is
// rounded once there (half away from zero, EN 16931 BR-CO-17: tax = base × rate), and its parts go to lines, delivery and fee by largest remainder.
//
// Where prices include tax, the base is the whole number whose tax, added to it, gives the price. Not every price has one (3 cents at
// 19 % would need a base of 2.52 cents): then tax is what is nearest, the base is the one that it belongs to, and the one minor unit between is the rounding
// amount, BT-114.
//
// The delivery and the fee share the treatment of what they belong to, in proportion to its price (Article 78(b)).
//
// Errors: money.ErrOverflow; an amount that is negative.
func Count(r Request) (Result, error) {
	out := Result{Inclusive: r.Inclusive}
	lines := make([]piece, len(r.Lines))
	for i, l := range r.Lines {
		if l.Amount < 0 {
			return out, fmt.Errorf("count tax: a line of %d", l.Amount)
		}
		lines[i] = piece{Treatment: r.Treat(l.Class, l.Digital), amount: l.Amount}
	}
	if r.Shipping < 0 || r.Fee < 0 {
		return out, fmt.Errorf("count tax: a delivery of %d, a fee of %d", r.Shipping, r.Fee)
	}
	goods := slices.Clone(lines)
	if physical := only(r.Lines, lines); len(physical) > 0 {
		goods = physical
	}
	shipping, err := share(r.Shipping, goods)
	if err != nil {
		return out, err
	}
	fee, err := share(r.Fee, lines)
	if err != nil {
		return out, err
	}
	all := make([]*piece, 0, len(lines)+len(shipping)+len(fee))
	for _, list := range [][]piece{lines, shipping, fee} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	if out.Taxes, err = r.sum(all); err != nil {
		return out, err
	}
	for _, p := range lines {
		out.Lines = append(out.Lines, ordertype.LineTax{Category: p.Category, Rate: p.Rate, Amount: p.tax})
	}
	out.Shipping, out.Fee = parts(shipping), parts(fee)
	return out, nil
}

func only(lines []Line, pieces []piece) []piece {
	var out []piece
	for i, l := range lines {
		if !l.Digital {
			out = append(out, pieces[i])
		}
	}
	return out
}

// share splits a price over the treatments of what it belongs to, in proportion; evenly where all that costs nothing. One that is zero has no parts.
func share(price int64, of []piece) ([]piece, error) {
	if price == 0 || len(of) == 0 {
		return nil, nil
	}
	var out []piece
	var weights []int64
	total := int64(0)
	for _, p := range of {
		i := slices.IndexFunc(out, func(o piece) bool { return o.Treatment == p.Treatment })
		if i < 0 {
			i = len(out)
			out, weights = append(out, piece{Treatment: p.Treatment}), append(weights, 0)
		}
		weights[i] += p.amount
		total += p.amount
	}
	if total == 0 {
		for i := range weights {
			weights[i] = 1
		}
	}
	shares, err := money.New(price, "").Allocate(weights)
	if err != nil {
		return nil, err
	}
	kept := out[:0]
	for i, p := range out {
		if p.amount = shares[i].Minor; p.amount != 0 {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

func parts(list []piece) []ordertype.LineTax {
	var out []ordertype.LineTax
	for _, p := range list {
		out = append(out, ordertype.LineTax{Category: p.Category, Rate: p.Rate, Of: p.amount, Amount: p.tax})
	}
	return out
}

// sum makes the breakdown and gives each piece its tax.
func (r Request) sum(all []*piece) ([]ordertype.Tax, error) {
	var out []ordertype.Tax
	groups := [][]*piece{}
	for _, p := range all {
		i := slices.IndexFunc(out, func(t ordertype.Tax) bool { return t.Category == p.Category && t.Rate == p.Rate })
		if i < 0 {
			i = len(out)
			out, groups = append(out, ordertype.Tax{Category: p.Category, Rate: p.Rate, Note: p.Note}), append(groups, nil)
		}
		out[i].Gross += p.amount
		groups[i] = append(groups[i], p)
	}
	for i := range out {
		if err := r.reconcile(&out[i]); err != nil {
			return nil, err
		}
		weights, any := make([]int64, len(groups[i])), false
		for j, p := range groups[i] {
			weights[j], any = p.amount, any || p.amount > 0
		}
		if !any {
			continue
		}
		shares, err := money.New(out[i].Tax, r.Currency).Allocate(weights)
		if err != nil {
			return nil, err
		}
		for j, p := range groups[i] {
			p.tax = shares[j].Minor
		}
	}
	slices.SortStableFunc(out, func(a, b ordertype.Tax) int {
		return cmp.Or(cmp.Compare(b.Rate, a.Rate), strings.Compare(a.Category, b.Category))
	})
	return out, nil
}

// reconcile finds base and tax of what was summed up in Gross.
func (r Request) reconcile(t *ordertype.Tax) error {
	sum := money.New(t.Gross, r.Currency)
	if !r.Inclusive {
		tax, err := sum.MulRate(t.Rate)
		if err != nil {
			return err
		}
		t.Base, t.Tax, t.Gross = sum.Minor, tax.Minor, sum.Minor+tax.Minor
		return nil
	}
	tax, err := sum.MulRatio(int64(t.Rate), int64(money.One+t.Rate))
	if err != nil {
		return err
	}
	t.Tax, t.Base = tax.Minor, t.Gross-tax.Minor
	for _, base := range []int64{t.Base, t.Base - 1, t.Base + 1} {
		if of, err := money.New(base, r.Currency).MulRate(t.Rate); err == nil && base >= 0 && of.Minor == t.Tax {
			t.Base = base
			break
		}
	}
	t.Rounding = t.Gross - t.Base - t.Tax
	return nil
}
