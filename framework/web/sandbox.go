package web

import (
	"io"
	"net/http"
)

// Sandboxed answers with HTML that is not ours to trust, such as a mail, for an <iframe sandbox> of our own page: it runs nothing, sends
// nothing and loads nothing but pictures. Styles inside it are its own.
func (c *Context) Sandboxed(html string) error {
	h := c.W.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	c.W.WriteHeader(http.StatusOK)
	if c.R.Method == http.MethodHead {
		return nil
	}
	_, err := io.WriteString(c.W, html)
	return err
}
