package core

import (
	"strings"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/timezone"
)

var timeZoneSetting = app.Setting{
	Key: timezone.Setting, Scope: database.Store, Above: []database.Scope{database.Platform, database.Merchant}, Group: "Store", Label: "Time zone", Kind: app.Choice, Options: zoneOptions(),
	Help: "When the shop's days begin: in sales by day, in dates on orders, and where you set a time, such as of a discount or of publishing.",
}

func zoneOptions() []app.Option {
	out := []app.Option{{Value: "", Label: "As in the shop's country"}}
	for _, name := range timezone.Names() {
		out = append(out, app.Option{Value: name, Label: strings.ReplaceAll(name, "_", " ")})
	}
	return out
}
