package money

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
)

// Allocate splits the amount in proportion to weights and loses nothing: the shares add up to it
// exactly. Each share is the proportional part cut towards zero; the minor units left over go, one
// each, to the largest remainders, and among equals to the first. A weight of 0 gets nothing.
//
// Use it for a discount over order lines or an invoice's tax over its rates. ErrWeights when
// there are no weights, one is negative, or all are zero.
func (a Amount) Allocate(weights []int64) ([]Amount, error) {
	total := new(big.Int)
	for _, w := range weights {
		if w < 0 {
			return nil, fmt.Errorf("%w: %d is negative", ErrWeights, w)
		}
		total.Add(total, big.NewInt(w))
	}
	if total.Sign() == 0 {
		return nil, fmt.Errorf("%w: they add up to zero", ErrWeights)
	}

	shares := make([]Amount, len(weights))
	remainders := make([]*big.Int, len(weights))
	left := a.Minor
	for i, w := range weights {
		part := new(big.Int).Mul(big.NewInt(a.Minor), big.NewInt(w))
		remainders[i] = new(big.Int)
		part.QuoRem(part, total, remainders[i])
		remainders[i].Abs(remainders[i])
		shares[i] = Amount{part.Int64(), a.Currency}
		left -= part.Int64()
	}

	order := make([]int, len(weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return remainders[y].Cmp(remainders[x]) })
	step := int64(cmp.Compare(left, 0))
	for i := 0; left != 0; i++ {
		shares[order[i]].Minor += step
		left -= step
	}
	return shares, nil
}

// Split gives n shares that differ by at most one minor unit, the larger ones first.
// ErrWeights when n is not positive.
func (a Amount) Split(n int) ([]Amount, error) {
	if n <= 0 {
		return nil, fmt.Errorf("%w: %d shares", ErrWeights, n)
	}
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = 1
	}
	return a.Allocate(weights)
}
