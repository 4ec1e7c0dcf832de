package catalog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"wizamart/framework/problem"
)

// errPrivate refuses an address that is not on the public internet.
var errPrivate = errors.New("the address is not on the public internet")

// fetcher gets pictures from the web. Whatever a name resolves to, and wherever a redirect leads, the address that is about to be
// connected to is looked at last: no name and no redirect reaches the inside.
type fetcher struct {
	lookup func(ctx context.Context, host string) ([]netip.Addr, error) // nil is the system's resolver
	allow  func(netip.Addr) bool
	client *http.Client
}

func newFetcher() *fetcher {
	f := &fetcher{allow: publicAddress}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: f.control}
	f.client = &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			Proxy: nil, // a proxy would resolve the name by itself
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return f.dial(ctx, dialer, network, address)
			},
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost: 2, IdleConnTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) >= 5 {
				return errors.New("too many redirects")
			}
			return webAddress(r.URL)
		},
	}
	return f
}

// control runs after resolution, right before the connection is made.
func (f *fetcher) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !f.allow(ap.Addr().WithZone("").Unmap()) {
		return errPrivate
	}
	return nil
}

func (f *fetcher) dial(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	if f.lookup == nil {
		return dialer.DialContext(ctx, network, address)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	list, err := f.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("%s has no address", host)
	for _, ip := range list {
		var conn net.Conn
		if conn, err = dialer.DialContext(ctx, network, net.JoinHostPort(ip.String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func webAddress(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return errors.New("this is no web address")
	}
	return nil
}

// get gives the picture of an address. What the other side is to blame for is a problem whose message tells the merchant.
func (f *fetcher) get(ctx context.Context, address string) (*http.Response, error) {
	bad := func(format string, args ...any) error { return problem.On("images", format, args...) }
	u, err := url.Parse(address)
	if err != nil || webAddress(u) != nil {
		return nil, bad("This is no web address.")
	}
	u.User, u.Fragment = nil, ""
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, bad("This is no web address.")
	}
	r.Header.Set("Accept", "image/webp,image/png,image/jpeg,image/gif")
	r.Header.Set("User-Agent", "Wizamart image import")
	res, err := f.client.Do(r)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, errPrivate):
		return nil, bad("The address is not on the public internet.")
	case err != nil:
		return nil, bad("The server of the picture does not answer.")
	}
	if res.StatusCode != http.StatusOK || res.ContentLength > MaxUpload {
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return nil, bad("The picture is larger than %d MB.", MaxUpload>>20)
		}
		return nil, bad("The server of the picture answers %d.", res.StatusCode)
	}
	return res, nil
}

// reserved are blocks that netip's own predicates leave out (RFC 6890 and its registry; transition addresses that hide another one).
var reserved = func() (out []netip.Prefix) {
	for _, p := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}()

// publicAddress tells whether an address is on the public internet.
func publicAddress(ip netip.Addr) bool {
	if !ip.IsValid() || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
