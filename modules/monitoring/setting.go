package monitoring

import (
	"wizamart/framework/app"
	"wizamart/framework/database"
)

func number(name, label, help, unit, value string, limit int) app.Setting {
	return app.Setting{Key: "monitoring." + name, Scope: database.Platform, Group: "Replication", Label: label, Help: help, Kind: app.Number, Unit: unit, Default: value, Max: limit}
}

var settings = []app.Setting{
	number("drill_hours", "Hours between two restore drills of a store", "Only stores that changed since their last drill are tried. 0 tries none by itself.", "hours", "24", 720),
	number("snapshot_hours", "Hours between two snapshots of a store", "Only stores that changed since their last snapshot are copied. 0 takes none by itself.", "hours", "24", 720),
	number("snapshot_daily", "Daily snapshots kept", "The last one of each day.", "snapshots", "7", 366),
	number("snapshot_weekly", "Weekly snapshots kept", "The last one of each week. The newest snapshot is always kept.", "snapshots", "4", 520),
	number("lag_seconds", "Seconds behind before a store needs attention", "0 never does.", "seconds", "60", 86400),
}
