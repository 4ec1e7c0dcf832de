package domains

import (
	"context"
	"fmt"

	"wizamart/framework/app"
	"wizamart/framework/tlscert"
	"wizamart/framework/web"
)

const oneForAll = "Set --dns-hook, which obtains one certificate for all of them, or give yours with --cert and --cert-key: docs/domains.md."

// doctor warns where each shop below the base domain needs a certificate of its own.
func (s *Service) doctor(context.Context) []app.Finding {
	needed, spent := s.app.Certificates.Singles()
	if !needed {
		return nil
	}
	f := app.Finding{Check: "shops' certificates", OK: spent < tlscert.PerWeek, Warn: true, Advice: oneForAll,
		Detail: fmt.Sprintf("each shop below %s gets a certificate of its own, %d a week at most: %d in the last seven days", s.app.Platform.BaseDomain(), tlscert.PerWeek, spent)}
	if !f.OK {
		f.Detail += "; new shops cannot be opened until next week"
	}
	return []app.Finding{f}
}

// decorate tells the operator before new shops have to wait for a certificate.
func (s *Service) decorate(c *web.Context, v *web.View) error {
	if c.Surface != web.Admin || c.User == nil || !c.Can(read) {
		return nil
	}
	needed, spent := s.app.Certificates.Singles()
	if !needed || spent < tlscert.PerWeek*3/4 {
		return nil
	}
	b := web.Banner{Kind: "warning", Title: c.T("%d of %d certificates for single shops are used up this week", spent, tlscert.PerWeek), Text: c.T(oneForAll)}
	if spent >= tlscert.PerWeek {
		b.Kind, b.Text = "error", c.T("New shops cannot be opened until next week.")+" "+c.T(oneForAll)
	}
	v.Banners = append(v.Banners, b)
	return nil
}
