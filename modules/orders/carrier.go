package orders

import (
	"net/url"
	"slices"
	"strings"
)

// carriers are those whose tracking page can be told from the number; %s stands for it. The page is a link for
// the shopper: nothing is fetched from there.
var carriers = []struct{ name, page string }{
	{"Bring", "https://tracking.bring.com/tracking/%s"},
	{"DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=%s"},
	{"DPD", "https://tracking.dpd.de/status/en_US/parcel/%s"},
	{"FedEx", "https://www.fedex.com/fedextrack/?trknbr=%s"},
	{"GLS", "https://gls-group.com/GROUP/en/parcel-tracking?match=%s"},
	{"Japan Post", "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=en&reqCodeNo1=%s"},
	{"Posten", "https://sporing.posten.no/sporing/%s"},
	{"PostNord", "https://tracking.postnord.com/en/tracking?id=%s"},
	{"Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/%s"},
	{"UPS", "https://www.ups.com/track?tracknum=%s"},
	{"USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels=%s"},
	{"Yamato", "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id=%s"},
}

// Carriers are the names that a form suggests.
func Carriers() []string {
	var out []string
	for _, c := range carriers {
		out = append(out, c.name)
	}
	return out
}

func trackingURL(carrier, number string) string {
	i := slices.IndexFunc(carriers, func(c struct{ name, page string }) bool { return strings.EqualFold(c.name, carrier) })
	if i < 0 || number == "" {
		return ""
	}
	return strings.Replace(carriers[i].page, "%s", url.QueryEscape(strings.ReplaceAll(number, " ", "")), 1)
}
