package app

// phase is where the process stands between its start and its end.
type phase int32

const (
	serving  phase = iota
	starting       // it listens, and is not ready for everybody
	draining       // it finishes what it has begun, and takes nothing new
)

// Starting says that the server listens and is not ready yet. An App that was opened serves, unless somebody says otherwise.
func (a *App) Starting() { a.phase.Store(int32(starting)) }

// Serving says that the server is ready for everybody.
func (a *App) Serving() { a.phase.Store(int32(serving)) }

// Draining says that the server is about to end: whoever spreads requests over servers sends it no more.
func (a *App) Draining() { a.phase.Store(int32(draining)) }

func (p phase) String() string {
	switch p {
	case starting:
		return "starting"
	case draining:
		return "draining"
	}
	return "serving"
}
