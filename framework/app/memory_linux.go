package app

import "golang.org/x/sys/unix"

// memory is how many bytes the machine has; 0 where that is not known.
func memory() uint64 {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0
	}
	return uint64(info.Totalram) * uint64(info.Unit)
}
