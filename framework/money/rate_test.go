package money

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"
	"testing/quick"
)

func TestRoundingIsHalfAwayFromZero(t *testing.T) {
	tests := []struct{ minor, num, den, want int64 }{
		{1, 1, 2, 1}, {-1, 1, 2, -1}, {1, -1, 2, -1}, {1, 1, -2, -1}, {-1, -1, 2, 1},
		{3, 1, 2, 2}, {-3, 1, 2, -2}, {1, 1, 3, 0}, {2, 1, 3, 1}, {-2, 1, 3, -1},
		{1190, int64(BasisPoints(1900)), int64(One + BasisPoints(1900)), 190}, // the tax inside 11.90
		{1000, int64(BasisPoints(1900)), int64(One), 190},
		{math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64},
		{math.MinInt64, 1, 2, -(1 << 62)},
	}
	for _, tt := range tests {
		got, err := New(tt.minor, "EUR").MulRatio(tt.num, tt.den)
		if err != nil || got.Minor != tt.want {
			t.Errorf("%d × %d / %d = %v, %v; want %d", tt.minor, tt.num, tt.den, got, err, tt.want)
		}
	}
	for _, r := range [][3]int64{{1, 1, 0}, {math.MaxInt64, 2, 1}, {math.MaxInt64, math.MaxInt64, 1}} {
		if _, err := New(r[0], "EUR").MulRatio(r[1], r[2]); !errors.Is(err, ErrOverflow) {
			t.Errorf("%v: %v, want ErrOverflow", r, err)
		}
	}
}

func TestMulRatioAgreesWithRationals(t *testing.T) {
	two := big.NewInt(2)
	err := quick.Check(func(minor, num, den int64) bool {
		got, err := New(minor, "EUR").MulRatio(num, den)
		if den == 0 {
			return errors.Is(err, ErrOverflow)
		}
		// floor((2|n| + d) / 2d) is |n|/d rounded half up.
		n := new(big.Int).Mul(big.NewInt(minor), big.NewInt(num))
		sign := int64(n.Sign() * big.NewInt(den).Sign())
		n.Abs(n).Mul(n, two)
		d := new(big.Int).Abs(big.NewInt(den))
		n.Add(n, d).Quo(n, d.Mul(d, two)).Mul(n, big.NewInt(sign))
		if !n.IsInt64() {
			return errors.Is(err, ErrOverflow)
		}
		return err == nil && got.Minor == n.Int64()
	}, &quick.Config{MaxCount: 2000})
	if err != nil {
		t.Error(err)
	}
}

func TestRateText(t *testing.T) {
	tests := []struct {
		text string
		rate Rate
		err  error
	}{
		{"0.19", BasisPoints(1900), nil}, {"1", One, nil}, {"-0.1", -One / 10, nil}, {"0.08875", 88_750_000, nil},
		{"0.0000000001", 0, ErrDecimals}, {"19%", 0, ErrSyntax}, {"", 0, ErrSyntax}, {"9999999999", 0, ErrOverflow},
	}
	for _, tt := range tests {
		got, err := ParseRate(tt.text)
		if !errors.Is(err, tt.err) || got != tt.rate {
			t.Errorf("ParseRate(%q) = %d, %v", tt.text, got, err)
		}
		if err == nil && got.String() != tt.text {
			t.Errorf("%q is shown as %q", tt.text, got)
		}
	}
	if r, err := ParsePercent("8.875"); err != nil || r != 88_750_000 || r.Percent() != "8.875" {
		t.Errorf("8.875 %% = %d, %v", r, err)
	}
	if out, err := json.Marshal(BasisPoints(700)); err != nil || string(out) != `"0.07"` {
		t.Errorf("%s, %v", out, err)
	}
	var back Rate
	if err := json.Unmarshal([]byte(`"0.07"`), &back); err != nil || back != BasisPoints(700) {
		t.Errorf("%d, %v", back, err)
	}
	if tax, err := New(999, "EUR").MulRate(BasisPoints(700)); err != nil || tax.Minor != 70 {
		t.Errorf("7 %% of 9.99 = %v, %v", tax, err)
	}
}
