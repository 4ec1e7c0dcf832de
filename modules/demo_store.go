package modules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"wizamart/modules/catalog"
	"wizamart/modules/cms"
	"wizamart/modules/devtools"
	"wizamart/tenant"
)

// store makes one shop of the demo: its look, products with pictures, categories and some orders.
func (d *demo) store(s demoStore, m tenant.Merchant) error {
	info, err := d.staff.CreateStore(d.rt.Ctx, tenant.NewStore{MerchantID: m.ID, Code: s.Code, Name: s.Name, Currency: s.Currency, Locale: s.Locale})
	if err != nil {
		return err
	}
	st, release, err := d.rt.App.Platform.Acquire(d.rt.Ctx, info.ID)
	if err != nil {
		return err
	}
	defer release()
	for _, step := range []func(*tenant.Store, demoStore) error{d.theme, d.catalogue, d.orders} {
		if err := step(st, s); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) theme(st *tenant.Store, s demoStore) error {
	theme := cms.Theme{
		Preset: s.Theme.Preset, Tagline: s.Tagline, HeroTitle: s.Hero.Title, HeroText: s.Hero.Text, HeroButton: s.Hero.Cta,
		HeroURL: "/categories/" + s.Hero.Href, StoryTitle: s.Name, StoryText: s.Description, HeroLayout: "over",
	}
	for name, at := range map[string]*string{s.Hero.Picture: &theme.HeroPicture, s.Logo: &theme.Logo} {
		data, err := fs.ReadFile(pictures(s), name)
		if err != nil {
			return err
		}
		if *at, err = d.shop.AddPicture(d.rt.Ctx, st, bytes.NewReader(data), 1600); err != nil {
			return err
		}
	}
	return d.shop.SaveTheme(d.rt.Ctx, st, theme)
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
