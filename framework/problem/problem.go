// Package problem holds the errors that use cases return: a code, a message for a person, and the
// fields it is about. framework/web turns them into a page, a form or problem+json (RFC 9457).
package problem

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Code says what kind of problem it is. Its value is part of the API ("type": "/problems/<code>").
type Code string

const (
	Invalid      Code = "invalid"      // 422: a field's value cannot be taken
	Unauthorized Code = "unauthorized" // 401: nobody is signed in
	Forbidden    Code = "forbidden"    // 403: the one signed in may not
	NotFound     Code = "not_found"    // 404
	Conflict     Code = "conflict"     // 409: the state of the thing does not allow it
	Gone         Code = "gone"         // 410
	TooLarge     Code = "too_large"    // 413
	BadRequest   Code = "bad_request"  // 400: the request itself cannot be read
	TooMany      Code = "too_many"     // 429
	Unavailable  Code = "unavailable"  // 503
	Internal     Code = "internal"     // 500: our fault, details only in the log
)

// Want of room.
const (
	Quota Code = "quota_exceeded"       // 403: the store has all that it may have of something
	Full  Code = "insufficient_storage" // 507: the disk keeps what is left for orders
)

// Field is one field's complaint. Name is the form's or the JSON's name of the field.
type Field struct {
	Name    string `json:"field"`
	Message string `json:"message"`
}

// Error is what a use case returns when it refuses.
type Error struct {
	Code       Code
	Message    string // a sentence for a person, translated by the surface
	Fields     []Field
	RetryAfter int   // seconds; 0 says nothing
	Cause      error // for the log, never shown
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Message
	for _, f := range e.Fields {
		s += "; " + f.Name + ": " + f.Message
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return strings.TrimSuffix(s, ": ")
}

func (e *Error) Unwrap() error { return e.Cause }

// New is an error of code with a formatted message.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// On is an Invalid error about one field.
func On(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Message: "Please check the marked fields.", Fields: []Field{{field, fmt.Sprintf(format, args...)}}}
}

// Fields collects complaints about fields.
type Fields []Field

// Add notes a complaint.
func (f *Fields) Add(field, format string, args ...any) {
	*f = append(*f, Field{field, fmt.Sprintf(format, args...)})
}

// Check notes a complaint unless ok.
func (f *Fields) Check(ok bool, field, format string, args ...any) {
	if !ok {
		f.Add(field, format, args...)
	}
}

// Err is nil when nothing was noted.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Message: "Please check the marked fields.", Fields: f}
}

// CodeOf is the code of err: Internal for an error that carries none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Is tells whether err has the code.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }

// Status is the HTTP status of a code.
func (c Code) Status() int {
	switch c {
	case Invalid:
		return http.StatusUnprocessableEntity
	case Unauthorized:
		return http.StatusUnauthorized
	case Forbidden, Quota:
		return http.StatusForbidden
	case NotFound:
		return http.StatusNotFound
	case Conflict:
		return http.StatusConflict
	case Gone:
		return http.StatusGone
	case TooLarge:
		return http.StatusRequestEntityTooLarge
	case BadRequest:
		return http.StatusBadRequest
	case TooMany:
		return http.StatusTooManyRequests
	case Unavailable:
		return http.StatusServiceUnavailable
	case Full:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}
