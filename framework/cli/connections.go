package cli

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// connections knows which connections are in the middle of something. http.Server.Shutdown drops a request that it reads after it
// began, so that it is called when there is none.
type connections struct {
	mu   sync.Mutex
	busy map[net.Conn]time.Time // since when it is new or answers; idle ones are not in it
}

// silent is how long a new connection may say nothing before it is no longer waited for.
const silent = time.Second

func (c *connections) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.busy[conn] = time.Now()
	case http.StateActive:
		c.busy[conn] = time.Time{}
	default:
		delete(c.busy, conn)
	}
}

// quiet tells whether no connection is in the middle of something.
func (c *connections) quiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, since := range c.busy {
		if since.IsZero() || time.Since(since) < silent {
			return false
		}
	}
	return true
}
