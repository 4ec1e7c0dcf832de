package tenant

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// closedEndings are top-level names that never stand in the public DNS (RFC 6761, RFC 6762, RFC 7686, ICANN's .internal).
var closedEndings = []string{"localhost", "local", "internal", "invalid", "onion", "arpa", "lan", "home", "corp"}

// CustomHost is the form in which a shop's own domain is kept: lower case, punycode. The error, about the field “host”, says why
// a name cannot be one: addresses, single labels, names of the platform itself, and names under which others register theirs.
func (p *Platform) CustomHost(name string) (string, error) {
	name = strings.TrimSpace(name)
	if i := strings.Index(name, "://"); i >= 0 { // copied from the address bar
		name = name[i+3:]
	}
	name, _, _ = strings.Cut(name, "/")
	if name == "" {
		return "", problem.On("host", "Enter a domain, such as shop.example.")
	}
	if _, port, err := net.SplitHostPort(name); err == nil && port != "" {
		return "", problem.On("host", "Leave the port out: shops are at the usual one.")
	}
	if strings.HasPrefix(name, "*.") {
		return "", problem.On("host", "Enter each name by itself: a star stands for names that nobody has proven.")
	}
	ascii, err := idna.Lookup.ToASCII(strings.ToLower(strings.TrimSuffix(name, ".")))
	host := NormalizeHost(ascii)
	switch {
	case net.ParseIP(strings.Trim(name, "[]")) != nil:
		return "", problem.On("host", "This is an address, not a domain.")
	case err != nil || host == "" || strings.Contains(host, "_") || slices.ContainsFunc(strings.Split(host, "."), func(label string) bool { return len(label) > 63 }):
		return "", problem.On("host", "“%s” is no domain name.", name)
	case !strings.Contains(host, "."):
		return "", problem.On("host", "A domain has at least two parts, such as shop.example.")
	case slices.ContainsFunc(p.Platforms(), func(o *PlatformInfo) bool { return within(host, o.BaseDomain) }):
		return "", problem.On("host", "This name belongs to the platform. Every store has its own under it already.")
	case slices.ContainsFunc(p.Platforms(), func(o *PlatformInfo) bool { return within(o.BaseDomain, host) }):
		return "", problem.On("host", "The platform itself stands under this name.")
	case slices.Contains(closedEndings, host[strings.LastIndexByte(host, '.')+1:]):
		return "", problem.On("host", "Nobody on the internet can reach a name that ends like this.")
	case net.ParseIP(host) != nil || strings.Trim(host[strings.LastIndexByte(host, '.')+1:], "0123456789") == "":
		return "", problem.On("host", "This is an address, not a domain.")
	}
	if suffix, icann := publicsuffix.PublicSuffix(host); suffix == host && (icann || strings.Contains(host, ".")) {
		return "", problem.On("host", "People register their names under %s: it belongs to nobody alone.", host)
	}
	return host, nil
}

// ShowHost is a host as a person reads it: punycode becomes letters again, where that is safe to show.
func ShowHost(host string) string {
	if shown, err := idna.Display.ToUnicode(host); err == nil {
		return shown
	}
	return host
}

// DomainStore is the store that a verified domain leads to: "" when it is free. A deleted store holds nothing.
func DomainStore(tx *database.DB, host string) (storeID string, err error) {
	err = tx.NewQuery(`SELECT d.store_id FROM tenant_domain d JOIN tenant_store s ON s.id = d.store_id
		WHERE d.host = {:h} AND d.verified_at IS NOT NULL AND s.state <> 'deleted'`).Bind(dbx.Params{"h": host}).Row(&storeID)
	if database.NotFound(err) {
		return "", nil
	}
	return storeID, err
}

// AddDomain has a proven domain lead to a store from the next Reload on, whomever it led to before.
func AddDomain(tx *database.DB, host, storeID string) error {
	_, err := tx.Exec(`INSERT INTO tenant_domain (host, store_id, verified_at, created_at) VALUES ({:h}, {:s}, {:now}, {:now})
		ON CONFLICT (host) DO UPDATE SET store_id = excluded.store_id, is_primary = 0, verified_at = excluded.verified_at`,
		dbx.Params{"h": host, "s": storeID, "now": database.Now()})
	if err != nil {
		return fmt.Errorf("add the domain: %w", err)
	}
	return nil
}

// RemoveDomain has a domain lead nowhere from the next Reload on, when it is the store's.
func RemoveDomain(tx *database.DB, host, storeID string) error {
	_, err := tx.Exec("DELETE FROM tenant_domain WHERE host = {:h} AND store_id = {:s}", dbx.Params{"h": host, "s": storeID})
	return err
}

// SetPrimaryDomain makes one of the store's verified domains the one that all its others lead to; "" for none.
func SetPrimaryDomain(tx *database.DB, storeID, host string) error {
	if _, err := tx.Exec("UPDATE tenant_domain SET is_primary = 0 WHERE store_id = {:s} AND is_primary = 1", dbx.Params{"s": storeID}); err != nil || host == "" {
		return err
	}
	n, err := tx.Exec("UPDATE tenant_domain SET is_primary = 1 WHERE store_id = {:s} AND host = {:h} AND verified_at IS NOT NULL", dbx.Params{"s": storeID, "h": host})
	if err == nil && n == 0 {
		return problem.New(problem.Conflict, "Only a verified domain can be the primary one.")
	}
	return err
}

// Host is where the store's shop is: its primary domain, or its name under the base domain of its platform. installation is the
// base domain of an Info that is not from the index.
func (i *Info) Host(installation string) string {
	if i.Primary != "" {
		return i.Primary
	}
	return i.Code + "." + cmp.Or(i.Base, installation)
}

// CustomDomains calls fn with every verified custom domain.
func (p *Platform) CustomDomains(_ context.Context, fn func(host string, info *Info)) {
	for host, info := range p.index.Load().byHost {
		fn(host, info)
	}
}
