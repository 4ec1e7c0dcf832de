package modules

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"wizamart/modules/cms"
	"wizamart/modules/devtools"
	"wizamart/tenant"
)

// store makes one shop of the demo: its look, categories, products, pictures and some orders.
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
	return d.theme(st, s)
}

func (d *demo) theme(st *tenant.Store, s demoStore) error {
	theme := cms.Theme{
		Preset: s.Theme.Preset, Tagline: s.Tagline, HeroTitle: s.Hero.Title, HeroText: s.Hero.Text, HeroButton: s.Hero.Cta,
		HeroURL: "/categories/" + s.Hero.Href, StoryTitle: s.Name, StoryText: s.Description, HeroLayout: "over",
	}
	for name, at := range map[string]*string{s.Hero.Picture: &theme.HeroPicture, s.Logo: &theme.Logo} {
		data, err := d.picture(s, name)
		if errors.Is(err, fs.ErrNotExist) || name == "" {
			continue
		}
		if err != nil {
			return err
		}
		if *at, err = d.shop.AddPicture(d.rt.Ctx, st, bytes.NewReader(data), 1600); err != nil {
			return err
		}
	}
	return d.shop.SaveTheme(d.rt.Ctx, st, theme)
}

func (d *demo) picture(s demoStore, name string) ([]byte, error) {
	return fs.ReadFile(devtools.Demo, path.Join("demo", "pictures", s.Code, name))
}
