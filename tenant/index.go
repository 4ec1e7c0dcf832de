package tenant

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// index is an immutable picture of all stores, swapped whole when one changes. Looking up a host
// touches neither disk nor database.
type index struct {
	byID   map[string]*Info
	byCode map[string]*Info
	byHost map[string]*Info // verified custom domains
	sorted []*Info          // by code
}

// Reload reads the stores from the platform database anew.
func (p *Platform) Reload(ctx context.Context) error {
	p.reloading.Lock()
	defer p.reloading.Unlock()
	var infos []*Info
	err := p.DB.NewQuery(`SELECT s.id, s.platform_id, s.merchant_id, m.name AS merchant_name, s.code, s.name, s.currency,
		s.locale, CASE WHEN m.suspended_at IS NULL THEN s.state ELSE 'suspended' END AS state, s.launched_at, s.delete_at,
		CASE WHEN s.state = 'suspended' THEN s.suspend_reason ELSE m.suspend_reason END AS reason, m.suspended_at IS NOT NULL AS merchant_suspended,
		s.created_at FROM tenant_store s JOIN tenant_merchant m ON m.id = s.merchant_id
		WHERE s.state IN ('live', 'suspended') ORDER BY s.code`).WithContext(ctx).All(&infos)
	if err != nil {
		return fmt.Errorf("read the stores: %w", err)
	}
	var domains []struct {
		Host, StoreID string
		IsPrimary     bool
	}
	err = p.DB.NewQuery(`SELECT host, store_id, is_primary FROM tenant_domain WHERE verified_at IS NOT NULL
		ORDER BY store_id, is_primary DESC, host`).WithContext(ctx).All(&domains)
	if err != nil {
		return fmt.Errorf("read the domains: %w", err)
	}
	ix := &index{
		byID: make(map[string]*Info, len(infos)), byCode: make(map[string]*Info, len(infos)),
		byHost: make(map[string]*Info, len(domains)), sorted: infos,
	}
	for _, s := range infos {
		ix.byID[s.ID], ix.byCode[s.Code] = s, s
		s.Base = p.PlatformByID(s.PlatformID).BaseDomain
	}
	for _, d := range domains {
		if s := ix.byID[d.StoreID]; s != nil {
			s.Domains = append(s.Domains, d.Host)
			if d.IsPrimary {
				s.Primary = d.Host
			}
			ix.byHost[d.Host] = s
		}
	}
	before := p.index.Load()
	ix.carry(before)
	p.index.Store(ix)
	p.refreshOpen(ix)
	ix.changed(before) // when what is to be seen has been swapped
	return nil
}

// ByHost finds the store that a host belongs to: a verified custom domain, or <code>.<base domain of its platform>.
// It returns nil for all others and opens nothing.
func (p *Platform) ByHost(host string) *Info {
	return p.ByNormalHost(NormalizeHost(host))
}

// ByNormalHost is ByHost for a host that is as NormalizeHost gives it.
func (p *Platform) ByNormalHost(host string) *Info {
	if host == "" {
		return nil
	}
	ix := p.index.Load()
	code, base, _ := strings.Cut(host, ".")
	if s := ix.byCode[code]; s != nil && s.Base == base {
		return s
	}
	return ix.byHost[host]
}

// ByCode finds a store by its code, or nil.
func (p *Platform) ByCode(code string) *Info { return p.index.Load().byCode[code] }

// ByID finds a store, or nil.
func (p *Platform) ByID(id string) *Info { return p.index.Load().byID[id] }

// Stores are all live and suspended stores, by code.
func (p *Platform) Stores() []*Info { return slices.Clone(p.index.Load().sorted) }

// BaseDomain is the installation's own: under it the stores of its default platform have their names.
func (p *Platform) BaseDomain() string { return p.baseDomain }
