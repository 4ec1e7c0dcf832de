package app

import (
	"os"
	"sync"
)

// headroom is what the heap may grow by, in bytes, before garbage is collected, beyond what the collector gives by itself: a process that
// holds 20 MiB would otherwise collect dozens of times a second under load. Nothing is ever written to it, so that it takes no memory. A process
// for which GOGC is set has none.
//
//lint:ignore U1000 it is there to be large
var headroom []byte

// headroomSize of a machine with so many bytes of memory: a sixteenth, from 32 to 192 MiB.
func headroomSize(memory uint64) uint64 { return min(max(memory/16, 32<<20), 192<<20) }

var makeHeadroom = sync.OnceFunc(func() {
	if os.Getenv("GOGC") != "" {
		return
	}
	headroom = make([]byte, headroomSize(memory()))
})
