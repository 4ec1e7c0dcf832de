package messaging_test

import (
	"encoding/json"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/framework/timezone"
	"wizamart/modules/messaging"
	"wizamart/modules/orders/ordertype"
	"wizamart/tests/harness"
)

// What is written of a draft is to the letter what would have been written in its transaction.
func TestDraftKeepsTheMail(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st, letters := p.Open(t, "fjord"), harness.Service[*messaging.Service](p)
	if err := st.SetSettings(t.Context(), map[string]string{timezone.Setting: "Pacific/Auckland"}); err != nil {
		t.Fatal(err)
	}
	eur := func(minor int64) money.Amount { return money.New(minor, "EUR") }
	home := ordertype.Address{Name: "Ada <b> “Lovelace”", Business: "Lindqvist & Co", Line1: "Straße 1", Line2: "c/o \u2028", PostalCode: "10115", City: "Berlin", Region: "BE", Country: "DE", Phone: "1"}
	line := ordertype.LetterLine{Title: "Tent & pegs", Variant: "red", SKU: "T", Quantity: 2, Total: eur(2000), Gift: &ordertype.Gift{Email: "bea@example.com", SendAt: database.At(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC))}}
	full := ordertype.Letter{
		OrderID: "o1", Number: "#1001", Token: "secret", Email: "ada@example.com", Name: "Ada", PlacedAt: database.Now(), Lines: []ordertype.LetterLine{line, {Title: "Rope", Quantity: 1, Total: eur(0)}},
		Subtotal: eur(2000), Discount: eur(100), Shipping: eur(500), Fee: eur(50), Tax: eur(391), Total: eur(2450), Outstanding: eur(2450), PricesIncludeTax: true,
		Taxes: []ordertype.Tax{{Category: "AE", Rate: 190000, Base: 1, Tax: 2, Gross: 3, Note: "Reverse charge"}}, ShippingMethod: "Post", Estimate: "arrives soon", PaymentLabel: "Bank transfer", PaymentHelp: "IBAN 1\nBIC 2",
		ShipTo: home, BillTo: ordertype.Address{Name: "Bea", Country: "FR"}, Note: "Ring <twice>", Waiver: "I agree", Downloads: []ordertype.LetterDownload{{Title: "Book", Token: "t", Files: []string{"a.pdf", "b.pdf"}}},
		Parcel: &ordertype.Parcel{Carrier: "DHL", TrackingNumber: "1 2", TrackingURL: "https://dhl.test/?a=1&b=2", Lines: []ordertype.LetterLine{line}}, Seller: json.RawMessage(`{"name":"Fjord AS","vat_id":"NO1"}`),
	}
	bare := ordertype.Letter{OrderID: "o2", Number: "#1002", Email: "ada@example.com", Subtotal: eur(0), Shipping: eur(0), Total: eur(0), Outstanding: eur(0)}
	for _, locale := range []string{"", "de", "en-GB"} {
		for name, l := range map[string]ordertype.Letter{"full": full, "bare": bare} {
			l.Locale = locale
			direct, drafted := letters.BothWays(t, st, l)
			if direct != drafted {
				t.Errorf("%s in %q:\n%s\n%s", name, locale, direct, drafted)
			}
		}
	}
}
