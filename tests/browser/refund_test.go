//go:build browser

package browser

import (
	"context"
	"fmt"
	"testing"

	"wizamart/framework/money"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// TestRefundWalk gives a part of an order back: with scripts the sum follows what is typed, without them a button works it out.
func TestRefundWalk(t *testing.T) {
	loadAxe(t)
	p := harness.Start(t)
	p.Store(t, "north", "EUR")
	st := p.Open(t, "north")
	owner := p.User(t, "owner", "north")
	sales := harness.Service[*orders.Service](p)
	ctx := context.Background()
	eur := func(n int64) money.Amount { return money.New(n, "EUR") }
	chromium := browser(t, p)
	for i, v := range views {
		t.Run(v.name, func(t *testing.T) {
			var placed ordertype.Placed
			vat := ordertype.LineTax{Category: "S", Rate: money.BasisPoints(1900), Amount: 479}
			err := st.Write(ctx, func(tx *tenant.Store) (err error) {
				to := ordertype.Address{Name: "Ada", Line1: "Street 1", PostalCode: "10115", City: "Berlin", Country: "DE"}
				placed, err = sales.Place(ctx, tx, ordertype.Place{
					ExternalID: fmt.Sprint(i), Channel: "storefront", Email: "ada@example.com", Shipping: to, Billing: to, PaymentMethod: "card", PaymentLabel: "Card", ShippingMethod: "Post",
					PricesIncludeTax: true, Taxes: []ordertype.Tax{{Category: "S", Rate: vat.Rate, Base: 2521, Tax: 479, Gross: 3000}},
					Lines: []ordertype.PlaceLine{{VariantID: "v", ProductID: "p", Title: "Kettle", SKU: "K", Quantity: 3, UnitPrice: eur(1000), Tax: vat}},
				})
				if err != nil {
					return err
				}
				_, err = sales.Receive(ctx, tx, placed.ID, ordertype.Receipt{ExternalID: "pi_" + placed.ID, Method: "card", Provider: "test", Reference: "Visa 4242", Amount: placed.Total})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			w := &walk{Platform: p, tab: open(t, chromium, p.Base, v.name, v.width, v.height, v.scripted), look: v}
			w.visit(w.at(w.Base, "/sign-in"))
			w.fill("[name=email]", owner.Email)
			w.fill("[name=password]", harness.Password)
			w.follow("main form button[type=submit]")
			w.visit(w.at(w.Base, "/store/north/orders/"+placed.ID))
			w.looks("paid order")
			w.visit(w.at(w.Base, "/store/north/orders/"+placed.ID+"/refunds"))
			w.looks("refund")
			w.fill("main [name^=q_]", "2")
			w.fill("main [name=less]", "1.50")
			if v.scripted {
				w.waitFor(`document.querySelector("[data-refund-summary]").textContent.includes("18.50")`)
			} else {
				w.follow("button[value=preview]")
			}
			w.has("[data-refund-summary]", "18.50")
			w.has("[data-refund-summary]", "Tax: 19 %")
			w.looks("refund worked out")
			w.follow("button[value=refund]")
			w.has("#payment", "18.50")
			w.looks("order with a refund")
			w.visit(w.at("north."+w.Base, "/orders/"+placed.Token))
			w.has("#refunds", "18.50")
			w.looks("shopper's page with a refund")
		})
	}
}
