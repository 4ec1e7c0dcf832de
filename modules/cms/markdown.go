package cms

import (
	"bytes"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// Markdown may contain HTML, as CommonMark allows; what is not harmless is taken out behind it.
var renderer = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify, extension.Typographer),
	goldmark.WithRendererOptions(html.WithUnsafe()))

var sanitiser = func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.RequireNoFollowOnLinks(false)
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|right|center)$`)).OnElements("th", "td")
	return p
}()

// markdown renders a body as HTML that is safe to show (sanitised by bluemonday).
func markdown(body string) string {
	var buf bytes.Buffer
	if err := renderer.Convert([]byte(body), &buf); err != nil {
		return ""
	}
	return sanitiser.Sanitize(buf.String())
}
