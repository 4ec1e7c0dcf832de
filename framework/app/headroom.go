package app

import (
	"os"
	"sync"
)

// headroom is what the heap may grow by, in bytes, before garbage is collected, beyond what the collector gives by itself: a process that
// holds 20 MiB would otherwise collect dozens of times a second under load. Nothing is ever written to it, so that it takes no memory. A process
// for which GOGC is set has none.
var headroom []byte

const headroomSize = 48 << 20

var makeHeadroom = sync.OnceFunc(func() {
	if os.Getenv("GOGC") == "" {
		headroom = make([]byte, headroomSize)
	}
})
