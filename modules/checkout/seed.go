package checkout

import (
	"context"

	"golang.org/x/text/language"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// startPrices are what standard delivery costs in a new store until the merchant says otherwise: price and the
// subtotal from which it is free, in minor units. Other currencies start at zero.
var startPrices = map[string][2]int64{
	"EUR": {490, 6000}, "USD": {590, 7500}, "GBP": {395, 5000}, "CHF": {790, 10000}, "NOK": {7900, 100000}, "SEK": {5900, 80000}, "DKK": {3900, 50000},
	"PLN": {1490, 20000}, "CZK": {9900, 150000}, "JPY": {600, 8000}, "CAD": {990, 10000}, "AUD": {995, 10000},
}

// homes are the countries of currencies that belong to one.
var homes = map[string]string{
	"USD": "US", "GBP": "GB", "CHF": "CH", "NOK": "NO", "SEK": "SE", "DKK": "DK", "PLN": "PL", "CZK": "CZ", "HUF": "HU", "RON": "RO", "ISK": "IS", "JPY": "JP",
	"KRW": "KR", "CNY": "CN", "INR": "IN", "CAD": "CA", "AUD": "AU", "NZD": "NZ", "BRL": "BR", "MXN": "MX", "TRY": "TR", "UAH": "UA", "ZAR": "ZA",
}

// homeOf guesses a store's country, for a form to begin with: its locale's, else its currency's; "" when neither tells.
func homeOf(st *tenant.Store) string {
	if c := regionOf(st); c != "" {
		return c
	}
	return homes[st.Currency()]
}

// regionOf is the country that the store's locale names, or "".
func regionOf(st *tenant.Store) string {
	if tag, err := language.Parse(st.Info().Locale); err == nil {
		if region, sure := tag.Region(); sure == language.Exact && KnownCountry(region.String()) {
			return region.String()
		}
	}
	return ""
}

// seed gives a new store a delivery and a pickup, so that it can sell at once.
func seed(ctx context.Context, tx *tenant.Store) error {
	now := database.Now()
	var home []string
	if c := regionOf(tx); c != "" {
		home = []string{c}
	}
	standard := ShippingMethod{ID: database.NewID(), Name: "Standard delivery", Estimate: "2–4 working days", DaysMin: 2, DaysMax: 4, Countries: home, Active: true, CreatedAt: now, UpdatedAt: now}
	if p, ok := startPrices[tx.Currency()]; ok {
		standard.Price, standard.FreeAbove = p[0], &p[1]
	}
	pickup := ShippingMethod{
		ID: database.NewID(), Name: "Pick up in the store", Estimate: "Ready the next working day", DaysMin: 1, DaysMax: 1, Countries: home, Pickup: true, Active: true, Position: 1, CreatedAt: now, UpdatedAt: now,
	}
	for _, m := range []ShippingMethod{standard, pickup} {
		if err := putMethod(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
