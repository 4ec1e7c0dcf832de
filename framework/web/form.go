package web

import (
	"errors"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/money"
	"wizamart/framework/problem"
)

// Form is what a person typed and what is wrong with it. It is kept over a refusal, so that nothing typed is lost.
type Form struct {
	values url.Values
	errors problem.Fields
	c      *Context
}

// NewForm is a form filled with values, for a page that edits something.
func NewForm(values url.Values) *Form { return &Form{values: values} }

// Form parses the request's form: urlencoded or multipart. It fails on a body that is too large or no form.
func (c *Context) Form() (*Form, error) {
	if c.form != nil {
		return c.form, nil
	}
	var err error
	kind, _, _ := mime.ParseMediaType(c.R.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		err = c.R.ParseMultipartForm(8 << 20)
	} else {
		err = c.R.ParseForm()
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, problem.New(problem.TooLarge, "What you sent is larger than the %d MB that fit here.", max(1, tooLarge.Limit>>20))
	}
	if err != nil {
		return nil, &problem.Error{Code: problem.BadRequest, Message: "The form could not be read. Please go back and try again.", Cause: err}
	}
	for _, vs := range c.R.Form {
		for i, v := range vs {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				vs[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "�"), "\x00", "")
			}
		}
	}
	c.form = &Form{values: c.R.Form, c: c}
	return c.form, nil
}

// Value is what the field holds.
func (f *Form) Value(name string) string {
	if f == nil {
		return ""
	}
	return f.values.Get(name)
}

// Values are all values of a repeated field.
func (f *Form) Values(name string) []string {
	if f == nil {
		return nil
	}
	return f.values[name]
}

// Checked tells whether value is among a field's values; for a lone checkbox value is "on", "1" or what the page gave it.
func (f *Form) Checked(name, value string) bool {
	return f != nil && slices.Contains(f.values[name], value)
}

// Error is the first complaint about the field, or "".
func (f *Form) Error(name string) string {
	if f == nil {
		return ""
	}
	for _, e := range f.errors {
		if e.Name == name {
			return e.Message
		}
	}
	return ""
}

// Errors are all complaints, for the summary above the form.
func (f *Form) Errors() []problem.Field {
	if f == nil {
		return nil
	}
	return f.errors
}

// Any tells whether there are complaints.
func (f *Form) Any() bool { return f != nil && len(f.errors) > 0 }

// Set fills a field, for a page that edits something.
func (f *Form) Set(name, value string) *Form {
	f.values.Set(name, value)
	return f
}

// Fail notes a complaint.
func (f *Form) Fail(name, format string, args ...any) { f.errors.Add(name, format, args...) }

// Text is a trimmed value of at most limit characters.
func (f *Form) Text(name string, limit int) string {
	v := strings.TrimSpace(f.Value(name))
	if utf8.RuneCountInString(v) > limit {
		f.Fail(name, "Use at most %d characters.", limit)
	}
	return v
}

// Required is a Text that may not be empty.
func (f *Form) Required(name string, limit int) string {
	v := f.Text(name, limit)
	if v == "" {
		f.Fail(name, "Fill this in.")
	}
	return v
}

// Int is a whole number between lo and hi; an empty field is lo when lo ≥ 0, else 0.
func (f *Form) Int(name string, lo, hi int) int {
	v := strings.TrimSpace(f.Value(name))
	if v == "" {
		return max(lo, 0)
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < lo || n > hi {
		f.Fail(name, "Enter a whole number from %d to %d.", lo, hi)
		return max(lo, 0)
	}
	return n
}

// Money is an amount in the currency, in minor units; an empty field is 0 and ok false.
func (f *Form) Money(name, currency string) (minor int64, ok bool) {
	v := strings.TrimSpace(f.Value(name))
	if v == "" {
		return 0, false
	}
	a, err := money.Parse(currency, v)
	if err != nil {
		digits := money.Digits(currency)
		switch {
		case errors.Is(err, money.ErrDecimals) && digits == 0:
			f.Fail(name, "Enter a whole amount.")
		case errors.Is(err, money.ErrDecimals):
			f.Fail(name, "Use at most %d decimals.", digits)
		case errors.Is(err, money.ErrOverflow):
			f.Fail(name, "This amount is too large.")
		default:
			f.Fail(name, "“%.20s” is not an amount: write it as %s.", v, money.New(1234*int64(math.Pow10(digits)), currency).Decimal())
		}
		return 0, false
	}
	if a.Minor < 0 {
		f.Fail(name, "Enter an amount of zero or more.")
		return 0, false
	}
	return a.Minor, true
}

// InputTime is how <input type="datetime-local"> writes a moment.
const InputTime = "2006-01-02T15:04"

// Time reads a moment of <input type="datetime-local"> in a zone; an empty field is the zero time. A time that a change of the clocks skips is the one an
// hour later; of one that comes twice, the first counts.
func (f *Form) Time(name string, in *time.Location) time.Time {
	v := f.Value(name)
	if v == "" {
		return time.Time{}
	}
	for _, layout := range []string{InputTime, InputTime + ":05"} { // browsers add seconds where they are not zero
		if t, err := time.ParseInLocation(layout, v, in); err == nil && t.Year() >= 1970 && t.Year() < 10_000 {
			return t
		}
	}
	f.Fail(name, "Enter a date and a time, such as 2026-12-24 08:00.")
	return time.Time{}
}

// Day reads the beginning of a day, typed as 2026-12-24, in a zone; an empty field is the zero time.
func (f *Form) Day(name string, in *time.Location) time.Time {
	v := f.Value(name)
	t, err := time.ParseInLocation(time.DateOnly, v, in)
	if v != "" && (err != nil || t.Year() < 1970) {
		f.Fail(name, "Enter a day, such as 2026-12-24.")
		return time.Time{}
	}
	return t
}

// Bool tells whether a checkbox is ticked.
func (f *Form) Bool(name string) bool {
	switch f.Value(name) {
	case "on", "1", "true", "yes":
		return true
	}
	return false
}

// Err is nil when there are no complaints.
func (f *Form) Err() error { return f.errors.Err() }

// Take notes the fields of a use case's refusal and tells whether the form can show it: the page is then
// rendered again with what was typed. Other errors are the caller's to return.
func (f *Form) Take(err error) bool {
	var p *problem.Error
	if !errors.As(err, &p) || p.Code != problem.Invalid && p.Code != problem.Conflict && p.Code != problem.Quota && p.Code != problem.Full {
		return false
	}
	if len(p.Fields) == 0 {
		f.errors.Add("", "%s", p.Message)
	}
	known := slices.Clone(f.errors)
	for _, e := range p.Fields {
		if !slices.Contains(known, e) {
			f.errors = append(f.errors, e)
		}
	}
	return true
}
