package checkout

import (
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/orders/ordertype"
)

// Waiver is what buyers of digital content agree to: they have it at once, and lose the right of withdrawal by it (Directive 2011/83/EU, article 16(m)).
const Waiver = "I agree that I can download what I buy at once, before the period for withdrawal ends, and I know that I lose my right of withdrawal from it as soon as the download is provided."

// Downloads tells whether buyers get files of something in the quote.
func (q Quote) Downloads() bool {
	for _, l := range q.Lines {
		if l.Downloads {
			return true
		}
	}
	return false
}

// checkWaiver complains where files are bought and nothing was agreed.
func (in PlaceInput) checkWaiver(q Quote, f *problem.Fields) {
	if q.Downloads() && !in.Waive {
		f.Add("waive", "Please agree to this, so that we can give you the download at once.")
	}
}

// waive records on the order what was agreed, in the shopper's words.
func (q Quote) waive(order *ordertype.Place, t func(key string, args ...any) string) {
	if q.Downloads() {
		order.WaivedAt, order.Waiver = database.At(time.Now()), t(Waiver)
	}
}
