package money

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"
	"testing/quick"
)

func TestArithmeticAgreesWithBigIntegers(t *testing.T) {
	check := func(x, y int64) bool {
		a, b := New(x, "EUR"), New(y, "EUR")
		X, Y := big.NewInt(x), big.NewInt(y)
		sum, e1 := a.Add(b)
		diff, e2 := a.Sub(b)
		prod, e3 := a.Mul(y)
		return agrees(sum, e1, new(big.Int).Add(X, Y)) && agrees(diff, e2, new(big.Int).Sub(X, Y)) &&
			agrees(prod, e3, new(big.Int).Mul(X, Y))
	}
	edges := []int64{0, 1, -1, 2, -2, math.MaxInt64, math.MinInt64, math.MaxInt64 - 1, math.MinInt64 + 1, math.MaxInt32}
	for _, x := range edges {
		for _, y := range edges {
			if !check(x, y) {
				t.Errorf("%d and %d disagree with big integers", x, y)
			}
		}
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}

func agrees(got Amount, err error, want *big.Int) bool {
	if !want.IsInt64() {
		return errors.Is(err, ErrOverflow)
	}
	return err == nil && got == New(want.Int64(), "EUR")
}

func TestCurrenciesDoNotMix(t *testing.T) {
	eur, usd := New(5, "EUR"), New(5, "USD")
	_, e1 := eur.Add(usd)
	_, e2 := eur.Sub(usd)
	_, e3 := eur.Cmp(usd)
	_, e4 := Sum(eur, usd)
	_, e5 := eur.Add(New(1, ""))
	for i, err := range []error{e1, e2, e3, e4, e5} {
		if !errors.Is(err, ErrCurrency) {
			t.Errorf("case %d: %v, want ErrCurrency", i, err)
		}
	}
	if sum, err := Sum(eur, eur); err != nil || sum != New(10, "EUR") {
		t.Errorf("Sum starts from the zero Amount: %v, %v", sum, err)
	}
	if diff, err := (Amount{}).Sub(eur); err != nil || diff != New(-5, "EUR") {
		t.Errorf("zero − 5 EUR = %v, %v", diff, err)
	}
	if n, err := eur.Neg(); err != nil || n != New(-5, "EUR") || !n.IsNegative() || n.IsPositive() || n.IsZero() {
		t.Errorf("Neg = %v, %v", n, err)
	}
	if c, err := eur.Cmp(Zero("EUR")); err != nil || c != 1 {
		t.Errorf("Cmp = %d, %v", c, err)
	}
}

func TestJSON(t *testing.T) {
	out, err := json.Marshal(New(1234, "EUR"))
	if err != nil || string(out) != `{"amount":1234,"currency":"EUR"}` {
		t.Fatalf("%s, %v", out, err)
	}
	var back Amount
	if err := json.Unmarshal(out, &back); err != nil || back != New(1234, "EUR") {
		t.Fatalf("%v, %v", back, err)
	}
}
