package modules

import (
	"io/fs"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/money"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/devtools"
	"wizamart/modules/orders"
	"wizamart/modules/orders/ordertype"
	"wizamart/tenant"
)

// digital are a knitting pattern that is downloaded and has been bought, a gift card, and a sweater that comes in ten days: in the outdoor shop alone.
func (d *demo) digital(st *tenant.Store, s demoStore) error {
	if s.Code != "fjord" {
		return nil
	}
	ctx, now := d.rt.Ctx, time.Now().UTC()
	long := database.At(now.AddDate(0, -3, 0)) // not the newest: the opening page stays as it is
	make := func(title, kind, body, picture, alt string, price int64, ships bool, at database.Time, card bool) (*catalog.Product, error) {
		data, err := fs.ReadFile(pictures(s), picture)
		if err != nil {
			return nil, err
		}
		media, err := d.products.StoreTrustedWebP(ctx, st, data)
		if err != nil {
			return nil, err
		}
		v := catalog.NewVariant()
		v.Price, v.RequiresShipping = price, ships
		return d.products.Create(ctx, st, catalog.Product{
			Title: title, Brand: s.Name, Type: kind, BodySource: body, Status: catalog.Active, PublishedAt: at, GiftCard: card,
			Variants: []catalog.Variant{v}, Images: []catalog.Image{{Hash: media.Hash, Alt: alt}},
		})
	}
	soon := time.Date(now.Year(), now.Month(), now.Day()+10, 7, 0, 0, 0, time.UTC)
	if _, err := make("Læsø sweater, winter edition", "Knitwear", "<p>The Læsø sweater in this winter’s colour.</p>", "laeso-sweater-yoke.webp", "A knitted sweater’s yoke", 149900, true, database.At(soon), false); err != nil {
		return err
	}
	if _, err := make("Gift card, 500 kr.", "Gift cards", "<p>Comes by mail, to you or to somebody else, on the day that you choose.</p>", "market-tote-waxed.webp", "A waxed bag, ready to be filled", 50000, false, long, true); err != nil {
		return err
	}
	pattern, err := make("Hut hat: knitting pattern", "Patterns", "<p>One hat, one evening or two, worsted wool. A PDF of two pages to download.</p>", "hede-wool-blanket-sand.webp", "Knitted wool", 4900, false, long, false)
	if err != nil {
		return err
	}
	file, err := devtools.Demo.Open("demo/hut-hat-pattern.pdf")
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := d.products.AddFile(ctx, st, pattern.ID, "", "Hut hat.pdf", file); err != nil {
		return err
	}
	return d.download(st, pattern)
}

// download is an order of the pattern that has been paid.
func (d *demo) download(st *tenant.Store, pattern *catalog.Product) error {
	who := shoppers[0]
	to := who.address
	to.Name = who.name
	zero := money.Zero(st.Currency())
	var placed ordertype.Placed
	err := st.Write(d.rt.Ctx, func(tx *tenant.Store) (err error) {
		placed, err = d.sales.Place(d.rt.Ctx, tx, ordertype.Place{
			ExternalID: "demo-download", Channel: "storefront", Email: who.email, Locale: "en", Shipping: to, Billing: to, ShippingPrice: zero,
			PaymentMethod: "bank_transfer", PaymentLabel: "Bank transfer", PaymentFee: zero, PricesIncludeTax: true,
			WaivedAt: database.Now(), Waiver: checkout.Waiver,
			Lines: []ordertype.PlaceLine{{
				VariantID: pattern.Variants[0].ID, ProductID: pattern.ID, Title: pattern.Title, Slug: pattern.Slug, Picture: pattern.Images[0].SmallURL(), Quantity: 1,
				UnitPrice: money.New(pattern.Variants[0].Price, st.Currency()), Digital: true,
			}},
		})
		return err
	})
	if err == nil {
		_, err = d.sales.MarkPaid(d.rt.Ctx, st, placed.ID, orders.MarkPaid{Reference: "Order " + placed.Number})
	}
	return err
}
