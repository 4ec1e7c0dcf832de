package observe

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Kinds of failure.
const (
	KindPanic = "panic"
	KindError = "error" // an answer with a status of 500 or more
	KindJob   = "job"   // a job that used its last attempt
)

// Failure is something that went wrong on our side. Nothing in it is about a person: its message is scrubbed, and it holds no
// path, query, header or body.
type Failure struct {
	Kind      string
	Type      string // Go type of the error at the bottom
	Message   string
	Surface   string // "" for a job
	Method    string
	Route     string // a pattern, or the kind of a job
	Module    string
	Status    int // 0 for a job
	StoreID   string
	RequestID string // or the job's id
	At        time.Time
	Stack     []Frame // of a panic; the innermost call first
}

// Frame is one call of a stack.
type Frame struct {
	Func string // with its package
	File string // relative to its module, as in a build with -trimpath
	Line int
}

func (f Frame) String() string { return fmt.Sprintf("%s\n\t%s:%d", f.Func, f.File, f.Line) }

// Ours tells whether the call is in this program rather than in a library.
func (f Frame) Ours() bool {
	return strings.HasPrefix(f.Func, "wizamart/") || strings.HasPrefix(f.Func, "main.")
}

// Panic is a panic as an error.
type Panic struct {
	Value any
	Stack []Frame
}

func (p *Panic) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "panic: %v", p.Value)
	for _, f := range p.Stack {
		b.WriteString("\n" + f.String())
	}
	return b.String()
}

// Recovered makes an error of a recovered panic, with the stack that led to it. It is called in the deferred function.
func Recovered(value any) *Panic {
	p := &Panic{Value: value}
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if f.Function == "runtime.gopanic" {
			p.Stack = nil // what is above only recovers
		} else if f.Function != "" && (len(p.Stack) > 0 || !strings.HasPrefix(f.Function, "runtime.")) && f.Function != "runtime.goexit" {
			p.Stack = append(p.Stack, Frame{f.Function, f.File, f.Line})
		}
		if !more {
			return p
		}
	}
}

// NewFailure says what an error is, without where it happened.
func NewFailure(err error) Failure {
	f := Failure{Kind: KindError, At: time.Now()}
	var p *Panic
	if errors.As(err, &p) {
		f.Kind, f.Stack, f.Type = KindPanic, p.Stack, fmt.Sprintf("%T", p.Value)
		f.Message = Scrub(fmt.Sprint(p.Value))
		return f
	}
	f.Message = Scrub(err.Error())
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	f.Type = fmt.Sprintf("%T", err)
	return f
}

var numbers = regexp.MustCompile(`\d+`)

// Fingerprint is the same for failures that have one cause, as far as can be told: a panic's is where it happened, an error's what
// it says, without numbers, on which route.
func (f Failure) Fingerprint() string {
	parts := []string{f.Kind, f.Type}
	ours := 0
	for _, s := range f.Stack {
		if s.Ours() && ours < 3 {
			parts = append(parts, s.Func)
			ours++
		}
	}
	if ours == 0 {
		parts = append(parts, f.Surface, f.Method, f.Route, numbers.ReplaceAllString(f.Message, "#"))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// Failures hands failures to those who want to know.
type Failures struct {
	mu   sync.RWMutex
	told []func(Failure)
}

// Tell adds somebody who is told of each failure. fn is quick, does no I/O, and is called from several goroutines.
func (f *Failures) Tell(fn func(Failure)) {
	if f == nil { // of an App that is not open
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, fn)
}

// Report tells of a failure. It never waits.
func (f *Failures) Report(failure Failure) {
	if f == nil {
		return
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, fn := range f.told {
		fn(failure)
	}
}
