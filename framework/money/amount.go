// Package money is the one place where Wizamart counts, rounds, splits, reads and shows money.
//
// An Amount is a whole number of minor units (cents, pence, fils) of an ISO 4217 currency.
// Nothing here uses floating point, and nothing is rounded silently: only MulRate and MulRatio
// round, always half away from zero (0.5 → 1, −0.5 → −1), which is what European and American
// tax authorities expect of an invoice line. Shares that must add up come from Allocate.
//
// Arithmetic reports ErrOverflow and ErrCurrency rather than wrapping around or converting.
package money

import (
	"errors"
	"fmt"
)

// MaxMinor bounds what Parse and Validate take, in minor units: 10^13, a hundred thousand million
// euros. It is far above any price or order and, being under 2^53, exact in a browser's numbers.
const MaxMinor int64 = 10_000_000_000_000

// Errors are wrapped with the values at fault: test them with errors.Is.
var (
	ErrCurrency = errors.New("currency")                // unknown code, or two amounts that do not match
	ErrOverflow = errors.New("amount out of range")     // beyond int64 or, where stated, beyond MaxMinor
	ErrSyntax   = errors.New("not an amount")           // text that Parse does not take
	ErrDecimals = errors.New("too many decimals")       // more digits than the currency has
	ErrWeights  = errors.New("weights cannot be split") // negative, none, or all zero
)

// Amount is money: Minor counts minor units (1234 is 12.34 EUR, 1234 JPY, 1.234 KWD) of Currency,
// an upper-case ISO 4217 code.
//
// The zero Amount (0 without a currency) is neutral: it may be added to, subtracted from and
// compared with any amount, and takes the other's currency, so that `var total Amount` starts a sum.
type Amount struct {
	Minor    int64  `json:"amount"`
	Currency string `json:"currency"`
}

// New gives minor units of a currency without checking the code: use it for values from our own
// tables, Parse or Validate for values from outside.
func New(minor int64, currency string) Amount { return Amount{Minor: minor, Currency: currency} }

// Zero gives nothing of a currency.
func Zero(currency string) Amount { return Amount{Currency: currency} }

// Validate checks an amount that came from outside: ErrCurrency for an unknown code,
// ErrOverflow beyond ±MaxMinor. It says nothing about the sign.
func (a Amount) Validate() error {
	if !Valid(a.Currency) {
		return unknownCurrency(a.Currency)
	}
	if a.Minor > MaxMinor || a.Minor < -MaxMinor {
		return fmt.Errorf("%w: %d minor units of %s", ErrOverflow, a.Minor, a.Currency)
	}
	return nil
}

// IsZero is true for nothing of any currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// IsNegative is true below zero.
func (a Amount) IsNegative() bool { return a.Minor < 0 }

// IsPositive is true above zero.
func (a Amount) IsPositive() bool { return a.Minor > 0 }
