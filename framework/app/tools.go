package app

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/caddyserver/certmagic"

	"wizamart/framework/observe"
)

// Names of the framework's own tools in Tools.
const (
	ToolReplica = "replica"
	ToolMail    = "mail"
	ToolACME    = "acme"
)

// listTools makes the framework's own tools known. Modules add theirs when they are made.
func (a *App) listTools() {
	if r := a.Replica; r != nil {
		a.Tools.Add(observe.Tool{
			Name: ToolReplica, Title: "Replica", Address: func() string { return r.Config.Target.URL("") },
			Probe: func(ctx context.Context) error { return r.Reachable(ctx) },
			Now: func() (c observe.Contact) {
				c.OKAt, c.FailedAt, c.Error = r.Contact()
				return c
			},
		})
	}
	a.Tools.Add(observe.Tool{
		Name: ToolMail, Title: "Mail server",
		Address: func() string {
			t, err := a.Mail.Transport(context.Background())
			if err != nil {
				return ""
			}
			return t.Host
		},
		Probe: func(ctx context.Context) error { return a.Mail.Reachable(ctx) },
	})
	if k := a.Certificates; k != nil {
		directory := cmp.Or(k.Directory, certmagic.LetsEncryptProductionCA)
		a.Tools.Add(observe.Tool{
			Name: ToolACME, Title: "Certificate authority", Address: func() string { return directory },
			Probe: func(ctx context.Context) error { return k.Reachable(ctx) },
		})
	}
}

// mailNoted hears what became of mails.
func (a *App) mailNoted(result string, n int, why error) {
	a.Metrics.Mails(result, n)
	switch result {
	case "sent", "refused": // it answered
		a.Tools.Note(ToolMail, nil)
	case "deferred", "parked":
		a.Tools.Note(ToolMail, why)
	}
}

// ToolState is how a tool did when it was used last.
type ToolState struct {
	Name     string     `json:"name"`
	Title    string     `json:"title"`
	Address  string     `json:"address,omitempty"`
	Status   string     `json:"status"` // pass, fail, or unused: not since the start
	OKAt     *time.Time `json:"last_success,omitempty"`
	FailedAt *time.Time `json:"last_failure,omitempty"`
	Error    string     `json:"error,omitempty"`
	OKs      uint64     `json:"successes"`
	Failures uint64     `json:"failures"`
	CanProbe bool       `json:"-"`
}

func (a *App) toolStates() []ToolState {
	var out []ToolState
	for _, tool := range a.Tools.All() {
		out = append(out, a.toolState(tool))
	}
	return out
}

// ToolStates tells how all tools did when they were used last. It asks none of them.
func (a *App) ToolStates() []ToolState { return a.toolStates() }

func (a *App) toolState(tool observe.Tool) ToolState {
	c := a.Tools.Last(tool.Name)
	s := ToolState{Name: tool.Name, Title: tool.Title, Status: "unused", Error: c.Error, OKs: c.OKs, Failures: c.Failures, CanProbe: tool.Probe != nil}
	if tool.Address != nil {
		s.Address = tool.Address()
	}
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	s.OKAt, s.FailedAt = when(c.OKAt), when(c.FailedAt)
	switch {
	case c.Bad():
		s.Status = Fail
	case s.OKAt != nil:
		s.Status = Pass
	}
	return s
}

var errNoProbe = errors.New("this tool cannot be asked")

// ProbeTool asks a tool now, because an operator wants to know, and notes how it went.
func (a *App) ProbeTool(ctx context.Context, name string) (ToolState, error) {
	tool, ok := a.Tools.Tool(name)
	if !ok || tool.Probe == nil {
		return ToolState{}, errNoProbe
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	a.Tools.Note(name, tool.Probe(ctx))
	return a.toolState(tool), nil
}

// OutsideClient is a client for a tool, whose requests are noted.
func (a *App) OutsideClient(name string, timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: a.Tools.Watch(name, nil)}
}
