package replicate

import (
	"context"
	"errors"
	"io"
	"time"
)

var errStalled = errors.New("the replica's server sends nothing")

// stallGuard ends a request that does not move: its body fails when no byte comes for limit. A server that is merely slow is
// waited for.
type stallGuard struct {
	limit  time.Duration
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc
	timer  *time.Timer
	body   io.ReadCloser
}

// start gives the answer's head until first.
func (g *stallGuard) start(first time.Duration) {
	g.timer = time.AfterFunc(first, func() { g.cancel(errStalled) })
}

func (g *stallGuard) stop() {
	g.timer.Stop()
	g.cancel(nil)
}

func (g *stallGuard) Read(p []byte) (int, error) {
	g.timer.Reset(g.limit)
	n, err := g.body.Read(p)
	g.timer.Stop()
	if err != nil && !errors.Is(err, io.EOF) && g.ctx.Err() != nil {
		err = context.Cause(g.ctx)
	}
	return n, err
}

func (g *stallGuard) Close() error {
	defer g.stop()
	return g.body.Close()
}
