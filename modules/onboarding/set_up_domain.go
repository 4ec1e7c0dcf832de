package onboarding

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"wizamart/framework/web"
)

// domainCheck is what the DNS says of the base domain.
type domainCheck struct {
	Base     string
	Loopback bool // nobody but this machine is to reach it
	Own      []string
	Apex     lookup // of the base domain
	Any      lookup // of a name below it that nobody has: the wildcard
	Records  []record
	HTTPS    bool
}

// Resolves tells whether both names lead somewhere: here, or to what stands before this server.
func (d domainCheck) Resolves() bool {
	leads := func(l lookup) bool { return l.State == "here" || l.State == "elsewhere" }
	return d.Loopback || leads(d.Apex) && leads(d.Any)
}

// lookup is what a name resolves to.
type lookup struct {
	Name  string
	Found []string
	State string // here, elsewhere, none or silent (no answer)
}

type record struct{ Type, Name, Value string }

// ownAddresses are the public addresses of the machine's interfaces.
func ownAddresses() ([]string, error) {
	all, err := net.InterfaceAddrs()
	var out []string
	for _, a := range all {
		if ip, ok := a.(*net.IPNet); ok && ip.IP.IsGlobalUnicast() {
			out = append(out, ip.IP.String())
		}
	}
	return out, err
}

func (s *Service) checkDomain(ctx context.Context) (domainCheck, error) {
	cfg := s.app.Config
	d := domainCheck{Base: s.app.Platform.BaseDomain(), HTTPS: cfg.HTTPS(), Own: cfg.PublicAddresses}
	d.Loopback = d.Base == "localhost" || strings.HasSuffix(d.Base, ".localhost")
	if len(d.Own) == 0 {
		var err error
		if d.Own, err = s.Addresses(); err != nil {
			return d, err
		}
	}
	if d.Loopback {
		return d, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	d.Apex = s.lookup(ctx, d.Base, d.Own)
	d.Any = s.lookup(ctx, "x"+strings.ToLower(rand.Text()[:10])+"."+d.Base, d.Own)
	for _, ip := range d.Own {
		addr, err := netip.ParseAddr(ip)
		if err != nil || addr.IsPrivate() {
			continue
		}
		kind := "A"
		if addr.Unmap().Is6() {
			kind = "AAAA"
		}
		d.Records = append(d.Records, record{kind, d.Base, ip}, record{kind, "*." + d.Base, ip})
	}
	return d, nil
}

func (s *Service) lookup(ctx context.Context, name string, own []string) lookup {
	l := lookup{Name: name, State: "none"}
	if ending := name[strings.LastIndexByte(name, '.')+1:]; slices.Contains([]string{"test", "example", "invalid"}, ending) {
		return l // RFC 6761: nobody has these names, and nobody is asked
	}
	found, err := s.Resolver.LookupHost(ctx, name)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
	case err != nil:
		l.State = "silent"
	default:
		l.Found, l.State = found, "elsewhere"
		if slices.ContainsFunc(found, func(ip string) bool { return slices.Contains(own, ip) }) {
			l.State = "here"
		}
	}
	return l
}

func (s *Service) domainStep(c *web.Context) error {
	d, err := s.checkDomain(c.Ctx())
	if err != nil {
		return err
	}
	return s.renderStep(c, "domain", nil, d)
}

func (s *Service) postDomainStep(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	d, err := s.checkDomain(c.Ctx())
	if err != nil {
		return err
	}
	if !d.Resolves() {
		if form.Value("later") == "" {
			c.Flash("warning", "Noted for later: until the records are there, nobody reaches a shop.")
		}
		form.Set("later", "1")
	}
	return s.leaveOr(c, "domain", form, func() error {
		return s.remember(c.Ctx(), "onboarding.set_up.domain", map[string]string{domainLooked: s.app.Platform.BaseDomain()})
	})
}
