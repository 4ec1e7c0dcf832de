package app

import "testing"

// A small machine keeps its memory for its files, a large one collects seldom.
func TestHeadroom(t *testing.T) {
	const mib = 1 << 20
	for memory, want := range map[uint64]uint64{0: 32 * mib, 256 * mib: 32 * mib, 1024 * mib: 64 * mib, 2048 * mib: 128 * mib, 64 * 1024 * mib: 192 * mib} {
		if got := headroomSize(memory); got != want {
			t.Errorf("%d MiB of memory: %d MiB", memory/mib, got/mib)
		}
	}
}
