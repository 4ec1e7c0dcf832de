package app

import (
	"errors"
	"fmt"
	"syscall"
)

// Disk is how much room the file system of the data directory has, in bytes.
type Disk struct{ Total, Free uint64 }

// Percent of the disk that is in use.
func (d Disk) Percent() int {
	if d.Total == 0 {
		return 0
	}
	return int((d.Total - d.Free) * 100 / d.Total)
}

// Low tells whether less than a tenth is free, and less than 20 GB.
func (d Disk) Low() bool { return d.Free < d.Total/10 && d.Free < 20e9 }

// Critical tells whether so little is free that writing is about to fail.
func (d Disk) Critical() bool { return d.Free < 256<<20 }

// Disk looks at the file system of the data directory.
func (a *App) Disk() (Disk, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(a.Platform.Dir(), &s); err != nil {
		return Disk{}, fmt.Errorf("look at the disk: %w", err)
	}
	return Disk{Total: s.Blocks * uint64(s.Bsize), Free: s.Bavail * uint64(s.Bsize)}, nil
}

func (a *App) roomLeft(c *Check) error {
	d, err := a.Disk()
	if err != nil {
		return AsWarning(err)
	}
	c.Value, c.Unit = d.Free, "bytes free"
	switch {
	case d.Critical():
		return errors.New("the disk is as good as full")
	case d.Low():
		return AsWarning(errors.New("less than a tenth of the disk is free"))
	}
	return nil
}
