package money

import (
	"cmp"
	"fmt"
	"math"
)

// Add sums two amounts of one currency. ErrCurrency when they differ, ErrOverflow beyond int64.
func (a Amount) Add(b Amount) (Amount, error) {
	code, err := a.common(b)
	if err != nil {
		return Amount{}, err
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) && b.Minor != 0 {
		return Amount{}, fmt.Errorf("%w: %d + %d %s", ErrOverflow, a.Minor, b.Minor, code)
	}
	return Amount{sum, code}, nil
}

// Sub takes b away. Errors as Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	code, err := a.common(b)
	if err != nil {
		return Amount{}, err
	}
	diff := a.Minor - b.Minor
	if (diff < a.Minor) != (b.Minor > 0) && b.Minor != 0 {
		return Amount{}, fmt.Errorf("%w: %d − %d %s", ErrOverflow, a.Minor, b.Minor, code)
	}
	return Amount{diff, code}, nil
}

// Mul gives quantity times the amount, exactly. ErrOverflow beyond int64.
func (a Amount) Mul(quantity int64) (Amount, error) {
	product := a.Minor * quantity
	if quantity != 0 && (product/quantity != a.Minor || (quantity == -1 && a.Minor == math.MinInt64)) {
		return Amount{}, fmt.Errorf("%w: %d × %d %s", ErrOverflow, a.Minor, quantity, a.Currency)
	}
	return Amount{product, a.Currency}, nil
}

// Neg turns the sign. The one int64 that has no opposite is ErrOverflow.
func (a Amount) Neg() (Amount, error) { return a.Mul(-1) }

// Cmp gives −1, 0 or +1. ErrCurrency when the currencies differ.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := a.common(b); err != nil {
		return 0, err
	}
	return cmp.Compare(a.Minor, b.Minor), nil
}

// Sum adds amounts of one currency; no amounts give the zero Amount. Errors as Add.
func Sum(amounts ...Amount) (Amount, error) {
	var total Amount
	var err error
	for _, a := range amounts {
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

// common is the currency of both amounts, where the zero Amount goes with any.
func (a Amount) common(b Amount) (string, error) {
	switch {
	case a.Currency == b.Currency, b == Amount{}:
		return a.Currency, nil
	case a == Amount{}:
		return b.Currency, nil
	}
	return "", fmt.Errorf("%w: %q and %q do not mix", ErrCurrency, a.Currency, b.Currency)
}
