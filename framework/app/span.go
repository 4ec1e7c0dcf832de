package app

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Units of a Duration, the longest first: what a person types, and how it is shown. The symbols are those of ISO 80000-3.
var spans = []struct {
	length time.Duration
	symbol string // after a number
	one    string // after 1, where that is another word
	typed  []string
}{
	{7 * 24 * time.Hour, "weeks", "week", []string{"w", "week", "weeks"}},
	{24 * time.Hour, "days", "day", []string{"d", "day", "days"}},
	{time.Hour, "h", "h", []string{"h", "hour", "hours", "hrs", "hr"}},
	{time.Minute, "min", "min", []string{"min", "minute", "minutes", "mins", "m"}},
	{time.Second, "s", "s", []string{"s", "sec", "second", "seconds", "secs"}},
}

func spanOf(word string) (time.Duration, bool) {
	for _, s := range spans {
		for _, t := range s.typed {
			if t == word {
				return s.length, true
			}
		}
	}
	return 0, false
}

// ParseSpan reads a length of time as people type it, "30 min", "2 h", "14 days" or "1 h 30 min", as a whole number of a unit: "seconds", "minutes", "hours",
// "days". A number without a unit is already one. ok is false for what is no such number.
func ParseSpan(text, unit string) (n int64, ok bool) {
	base, known := spanOf(unit)
	if !known {
		return 0, false
	}
	text = strings.ToLower(strings.TrimSpace(text))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, n >= 0
	}
	var sum time.Duration
	for text != "" {
		digits := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
		if digits < 1 {
			return 0, false
		}
		count, err := strconv.ParseInt(text[:digits], 10, 64)
		rest := strings.TrimLeft(text[digits:], " \u00a0")
		end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(rest)
		}
		length, named := spanOf(rest[:end])
		if err != nil || !named || count > (math.MaxInt64-int64(sum))/int64(length) {
			return 0, false
		}
		sum += time.Duration(count) * length
		text = strings.TrimLeft(rest[end:], " \u00a0")
	}
	return int64(sum / base), sum > 0 && sum%base == 0
}

// FormatSpan shows a whole number of a unit as ParseSpan reads it: "90 min", "24 h", "14 days". The longest unit is taken of which there are at least two.
func FormatSpan(n int64, unit string) string {
	base, known := spanOf(unit)
	if !known || n <= 0 || n > math.MaxInt64/int64(base) {
		return strconv.FormatInt(n, 10)
	}
	total := time.Duration(n) * base
	for _, s := range spans {
		if s.length == 7*24*time.Hour || s.length > base && total < 2*s.length || total%s.length != 0 {
			continue // weeks are read, and shown as days
		}
		if total == s.length {
			return "1 " + s.one
		}
		return fmt.Sprintf("%d %s", total/s.length, s.symbol)
	}
	return strconv.FormatInt(n, 10)
}

// Span is a Duration setting's value as a length of time; 0 for one that cannot be read.
func (s Setting) Span(value string) time.Duration {
	n, ok := ParseSpan(value, s.Unit)
	base, known := spanOf(s.Unit)
	if !ok || !known || n > math.MaxInt64/int64(base) {
		return 0
	}
	return time.Duration(n) * base
}

// PlatformSpan is the length of time that a platform setting of the kind Duration says.
func (a *App) PlatformSpan(key string) time.Duration {
	set, _ := a.Declared(key)
	return set.Span(a.PlatformSetting(key))
}
