package modules

import (
	"fmt"
	"math/rand/v2"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/catalog/catalogtype"
	"wizamart/modules/inventory/inventorytype"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// shoppers of the demo. The addresses are invented.
var shoppers = []struct {
	name, email string
	address     ordertype.Address
}{
	{"Astrid Lindqvist", "astrid@example.com", ordertype.Address{Line1: "Västerlånggatan 12", PostalCode: "111 29", City: "Stockholm", Country: "SE"}},
	{"Jonas Bech", "jonas.bech@example.com", ordertype.Address{Line1: "Nørrebrogade 45, 2. tv", PostalCode: "2200", City: "København N", Country: "DK"}},
	{"María Fernández de la Fuente y Castillo", "maria@example.com", ordertype.Address{Line1: "Calle de Alcalá 101", Line2: "3º izquierda", PostalCode: "28009", City: "Madrid", Country: "ES"}},
	{"田中 さくら", "sakura@example.com", ordertype.Address{Line1: "神宮前 4-12-10", PostalCode: "150-0001", City: "渋谷区", Region: "東京都", Country: "JP"}},
	{"Oliver Brandt", "oliver@example.com", ordertype.Address{Line1: "Schanzenstraße 8", PostalCode: "20357", City: "Hamburg", Country: "DE"}},
	{"Freja Holst", "freja@example.com", ordertype.Address{Line1: "Strandvejen 210", PostalCode: "2920", City: "Charlottenlund", Country: "DK"}},
	{"Léa Moreau", "lea.moreau@example.com", ordertype.Address{Line1: "14 rue des Martyrs", PostalCode: "75009", City: "Paris", Country: "FR"}},
}

// orders places a month of orders, the same ones each time, and takes most of them through payment and fulfilment.
func (d *demo) orders(st *tenant.Store, s demoStore) error {
	ctx := d.rt.Ctx
	variants, _, err := d.products.FindVariants(ctx, st, catalog.VariantFilter{Limit: 200})
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(uint64(len(s.Code)), uint64(s.Code[0])))
	now := time.Now().UTC()
	for day := 29; day >= 0; day-- {
		for n := range dice.IntN(3) {
			at := now.AddDate(0, 0, -day).Add(-time.Duration(300-n*97-dice.IntN(90)) * time.Minute)
			placed, err := d.order(st, s, dice, variants, at)
			if err != nil {
				return err
			}
			if placed.ID == "" || day < 2 {
				continue
			}
			if _, err := d.sales.MarkPaid(ctx, st, placed.ID, orders.MarkPaid{Reference: "Order " + placed.Number}); err != nil {
				return err
			}
			if day == 10 && n == 0 {
				continue // paid, still to be sent
			}
			if err := d.fulfil(st, placed.ID); err != nil {
				return err
			}
		}
	}
	return d.products.CountSold(ctx, st)
}

func (d *demo) order(st *tenant.Store, s demoStore, dice *rand.Rand, variants []catalogtype.Sellable, at time.Time) (ordertype.Placed, error) {
	ctx := d.rt.Ctx
	who := shoppers[dice.IntN(len(shoppers))]
	address := who.address
	address.Name = who.name
	in := ordertype.Place{
		ExternalID: database.NewID(), Channel: "storefront", Email: who.email, Locale: s.Locale, Shipping: address, Billing: address,
		ShippingMethod: "Standard", ShippingPrice: money.New(0, st.Currency()), PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer",
		PaymentFee: money.Zero(st.Currency()), PlacedAt: database.At(at),
	}
	var lines []inventorytype.Line
	seen := map[string]bool{}
	for range 1 + dice.IntN(3) {
		v := variants[dice.IntN(len(variants))]
		levels, err := d.stock.Levels(ctx, st, []string{v.VariantID})
		if err != nil {
			return ordertype.Placed{}, err
		}
		if !v.OnSale || seen[v.VariantID] || !levels[v.VariantID].CanTake(4) {
			continue
		}
		seen[v.VariantID] = true
		quantity := 1 + dice.IntN(2)
		lines = append(lines, inventorytype.Line{VariantID: v.VariantID, Quantity: quantity})
		in.Lines = append(in.Lines, ordertype.PlaceLine{
			VariantID: v.VariantID, ProductID: v.ProductID, Title: v.Title, VariantTitle: v.VariantTitle, SKU: v.SKU, Slug: v.Slug,
			Picture: v.Picture, Quantity: quantity, UnitPrice: v.Price, RequiresShipping: v.RequiresShipping,
		})
	}
	if len(lines) == 0 {
		return ordertype.Placed{}, nil
	}
	var placed ordertype.Placed
	err := st.Write(ctx, func(tx *tenant.Store) error {
		customer, err := d.people.Ensure(ctx, tx, who.email, who.name, "", address, s.Locale)
		if err != nil {
			return err
		}
		in := in // the closure can be run again
		in.CustomerID = customer
		if placed, err = d.sales.Place(ctx, tx, in); err != nil {
			return err
		}
		return d.stock.Take(ctx, tx, placed.ID, lines)
	})
	if err != nil {
		return placed, fmt.Errorf("place an order: %w", err)
	}
	return placed, nil
}

func (d *demo) fulfil(st *tenant.Store, orderID string) error {
	o, err := d.sales.Get(d.rt.Ctx, st, orderID)
	if err != nil {
		return err
	}
	in := orders.Fulfil{Carrier: "PostNord", TrackingNumber: "DEMO" + orderID[len(orderID)-8:]}
	for _, l := range o.Lines {
		in.Lines = append(in.Lines, orders.FulfilLine{LineID: l.ID, Quantity: l.Quantity})
	}
	_, err = d.sales.Fulfil(d.rt.Ctx, st, orderID, in)
	return err
}
