package observe

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxMessage is how many characters of an error's message are kept.
const maxMessage = 500

// scrubs take out of a message what could be about a person or open a door, in this order.
var scrubs = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+\S+`), "$1 …"},
	{regexp.MustCompile(`//[^/\s@]+@`), "//…@"},                                            // user and password in an address
	{regexp.MustCompile(`[^\s@<>"'(/:…]+@[\p{L}\p{N}.-]*[\p{L}\p{N}]`), "(mail)"},          // a mail address
	{regexp.MustCompile(`\?[^\s"']*=[^\s"']*`), "?…"},                                      // a query
	{regexp.MustCompile(`"(?:[^"\\]|\\.)*"|“[^”]*”|'[^']*'|` + "`[^`]*`"), "“…”"},          // what somebody typed is quoted
	{regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`), "(address)"},                       // IPv4
	{regexp.MustCompile(`\[?\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){3,}\]?`), "(address)"}, // IPv6
	{regexp.MustCompile(`\b[A-Za-z0-9_-]{20,}\b`), "(id)"},
	{regexp.MustCompile(`\+?\d[\d .()/-]{5,}\d`), "#"}, // telephone, card and account numbers
}

// Scrub makes a message fit to leave the process, or to be kept beside others: without mail and IP addresses, what somebody typed,
// queries, tokens and long numbers. What is left says what happened, not to whom.
func Scrub(message string) string {
	message = strings.ToValidUTF8(message, "�")
	if len(message) > 8*maxMessage {
		message = message[:8*maxMessage]
	}
	for _, s := range scrubs {
		message = s.find.ReplaceAllString(message, s.with)
	}
	message = strings.Join(strings.Fields(message), " ")
	if utf8.RuneCountInString(message) > maxMessage {
		message = string([]rune(message)[:maxMessage]) + "…"
	}
	return message
}
