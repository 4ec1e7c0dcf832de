package domains

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/tlscert"
)

// expiresSoon is when a certificate should have been renewed long ago: that begins a month before its end.
const expiresSoon = 7 * 24 * time.Hour

func (s *Service) health(context.Context) error {
	var served []tlscert.State
	for _, c := range s.app.Certificates.States() {
		if s.served(strings.TrimPrefix(c.Host, "*.")) {
			served = append(served, c)
		}
	}
	return app.AsWarning(certificatesIn(served, s.app.Now()))
}

// served tells whether a name still leads somewhere: what is known of the certificates of others is history.
func (s *Service) served(host string) bool {
	p := s.app.Platform
	return p.ByHost(host) != nil || p.PlatformByBase(host) != nil || host == p.BaseDomain() || host == "admin."+p.BaseDomain()
}

// certificatesIn tells which certificates end soon, and which names have none since the authority said no. Five are named.
func certificatesIn(states []tlscert.State, now time.Time) error {
	var ending, failing []string
	for _, c := range states {
		switch {
		case !c.NotAfter.IsZero() && c.NotAfter.Before(now):
			ending = append(ending, c.Host+" (ended)")
		case !c.NotAfter.IsZero() && c.NotAfter.Before(now.Add(expiresSoon)):
			ending = append(ending, fmt.Sprintf("%s (%s)", c.Host, c.NotAfter.UTC().Format("2006-01-02")))
		case c.NotAfter.IsZero() && c.Failures > 0:
			failing = append(failing, c.Host)
		}
	}
	say := func(what string, hosts []string) error {
		if len(hosts) == 0 {
			return nil
		}
		named := strings.Join(hosts[:min(5, len(hosts))], ", ")
		if len(hosts) > 5 {
			named += " and others"
		}
		return fmt.Errorf("%d %s: %s", len(hosts), what, named)
	}
	return errors.Join(say("certificates end within a week and were not renewed", ending), say("names have no certificate, for the authority refused it", failing))
}
