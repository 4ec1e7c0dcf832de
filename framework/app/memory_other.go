//go:build !linux

package app

// memory is how many bytes the machine has; 0 where that is not known.
func memory() uint64 { return 0 }
