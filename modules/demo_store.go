package modules

import (
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"path"

	"wizamart/framework/timezone"
	"wizamart/modules/catalog"
	"wizamart/modules/checkout"
	"wizamart/modules/devtools"
	"wizamart/modules/payments"
	"wizamart/tenant"
)

// store makes one shop of the demo: its look, products with pictures, categories and some orders.
func (d *demo) store(s demoStore, m tenant.Merchant) error {
	info, err := d.staff.CreateStore(d.rt.Ctx, tenant.NewStore{MerchantID: m.ID, Code: s.Code, Name: s.Name, Currency: s.Currency, Locale: s.Locale, Launched: true})
	if err != nil {
		return err
	}
	st, release, err := d.rt.App.Platform.Acquire(d.rt.Ctx, info.ID)
	if err != nil {
		return err
	}
	defer release()
	for _, step := range []func(*tenant.Store, demoStore) error{d.theme, d.settings, d.catalogue, d.fields, d.categories, d.collections, d.pages, d.orders, d.digital, d.visits} {
		if err := step(st, s); err != nil {
			return err
		}
	}
	return nil
}

// pictures is the folder of the store's pictures.
func pictures(s demoStore) fs.FS {
	sub, err := fs.Sub(devtools.Demo, path.Join("demo", "pictures", s.Code))
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

// catalogue imports the store's product file. Its pictures are put into the store first, as they are: they were made for it.
func (d *demo) catalogue(st *tenant.Store, s demoStore) error {
	names, err := fs.Glob(pictures(s), "*.webp")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := fs.ReadFile(pictures(s), name)
		if err != nil {
			return err
		}
		if _, err := d.products.StoreTrustedWebP(d.rt.Ctx, st, data); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	report, err := d.products.Import(d.rt.Ctx, st, catalog.ImportInput{
		Open:     func() (io.ReadCloser, error) { return devtools.Demo.Open(path.Join("demo", s.Code+".csv")) },
		StockSet: true, Images: pictures(s),
	})
	if err != nil {
		return err
	}
	if len(report.Errors) > 0 {
		return errors.New(report.Errors[0].Message)
	}
	for status, handles := range map[catalog.Status][]string{catalog.Draft: s.Draft, catalog.Archived: s.Archived} {
		for _, handle := range handles {
			p, err := d.products.ProductByHandle(d.rt.Ctx, st, handle)
			if err != nil {
				return err
			}
			if _, err := d.products.SetStatus(d.rt.Ctx, st, p.ID, status); err != nil {
				return err
			}
		}
	}
	return nil
}

// categories make themselves of the products' types.
func (d *demo) categories(st *tenant.Store, s demoStore) error {
	for i, c := range s.Categories {
		data, err := fs.ReadFile(pictures(s), c.Picture)
		if err != nil {
			return err
		}
		media, err := d.products.StoreTrustedWebP(d.rt.Ctx, st, data)
		if err != nil {
			return err
		}
		_, err = d.products.CreateCategory(d.rt.Ctx, st, catalog.Category{
			Slug: c.Slug, Name: c.Name, TextSource: "<p>" + html.EscapeString(c.Description) + "</p>", Hash: media.Hash, Position: i,
			Rule: catalog.Rule{Types: c.Types},
		})
		if err != nil {
			return fmt.Errorf("category %s: %w", c.Slug, err)
		}
	}
	return nil
}

// settings are the shop's bank account and pretended cards, so that an order can be paid. The number is the example of ISO 13616's registry.
func (d *demo) settings(st *tenant.Store, s demoStore) error {
	pay := payments.SettingsOf(st)
	pay.BankHolder, pay.BankIBAN, pay.BankText = s.Name, "DK5000400440116243", "We send your order as soon as the money is here."
	if err := d.pay.Save(d.rt.Ctx, st, pay); err != nil {
		return err
	}
	if err := d.promotions(st); err != nil {
		return err
	}
	if err := d.law(st, s); err != nil {
		return err
	}
	return st.SetSettings(d.rt.Ctx, map[string]string{"checkout.terms_url": "/terms", payments.PretendCards: "1", timezone.Setting: timezone.In(s.Country)})
}

// law is who sells, and taxes: prices include them, and sales to consumers in other member states are taxed there.
func (d *demo) law(st *tenant.Store, s demoStore) error {
	seller := checkout.Seller{Name: s.Name + " ApS", Line1: "Nyhavn 17", PostalCode: "1051", City: "København K", Country: "DK", Email: s.Email, VATID: "DK10000009", Register: "CVR 10000009"}
	if s.Country == "JP" {
		seller = checkout.Seller{Name: s.Name + " K.K.", Line1: "Teramachi 4-1", PostalCode: "604-8091", City: "Kyoto", Country: "JP", Email: s.Email}
	}
	if _, err := d.till.SaveSeller(d.rt.Ctx, st, seller); err != nil {
		return err
	}
	_, err := d.till.SaveTaxes(d.rt.Ctx, st, checkout.Taxes{On: true, Inclusive: true, Country: s.Country, Sales: checkout.SalesDestination})
	return err
}
