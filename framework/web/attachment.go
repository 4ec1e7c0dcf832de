package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Attachment answers with a file that a browser saves and never shows, whatever is in it: its type is not told, must not be guessed, and nothing of it may
// run. Ranges and conditions are answered (RFC 9110, sections 13 and 14); tag names the content. Nobody on the way keeps it.
func (c *Context) Attachment(name, tag string, content io.ReadSeeker) {
	h := c.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("ETag", strconv.Quote(tag))
	h.Set("X-Robots-Tag", "noindex")
	http.ServeContent(c.W, c.R, "", time.Time{}, content)
}

// Size is a number of bytes for people, in the page's locale: kB and MB are thousands.
func (c *Context) Size(bytes int64) string {
	p := message.NewPrinter(language.Make(c.Locale()))
	switch {
	case bytes < 1000:
		return p.Sprintf("%d B", bytes)
	case bytes < 1_000_000:
		return p.Sprint(number.Decimal(float64(bytes)/1000, number.MaxFractionDigits(0))) + " kB"
	}
	return p.Sprint(number.Decimal(float64(bytes)/1_000_000, number.MaxFractionDigits(1))) + " MB"
}
