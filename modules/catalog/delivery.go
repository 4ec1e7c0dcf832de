package catalog

import (
	"strconv"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/tenant"
)

// delivery is what machines are told of how a product reaches people.
type delivery catalogtype.Delivery

// describe is schema.org's OfferShippingDetails.
func (d delivery) describe() map[string]any {
	out := map[string]any{
		"@type": "OfferShippingDetails", "shippingDestination": map[string]any{"@type": "DefinedRegion", "addressCountry": d.Country},
		"shippingRate": map[string]any{"@type": "MonetaryAmount", "value": d.Price.Decimal(), "currency": d.Price.Currency},
	}
	if d.DaysMax > 0 {
		days := func(least, most int) map[string]any {
			return map[string]any{"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}
		}
		out["deliveryTime"] = map[string]any{"@type": "ShippingDeliveryTime", "handlingTime": days(0, 1), "transitTime": days(d.DaysMin, d.DaysMax)}
	}
	return out
}

var returnSettings = []app.Setting{
	{
		Key: "catalog.return_days", Scope: database.Store, Above: []database.Scope{database.Merchant}, Group: "Returns", Label: "Time to send things back", Kind: app.Duration, Unit: "days", Default: "14", Max: 365,
		Help: "Told to search engines, which show it beside your products. In the EU customers have 14 days at least (Directive 2011/83/EU, article 9). 0 says nothing.",
	},
	{
		Key: "catalog.return_fees", Scope: database.Store, Above: []database.Scope{database.Merchant}, Group: "Returns", Label: "Who pays the way back", Kind: app.Choice, Default: "customer",
		Options: []app.Option{{Value: "customer", Label: "The customer"}, {Value: "free", Label: "We do"}},
	},
}

// returns is schema.org's MerchantReturnPolicy of a store that sells from a country; nil when nothing is said.
func (s *Service) returns(st *tenant.Store, country string) map[string]any {
	n, err := strconv.Atoi(s.app.Setting(st, "catalog.return_days"))
	if err != nil || n <= 0 || country == "" {
		return nil
	}
	words := map[string]string{"customer": "ReturnFeesCustomerResponsibility", "free": "FreeReturn"}
	return map[string]any{
		"@type": "MerchantReturnPolicy", "applicableCountry": country, "returnPolicyCategory": schema + "MerchantReturnFiniteReturnWindow",
		"merchantReturnDays": n, "returnMethod": schema + "ReturnByMail", "returnFees": schema + words[s.app.Setting(st, "catalog.return_fees")],
	}
}
