package tenant

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// PlatformInfo is one of the platforms that the installation hosts: merchants and stores under a base domain, with modules and
// sidebars of its own. It is immutable: a change makes a new one.
type PlatformInfo struct {
	ID         string
	Name       string
	BaseDomain string // its stores are at <code>.<base domain>
	CreatedAt  database.Time
	Default    bool `db:"-"` // the installation's own; its base domain comes from the configuration

	off   map[string]database.Time
	menus map[string][]MenuPlace
}

// MenuPlace is where an entry of a sidebar stands: its index in the list is its place.
type MenuPlace struct {
	Entry  string `json:"entry"` // the entry's path
	Hidden bool   `json:"hidden"`
}

// Off tells whether a module is switched off, and since when.
func (i *PlatformInfo) Off(module string) (since time.Time, off bool) {
	at, off := i.off[module]
	return at.Time, off
}

// OffModules are the modules that are switched off, by name.
func (i *PlatformInfo) OffModules() []string { return slices.Sorted(maps.Keys(i.off)) }

// Menu is how a surface's sidebar was arranged; nil when it was not.
func (i *PlatformInfo) Menu(surface string) []MenuPlace { return i.menus[surface] }

// platforms is an immutable picture of all platforms, swapped whole when one changes.
type platforms struct {
	byID   map[string]*PlatformInfo
	byBase map[string]*PlatformInfo
	sorted []*PlatformInfo // the default one first, then by name
}

func (p *Platform) loadPlatforms(ctx context.Context) error {
	next := &platforms{byID: map[string]*PlatformInfo{}, byBase: map[string]*PlatformInfo{}}
	var switches []struct {
		PlatformID, Module string
		OffAt              database.Time
	}
	var menus []struct {
		PlatformID, Surface, Entry string
		Hidden                     bool
	}
	err := p.DB.View(ctx, func(view *database.DB) error {
		if err := view.NewQuery("SELECT id, name, base_domain, created_at FROM tenant_platform ORDER BY name COLLATE NOCASE, id").All(&next.sorted); err != nil {
			return err
		}
		if err := view.NewQuery("SELECT platform_id, module, off_at FROM tenant_switch").All(&switches); err != nil {
			return err
		}
		return view.NewQuery("SELECT platform_id, surface, entry, hidden FROM tenant_menu ORDER BY position, entry").All(&menus)
	})
	if err != nil {
		return fmt.Errorf("read the platforms: %w", err)
	}
	for _, i := range next.sorted {
		i.off, i.menus = map[string]database.Time{}, map[string][]MenuPlace{}
		if i.Default = i.ID == p.ID; i.Default {
			i.BaseDomain = p.baseDomain
		}
		next.byID[i.ID] = i
		if next.byBase[i.BaseDomain] == nil || i.Default {
			next.byBase[i.BaseDomain] = i
		}
	}
	slices.SortStableFunc(next.sorted, func(a, b *PlatformInfo) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.Default], map[bool]int{true: 0, false: 1}[b.Default])
	})
	for _, s := range switches {
		next.byID[s.PlatformID].off[s.Module] = s.OffAt
	}
	for _, m := range menus {
		i := next.byID[m.PlatformID]
		i.menus[m.Surface] = append(i.menus[m.Surface], MenuPlace{m.Entry, m.Hidden})
	}
	p.platforms.Store(next)
	return nil
}

// Platforms are all platforms, the installation's own first.
func (p *Platform) Platforms() []*PlatformInfo { return slices.Clone(p.platforms.Load().sorted) }

// PlatformByID finds a platform; the installation's own for "", nil for one that does not exist.
func (p *Platform) PlatformByID(id string) *PlatformInfo {
	return p.platforms.Load().byID[cmp.Or(id, p.ID)]
}

// PlatformByBase finds the platform whose base domain a normal host is, or nil.
func (p *Platform) PlatformByBase(host string) *PlatformInfo { return p.platforms.Load().byBase[host] }

// PlatformChange is what can be said of a platform. The base domain of the installation's own comes from the configuration.
type PlatformChange struct {
	Name       string `json:"name"`
	BaseDomain string `json:"base_domain"`
}

// checkPlatform gives the change in the form in which it is kept. id is "" for a new platform.
func (p *Platform) checkPlatform(id string, in PlatformChange) (PlatformChange, error) {
	in.Name = strings.TrimSpace(in.Name)
	var f problem.Fields
	f.Check(in.Name != "" && utf8.RuneCountInString(in.Name) <= 100, "name", "Enter a name of at most 100 characters.")
	if id == p.ID {
		in.BaseDomain = ""
		return in, f.Err()
	}
	host := NormalizeHost(strings.TrimSpace(in.BaseDomain))
	switch {
	case host == "" || !strings.Contains(host, ".") || strings.Contains(host, "_") || strings.Trim(host, "0123456789.:") == "":
		f.Add("base_domain", "Enter a domain with at least two parts, such as shops.example.")
	default:
		for _, o := range p.Platforms() {
			if o.ID != id && (within(host, o.BaseDomain) || within(o.BaseDomain, host)) {
				f.Add("base_domain", "“%s” is the base domain of the platform %s: one may not stand within the other.", o.BaseDomain, o.Name)
				break
			}
		}
		for custom := range p.index.Load().byHost {
			if within(custom, host) {
				f.Add("base_domain", "The store domain %s stands under this name already.", custom)
				break
			}
		}
	}
	in.BaseDomain = host
	return in, f.Err()
}

// within tells whether a host is a domain or stands under it.
func within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// CreatePlatform adds a platform, and what also writes, in one transaction.
func (p *Platform) CreatePlatform(ctx context.Context, in PlatformChange, also func(tx *database.DB, id string) error) (*PlatformInfo, error) {
	p.arranging.Lock()
	defer p.arranging.Unlock()
	in, err := p.checkPlatform("", in)
	if err != nil {
		return nil, err
	}
	id := database.NewID()
	err = p.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Insert("tenant_platform", dbx.Params{"id": id, "name": in.Name, "base_domain": in.BaseDomain, "created_at": database.Now()}).Execute(); err != nil {
			return err
		}
		return also(tx, id)
	})
	if err != nil {
		return nil, fmt.Errorf("create the platform: %w", err)
	}
	if err := p.loadPlatforms(ctx); err != nil {
		return nil, err
	}
	return p.PlatformByID(id), nil
}

// UpdatePlatform renames a platform and changes its base domain, and what also writes, in one transaction. The addresses of its
// stores change with the base domain, at once.
func (p *Platform) UpdatePlatform(ctx context.Context, id string, in PlatformChange, also func(tx *database.DB) error) error {
	if p.PlatformByID(id) == nil {
		return noPlatform()
	}
	p.arranging.Lock()
	defer p.arranging.Unlock()
	in, err := p.checkPlatform(id, in)
	if err != nil {
		return err
	}
	err = p.DB.Write(ctx, func(tx *database.DB) error {
		if _, err := tx.Exec("UPDATE tenant_platform SET name = {:n}, base_domain = {:b} WHERE id = {:id}", dbx.Params{"n": in.Name, "b": in.BaseDomain, "id": id}); err != nil {
			return err
		}
		return also(tx)
	})
	if err != nil {
		return fmt.Errorf("update the platform: %w", err)
	}
	if err := p.loadPlatforms(ctx); err != nil {
		return err
	}
	return p.Reload(ctx)
}

func noPlatform() error { return problem.New(problem.NotFound, "This platform does not exist.") }
