package modules

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/auth"
	"wizamart/framework/cli"
	"wizamart/modules/devtools"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
)

// demoPassword is public: it is refused unless the server listens on a loopback address.
const demoPassword = "wizamart-demo"

// demoData is devtools/demo/stores.json.
type demoData struct {
	Merchants []struct {
		Code, Name, Email string
		OwnerName         string `json:"owner_name"`
	}
	Stores []demoStore
}

type demoStore struct {
	Code, Name, Merchant, Currency, Locale, Tagline, Description, Email, Country, Logo string
	Theme                                                                              struct{ Preset string }
	Hero                                                                               struct{ Title, Text, Cta, Href, Picture string }
	Categories                                                                         []struct {
		Slug, Name, Description, Picture string
		Types                            []string
	}
	Draft, Archived []string // handles
}

// Demo fills an empty platform with two merchants, three shops and their staff. A platform with merchants is kept as it is.
func Demo(rt *app.Runtime) (cli.DemoSummary, error) {
	d := &demo{rt: rt}
	for _, s := range rt.App.Services {
		d.find(s)
	}
	summary := cli.DemoSummary{Logins: []cli.DemoLogin{
		{Name: "Ingrid Solberg", Role: "Operator of the platform", Email: "admin@demo.test", Password: demoPassword},
		{Name: "Signe Holm", Role: "Owner of Fjord & Field", Email: "owner@fjord.test", Password: demoPassword},
		{Name: "Mads Kjær", Role: "Fulfilment at Fjord Outdoor", Email: "packer@fjord.test", Password: demoPassword},
		{Name: "Haruka Hoshino", Role: "Owner of Hoshi Trading", Email: "owner@hoshi.test", Password: demoPassword},
	}}
	existing, err := rt.App.Platform.Merchants(rt.Ctx, "")
	if err != nil {
		return summary, err
	}
	if len(existing) > 0 {
		if _, err := rt.App.Auth.UserByEmail(rt.Ctx, rt.App.Platform.DB, "admin@demo.test"); err != nil {
			summary.Logins = nil // somebody's own data: not the demo's users
		}
		return summary, nil
	}
	summary.Seeded = true
	return summary, d.seed(summary.Logins)
}

type demo struct {
	services
	rt *app.Runtime
}

func (d *demo) seed(logins []cli.DemoLogin) error {
	raw, err := fs.ReadFile(devtools.Demo, "demo/stores.json")
	if err != nil {
		return err
	}
	var data demoData
	if err := json.Unmarshal(raw, &data); err != nil {
		return fmt.Errorf("read the demo's stores: %w", err)
	}
	ctx := d.rt.Ctx
	users := map[string]auth.User{}
	for _, l := range logins {
		u, err := d.staff.CreateUser(ctx, auth.NewUser{Email: l.Email, Name: l.Name, Password: l.Password, Admin: l.Email == "admin@demo.test"})
		if err != nil {
			return err
		}
		users[l.Email] = u
	}
	merchants := map[string]tenant.Merchant{}
	for _, m := range data.Merchants {
		made, err := d.staff.CreateMerchant(ctx, tenant.NewMerchant{Code: m.Code, Name: m.Name, Email: m.Email})
		if err != nil {
			return err
		}
		merchants[m.Code] = made
		owner := users["owner@"+strings.SplitN(m.Code, "-", 2)[0]+".test"]
		if err := d.staff.AddMembership(ctx, tenancy.Membership{UserID: owner.ID, MerchantID: made.ID, Role: "owner"}); err != nil {
			return err
		}
	}
	for i, s := range data.Stores {
		d.rt.Printf("Seeding %d of %d: %s …\n", i+1, len(data.Stores), s.Name)
		if err := d.store(s, merchants[s.Merchant]); err != nil {
			return fmt.Errorf("%s: %w", s.Code, err)
		}
	}
	fjord := d.rt.App.Platform.ByCode("fjord")
	if err := d.staff.AddMembership(ctx, tenancy.Membership{UserID: users["packer@fjord.test"].ID, MerchantID: fjord.MerchantID, StoreID: fjord.ID, Role: "fulfilment"}); err != nil {
		return err
	}
	var emails []string
	for _, l := range logins {
		emails = append(emails, l.Email)
	}
	return d.staff.MarkDemo(ctx, emails...)
}
