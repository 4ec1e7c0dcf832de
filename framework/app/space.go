package app

import (
	"errors"
	"strconv"

	"wizamart/framework/disk"
	"wizamart/framework/limit"
	"wizamart/framework/web"
)

// Platform settings with the MB free at which uploads, and then new orders, are refused. Module fairuse declares them.
const (
	lowSetting  = "fairuse.disk_low"
	fullSetting = "fairuse.disk_full"
)

// watchDisk makes the watch on the data directory's disk.
func (a *App) watchDisk() {
	megabytes := func(key string) int64 {
		n, err := strconv.ParseInt(a.PlatformSetting(key), 10, 64)
		if err != nil {
			return 0
		}
		return n * 1_000_000
	}
	a.Disk = disk.New(a.Platform.Dir(), a.Config.FreeSpace, func() disk.Thresholds {
		return disk.Thresholds{Low: megabytes(lowSetting), Full: megabytes(fullSetting)}
	})
	a.Metrics.Gauge("wizamart_disk_free_bytes", "Bytes free on the disk of the data directory.", func() float64 { return float64(a.Disk.State().Free) })
	a.Metrics.Gauge("wizamart_disk_level", "0: plenty of room; 1: uploads are refused; 2: new orders are refused too.", func() float64 { return float64(a.Disk.State().Level) })
}

// roomFor refuses what the disk has no room for, before it is read.
func (a *App) roomFor(route *web.Route) error {
	switch {
	case route == nil:
		return nil
	case route.Space:
		return a.Disk.Begin()
	case classOf(route.Surface, route.Method, route) == limit.Upload:
		return a.Disk.Room(0)
	}
	return nil
}

func (a *App) roomLeft(c *Check) error {
	d := a.Disk.State()
	if d.Err != nil {
		return AsWarning(d.Err)
	}
	c.Value, c.Unit = d.Free, "bytes free"
	switch d.Level {
	case disk.Full:
		return errors.New("the disk is nearly full: new carts and orders are refused")
	case disk.Low:
		return AsWarning(errors.New("the disk runs full: uploads are refused"))
	}
	return nil
}
