package catalog

import (
	"time"

	"golang.org/x/text/language"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// priceChange is what a variant cost from a moment on.
type priceChange struct {
	price int64
	at    database.Time
}

// priorDays is how far back the price goes that a reduction is announced against.
const priorDays = 30

// prior is the lowest price of the 30 days before the price of today began (Directive 98/6/EC, article 6a): a reduction
// is announced against it and nothing else (Court of Justice, C-330/23). changes are a variant's, oldest first; ok is false when it has
// had no other price. Of a price that was there for less than 30 days, what there is counts.
func prior(changes []priceChange) (lowest int64, ok bool) {
	begin := len(changes) - 1
	for begin > 0 && changes[begin-1].price == changes[begin].price {
		begin-- // only the compare-at price changed
	}
	if begin < 1 {
		return 0, false
	}
	from := changes[begin].at.Add(-priorDays * 24 * time.Hour)
	for i := begin - 1; i >= 0; i-- {
		if p := changes[i].price; !ok || p < lowest {
			lowest, ok = p, true
		}
		if !changes[i].at.After(from) {
			break // in force when the 30 days began: what was before is too old
		}
	}
	return lowest, ok
}

// priorSetting says whether reductions are announced against the lowest price of the last 30 days.
const priorSetting = "catalog.prior_price"

var priorPriceSetting = app.Setting{
	Key: priorSetting, Scope: database.Store, Group: "Prices", Label: "Lowest price of the last 30 days", Kind: app.Choice, Default: "auto",
	Help: "In the European Union a reduction is announced against the lowest price of the 30 days before it. The shop keeps each price and shows that one.",
	Options: []app.Option{
		{Value: "auto", Label: "Show it where the store's country or currency is of the European Economic Area"},
		{Value: "on", Label: "Always show it"}, {Value: "off", Label: "Never show it"},
	},
}

var (
	eeaCountries  = setOf("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK")
	eeaCurrencies = setOf("EUR", "CZK", "DKK", "HUF", "ISK", "NOK", "PLN", "RON", "SEK")
)

func setOf(list ...string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out
}

// showsPrior tells whether a store announces reductions against the lowest price of 30 days.
func showsPrior(st *tenant.Store) bool {
	switch v, _ := st.Settings().Get(priorSetting); v {
	case "on":
		return true
	case "off":
		return false
	}
	if tag, err := language.Parse(st.Info().Locale); err == nil {
		if region, sure := tag.Region(); sure == language.Exact {
			return eeaCountries[region.String()]
		}
	}
	return eeaCurrencies[st.Currency()]
}
