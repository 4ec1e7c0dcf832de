package app

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"

	"wizamart/framework/tlscert"
	"wizamart/framework/web"
	"wizamart/tenant"
)

// certificates makes the keeper of certificates, when HTTPS is this process's concern.
func (a *App) certificates(ctx context.Context) (err error) {
	if a.Config.TLS != "auto" {
		return nil
	}
	a.Certificates, err = tlscert.New(ctx, tlscert.Options{
		DB: a.Platform.DB, Keys: a.Secrets, Base: a.Platform.BaseDomain(), Directory: a.Config.ACMEDirectory, Root: a.Config.ACMERoot,
		Email: a.Config.ACMEEmail, DNSHook: a.Config.DNSHook, OwnFile: a.Config.Cert != "", Log: a.Log, Noted: func(err error) { a.Tools.Note(ToolACME, err) },
		HTTPPort: port(a.Config.Listen), TLSPort: port(a.Config.ListenTLS),
		Allowed: func(host string) bool {
			info := a.Platform.ByHost(host)
			return info != nil && info.State == tenant.Live || a.Platform.PlatformByBase(host) != nil
		},
		Served: func(host string) bool { return a.Platform.ByHost(host) != nil },
		Wanted: func(yield func(string)) {
			a.Platform.CustomDomains(ctx, func(host string, info *tenant.Info) {
				if info.State == tenant.Live {
					yield(host)
				}
			})
		},
	})
	return err
}

func port(listen string) int {
	_, text, _ := net.SplitHostPort(listen)
	n, _ := strconv.Atoi(text)
	return n
}

// elsewhere is where a storefront's request belongs when the store has a primary domain and was asked for by another of its
// names: the same path and query there. Methods other than GET keep theirs (RFC 9110, section 15.4.9).
func (a *App) elsewhere(c *web.Context, t target) (to string, status int) {
	if t.surface != web.Storefront || t.store == nil || t.prefix != "" || t.store.Primary == "" || tenant.NormalizeHost(c.R.Host) == t.store.Primary {
		return "", 0
	}
	host, scheme := t.store.Primary, "http"
	if c.Secure {
		scheme = "https"
	}
	if _, port, err := net.SplitHostPort(c.R.Host); err == nil {
		host = net.JoinHostPort(host, port)
	}
	status = http.StatusMovedPermanently
	if unsafe(c.R.Method) {
		status = http.StatusPermanentRedirect
	}
	return scheme + "://" + host + c.R.URL.RequestURI(), status
}

// strictTransport has browsers use HTTPS alone for a year (RFC 6797): on the platform's own hosts, and on those of a shop that is open to
// everybody.
func strictTransport(c *web.Context, t target) {
	if c.Secure && (t.store == nil || t.surface != web.Storefront || t.store.Public()) {
		c.W.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// onEveryHost tells whether a path is the portal's on the admin's own host too: who is signed in there has a session of its own.
func onEveryHost(path string) bool {
	for _, first := range []string{"/sign-in", "/sign-out", "/set-up", "/account", "/invitation"} {
		if path == first || strings.HasPrefix(path, first+"/") {
			return true
		}
	}
	return false
}
