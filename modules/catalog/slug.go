package catalog

import (
	"regexp"
	"strings"

	"github.com/gosimple/slug"
)

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(?:[-_][a-z0-9]+)*$`)

// ValidSlug tells whether text can be a page's address: small ASCII letters, digits, single hyphens or underscores.
func ValidSlug(text string) bool { return len(text) <= MaxTitle && slugPattern.MatchString(text) }

// MakeSlug turns a title or a handle into an address: "Éclair au café" is "eclair-au-cafe". It is never empty:
// text without a letter or digit gives fallback.
func MakeSlug(text, fallback string) string {
	if ValidSlug(text) {
		return text
	}
	s := slug.Make(text)
	if len(s) > 200 {
		s = strings.TrimRight(s[:200], "-_")
	}
	s = strings.Trim(s, "-_")
	if !ValidSlug(s) {
		return fallback
	}
	return s
}
