package cms

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"wizamart/framework/web"
)

// icon is the little picture of a shop in tabs and bookmarks: its first letter on its accent.
func (t Theme) icon(shopName string) string {
	chosen := ""
	if ValidColor(t.Accent) {
		chosen = t.Accent
	}
	p := preset(t.Preset)
	a := p.light.fit(chosen)
	letter := "·"
	for _, r := range shopName {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			letter = strings.ToUpper(string(r))
			break
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="%d" fill="%s"/><text x="32" y="45" font-family="%s" font-size="38" font-weight="600" text-anchor="middle" fill="%s">%s</text></svg>`,
		min(p.radius*2, 20), a.accent, p.heading, a.ink, escape(letter))
}

func (s *Service) shopIcon(c *web.Context) error {
	now, err := s.shopOf(c.Ctx(), c.Store)
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=3600")
	if c.R.Method != http.MethodHead {
		_, err = c.W.Write([]byte(now.theme.icon(c.Store.Info().Name)))
	}
	return err
}
