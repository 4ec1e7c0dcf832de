package money

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Rate is an exact decimal factor in billionths: 0.19 is 190_000_000. It holds tax rates, discounts,
// fees and exchange rates with nine decimals, and is stored as that integer. As text and in JSON
// it is the decimal itself ("0.19").
type Rate int64

// One is the factor 1, or 100 %.
const One Rate = 1_000_000_000

// BasisPoints makes a rate of hundredths of a percent: 1900 is 19 %.
func BasisPoints(n int64) Rate { return Rate(n) * (One / 10_000) }

// ParseRate reads a decimal factor ("0.19", "1.0835", "-0.1") of at most nine decimals.
// ErrSyntax, ErrDecimals or ErrOverflow say what is wrong with it.
func ParseRate(text string) (Rate, error) {
	n, err := parseDecimal(text, 9, int64(^uint64(0)>>1))
	return Rate(n), err
}

// ParsePercent reads a percentage without its sign ("19", "8.875") of at most seven decimals.
func ParsePercent(text string) (Rate, error) {
	n, err := parseDecimal(text, 7, int64(^uint64(0)>>1))
	return Rate(n), err
}

// String is the factor without trailing zeros: "0.19".
func (r Rate) String() string { return trimDecimal(decimalText(int64(r), 9)) }

// Percent is the percentage without trailing zeros or sign: "19", "8.875".
func (r Rate) Percent() string { return trimDecimal(decimalText(int64(r), 7)) }

// MarshalText writes the factor as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what ParseRate reads.
func (r *Rate) UnmarshalText(text []byte) (err error) {
	*r, err = ParseRate(string(text))
	return err
}

// MulRate gives the amount times a rate, rounded half away from zero to a whole minor unit.
// ErrOverflow beyond int64.
func (a Amount) MulRate(r Rate) (Amount, error) { return a.MulRatio(int64(r), int64(One)) }

// MulRatio gives amount × num / den, rounded once, half away from zero. The product is exact
// (128 bits), so the tax inside a gross price is gross.MulRatio(rate, One+rate) with one rounding.
// ErrOverflow when the result leaves int64 or den is 0.
func (a Amount) MulRatio(num, den int64) (Amount, error) {
	fail := func() (Amount, error) {
		return Amount{}, fmt.Errorf("%w: %d × %d / %d %s", ErrOverflow, a.Minor, num, den, a.Currency)
	}
	negative := (a.Minor < 0) != (num < 0) != (den < 0)
	d := magnitude(den)
	hi, lo := bits.Mul64(magnitude(a.Minor), magnitude(num))
	if hi >= d { // den is 0, or the quotient needs more than 64 bits
		return fail()
	}
	quo, rem := bits.Div64(hi, lo, d)
	if rem >= d-rem {
		quo++
	}
	if quo > 1<<63-1 {
		return fail()
	}
	if negative {
		return Amount{-int64(quo), a.Currency}, nil
	}
	return Amount{int64(quo), a.Currency}, nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// decimalText writes n as a decimal with the given number of digits behind the point.
func decimalText(n int64, digits int) string {
	text := strconv.FormatUint(magnitude(n), 10)
	if pad := digits + 1 - len(text); pad > 0 {
		text = strings.Repeat("0", pad) + text
	}
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	if n < 0 {
		return "-" + text
	}
	return text
}

func trimDecimal(text string) string {
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
