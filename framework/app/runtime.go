package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
)

// Runtime is what a command runs in: the open platform, and the caller's terminal and directory. The caller may be
// in another process, when a server owns the data directory.
type Runtime struct {
	Ctx    context.Context
	App    *App
	Stdout io.Writer
	Stderr io.Writer
	Dir    string // the caller's working directory
}

// Path makes a path of the caller absolute.
func (rt *Runtime) Path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(rt.Dir, p)
}

// JSON prints v as indented JSON.
func (rt *Runtime) JSON(v any) error {
	enc := json.NewEncoder(rt.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Printf prints to the caller's standard output.
func (rt *Runtime) Printf(format string, args ...any) { fmt.Fprintf(rt.Stdout, format, args...) }

// Exit ends a command with a status and, unless it is empty, a message on standard error.
type Exit struct {
	Status  int
	Message string
}

func (e *Exit) Error() string { return e.Message }
