package web

import (
	"encoding/json"
)

// Flash is a message for the next page that the person sees. Action with ActionURL is a button that
// POSTs there, such as "Undo".
type Flash struct {
	Kind      string `json:"k"` // success, error, info, warning
	Text      string `json:"t"`
	Action    string `json:"a,omitempty"`
	ActionURL string `json:"u,omitempty"`
}

// purpose of the cookie's signature. A message belongs to the host it was made for: without HTTPS, a shop under the
// platform's domain could set the cookie for the others.
func (c *Context) purpose() string { return "flash " + c.R.Host }

// Flash shows a translated message on the next page.
func (c *Context) Flash(kind, key string, args ...any) {
	c.FlashAction(Flash{Kind: kind, Text: c.T(key, args...)})
}

// FlashAction shows a message with a button on the next page.
func (c *Context) FlashAction(f Flash) {
	if c.flash == nil {
		c.flash = c.pendingFlash()
	}
	data, err := json.Marshal(append(c.flash, f))
	if err != nil || len(data) > 2500 {
		return // a cookie holds no more; the message is a courtesy
	}
	c.flash = append(c.flash, f)
	c.SetCookie("flash", c.Site.Signer.Sign(c.purpose(), data), 300)
}

func (c *Context) pendingFlash() []Flash {
	value := c.Cookie("flash")
	if value == "" {
		return nil
	}
	data, ok := c.Site.Signer.Open(c.purpose(), value)
	if !ok {
		return nil
	}
	var out []Flash
	if json.Unmarshal(data, &out) != nil {
		return nil
	}
	return out
}

// takeFlash returns the waiting messages and forgets them.
func (c *Context) takeFlash() []Flash {
	out := c.pendingFlash()
	if c.Cookie("flash") != "" {
		c.SetCookie("flash", "", -1)
	}
	return out
}
