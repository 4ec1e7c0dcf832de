package catalog

import (
	"html"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy is what merchants' HTML may hold in pages: text, lists, tables, links and pictures over https. No scripts, styles,
// forms, frames or event handlers; links to other sites carry rel="nofollow noopener".
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.RequireNoFollowOnFullyQualifiedLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	return p
})

var noTags = sync.OnceValue(bluemonday.StrictPolicy)

// Sanitise makes HTML from outside safe to show.
func Sanitise(source string) string { return strings.TrimSpace(policy().Sanitize(source)) }

// PlainText is the text of HTML, for search and descriptions: without tags, entities or runs of white space.
func PlainText(source string) string {
	spaced := strings.ReplaceAll(source, "<", " <")
	return strings.Join(strings.Fields(html.UnescapeString(noTags().Sanitize(spaced))), " ")
}
