package payments

import (
	"fmt"
	"strings"

	"wizamart/framework/money"
)

// zeroDecimal and threeDecimal are the currencies whose smallest unit at Stripe is not a hundredth
// (docs.stripe.com/currencies). Of three decimals the last is always 0.
const (
	zeroDecimal  = " BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF "
	threeDecimal = " BHD JOD KWD OMR TND "
)

func stripeDigits(currency string) int {
	switch {
	case strings.Contains(zeroDecimal, " "+currency+" "):
		return 0
	case strings.Contains(threeDecimal, " "+currency+" "):
		return 3
	}
	return 2
}

// chargeable tells whether every amount of the currency can be charged. Three decimals cannot: the last has to be 0.
func chargeable(currency string) bool {
	return stripeDigits(currency) >= money.Digits(currency) && stripeDigits(currency) < 3
}

// toStripe turns minor units (ISO 4217) into Stripe's units.
func toStripe(a money.Amount) (int64, error) {
	d := stripeDigits(a.Currency) - money.Digits(a.Currency)
	if d < 0 {
		return 0, fmt.Errorf("payments: %s cannot be charged exactly", a)
	}
	for range d {
		a.Minor *= 10
	}
	return a.Minor, nil
}

// fromStripe turns Stripe's units into minor units. What is no whole minor unit is an error: nothing of ours begins like that.
func fromStripe(n int64, currency string) (money.Amount, error) {
	currency = strings.ToUpper(currency)
	for d := stripeDigits(currency) - money.Digits(currency); d > 0; d-- {
		if n%10 != 0 {
			return money.Zero(currency), fmt.Errorf("payments: Stripe has %d of %s, which is no whole minor unit", n, currency)
		}
		n /= 10
	}
	return money.New(n, currency), nil
}
