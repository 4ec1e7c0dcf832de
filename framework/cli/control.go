package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wizamart/framework/app"
)

// A command that finds the data directory owned by a server hands its arguments over through
// <data>/control.sock, which only the same user can open. The server runs the command and sends back
// frames of JSON, one a line.

type controlCall struct {
	Args []string `json:"args"`
	Dir  string   `json:"dir"`
}

type controlFrame struct {
	Out  []byte `json:"out,omitempty"`
	Err  []byte `json:"err,omitempty"`
	Exit *int   `json:"exit,omitempty"`
}

func socketPath(dir string) string { return filepath.Join(dir, "control.sock") }

// listenControl takes commands for the running server until it is closed.
func (p *Program) listenControl(a *app.App) (io.Closer, error) {
	path := socketPath(a.Platform.Dir())
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove a stale control socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("protect the control socket: %w", err)
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call controlCall
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		f := &frames{enc: json.NewEncoder(w), flush: http.NewResponseController(w)}
		status := p.run(&caller{
			ctx: r.Context(), args: call.Args, dir: call.Dir, served: a,
			stdout: frameWriter{f, false}, stderr: frameWriter{f, true},
		})
		f.send(controlFrame{Exit: &status}) //nolint:errcheck // the caller has gone
	})}
	go server.Serve(l) //nolint:errcheck // it ends with Close
	return server, nil
}

type frames struct {
	mu    sync.Mutex
	enc   *json.Encoder
	flush *http.ResponseController
}

func (f *frames) send(frame controlFrame) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enc.Encode(frame); err != nil {
		return err
	}
	return f.flush.Flush()
}

type frameWriter struct {
	f   *frames
	err bool
}

func (w frameWriter) Write(b []byte) (int, error) {
	frame := controlFrame{Out: b}
	if w.err {
		frame = controlFrame{Err: b}
	}
	return len(b), w.f.send(frame)
}

// forward has the server that owns dir run the command.
func forward(c *caller, dir string) (status int, err error) {
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socketPath(dir))
	}}}
	defer client.CloseIdleConnections()
	body, w := io.Pipe()
	go func() { w.CloseWithError(json.NewEncoder(w).Encode(controlCall{Args: c.args, Dir: c.dir})) }()
	req, err := http.NewRequestWithContext(c.ctx, http.MethodPost, "http://control/", body)
	if err != nil {
		return 1, err
	}
	res, err := client.Do(req)
	if err != nil {
		return 1, fmt.Errorf("it does not answer on its control socket: %w", err)
	}
	defer res.Body.Close()
	dec := json.NewDecoder(bufio.NewReader(res.Body))
	for {
		var f controlFrame
		if err := dec.Decode(&f); err != nil {
			return 1, fmt.Errorf("the server ended while the command ran: %w", err)
		}
		if f.Exit != nil {
			return *f.Exit, nil
		}
		if _, err := c.stdout.Write(f.Out); err != nil {
			return 1, err
		}
		if _, err := c.stderr.Write(f.Err); err != nil {
			return 1, err
		}
	}
}
