package fairuse

import (
	"fmt"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/limit"
)

// labels of the classes on the settings page.
var labels = map[limit.Class]string{
	limit.SignIn:   "Passwords and codes tried",
	limit.Letter:   "Sign-ups and password resets",
	limit.Guess:    "Discount codes, gift cards and order numbers tried",
	limit.Checkout: "Forms of the checkout",
	limit.Search:   "Searches in a shop",
	limit.Page:     "Other pages of a shop",
	limit.File:     "Pictures",
	limit.Desk:     "Pages of dashboard and admin",
	limit.APIRead:  "API: reading",
	limit.APIWrite: "API: writing",
	limit.Upload:   "Uploads",
}

func window(d time.Duration) string {
	if d%time.Minute == 0 && d > time.Minute {
		return fmt.Sprintf("in %d minutes", d/time.Minute)
	}
	return fmt.Sprintf("in %d seconds", d/time.Second)
}

// settings are the platform's: every limit, the quotas of stores that have none of their own, and the disk's thresholds.
func settings() []app.Setting {
	var out []app.Setting
	for _, r := range limit.Defaults {
		who := "of one address or person"
		if !r.Class.Person() {
			who = "of one address"
		}
		out = append(out, app.Setting{
			Key: app.LimitSetting(r.Class, false), Scope: database.Platform, Group: "Rate limits", Kind: app.Number, Max: 10_000_000, Default: fmt.Sprint(r.Client),
			Label: labels[r.Class], Help: fmt.Sprintf("At most so many %s %s; 0 is no limit.", who, window(r.Window)),
		})
	}
	for _, r := range limit.Defaults {
		out = append(out, app.Setting{
			Key: app.LimitSetting(r.Class, true), Scope: database.Platform, Group: "Rate limits of a whole store", Kind: app.Number, Max: 100_000_000, Default: fmt.Sprint(r.Store),
			Label: labels[r.Class], Help: fmt.Sprintf("At most so many of all clients of one store %s; 0 is no limit.", window(r.Window)),
		})
	}
	for _, k := range kinds {
		out = append(out, app.Setting{
			Key: k.setting(), Scope: database.Platform, Group: "What a store may have", Kind: app.Number, Max: 1_000_000_000, Default: fmt.Sprint(k.Default),
			Label: k.Label, Help: "For stores without a quota of their own; 0 is no limit.",
		})
	}
	return append(out,
		app.Setting{Key: "fairuse.disk_low", Scope: database.Platform, Group: "Room on the server's disk", Kind: app.Number, Max: 100_000_000, Default: "1000",
			Label: "MB free below which uploads, imports and copies are refused", Help: "0 never refuses them."},
		app.Setting{Key: "fairuse.disk_full", Scope: database.Platform, Group: "Room on the server's disk", Kind: app.Number, Max: 100_000_000, Default: "250",
			Label: "MB free below which new carts and checkouts are refused", Help: "What is left is for orders that are under way. 0 never refuses them."},
	)
}
