package monitoring

import (
	"wizamart/framework/app"
	"wizamart/framework/database"
)

func number(name, label, help, unit, value string, limit int) app.Setting {
	return app.Setting{Key: "monitoring." + name, Scope: database.Platform, Group: "Replication", Label: label, Help: help, Kind: app.Number, Unit: unit, Default: value, Max: limit}
}

func length(name, label, help, unit, value string, limit int) app.Setting {
	set := number(name, label, help, unit, value, limit)
	set.Kind = app.Duration
	return set
}

var settings = []app.Setting{
	length("drill_hours", "Time between two restore drills of a store", "Only stores that changed since their last drill are tried. Whole hours; 0 tries none by itself.", "hours", "24", 720),
	length("snapshot_hours", "Time between two snapshots of a store", "Only stores that changed since their last snapshot are copied. Whole hours; 0 takes none by itself.", "hours", "24", 720),
	number("snapshot_daily", "Daily snapshots kept", "The last one of each day.", "snapshots", "7", 366),
	number("snapshot_weekly", "Weekly snapshots kept", "The last one of each week. The newest snapshot is always kept.", "snapshots", "4", 520),
	length("lag_seconds", "Time behind before a store needs attention", "0 never does.", "seconds", "60", 86400),
	{
		Key: app.TokenSetting, Scope: database.Platform, Group: "Monitoring", Label: "Token for /metrics and the details of /health", Kind: app.Secret, Min: 16, Max: 200,
		Help: "Prometheus sends it from another machine: Authorization: Bearer TOKEN. Without one, they are read on this machine and by operators only.",
	},
}
