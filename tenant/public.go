package tenant

import (
	"slices"
	"strings"
	"sync/atomic"

	"wizamart/framework/database"
)

// Version says how new what anonymous visitors see of a store is. Two that are equal mean the same content; what is made after one was
// read is at least as new as it says, so a copy that is kept beside it is exact for as long as the store's version stays the
// same. It lives in memory, as copies do: neither outlives the process.
type Version struct {
	Store    uint64 // changes of the store's content
	Platform uint64 // of the platform's settings and module switches
}

// Before tells whether v is older than o in some part and newer in none.
func (v Version) Before(o Version) bool {
	return v != o && v.Store <= o.Store && v.Platform <= o.Platform
}

// Version is the store's now. It changes before a writer of public content is answered: with the tables that are declared as
// content, what TouchPublic says, the settings, what the platform knows of the store, and the platform's own settings,
// module switches among them.
func (p *Platform) Version(info *Info) Version {
	return Version{Store: info.public.all.Load(), Platform: p.changes.Load()}
}

// Version is the store's: see Platform.Version.
func (s *Store) Version() Version { return s.shared.platform.Version(s.Info()) }

// TouchPublic says that this transaction changes what anonymous visitors see, although it writes no content: stock that
// runs out does, an order does not.
func (s *Store) TouchPublic() error { return s.DB.Touch() }

// Usable is nil, or why the store must not be shown, not even from a copy: it is closed, quarantined, or its replica has another owner.
func (p *Platform) Usable(id string) error {
	if r := p.replica; r != nil {
		if err := r.Usable(id); err != nil {
			return err
		}
	}
	p.pool.mu.Lock()
	defer p.pool.mu.Unlock()
	if q := p.pool.barred[id]; q != nil {
		return q.refusal()
	}
	return nil
}

// maxContentModules is how many modules can have content of their own; a bit stands for each.
const maxContentModules = 16

// counters count the changes of a store's content: all of it, and each module's.
type counters struct {
	all    atomic.Uint64
	module [maxContentModules]atomic.Uint64
}

// follow gives each module with content a bit.
func (p *Platform) follow(tables []database.Table) {
	p.public, p.contentModules = map[string]uint64{}, map[string]int{}
	for _, t := range tables {
		if t.Scope != database.Store || t.Class != database.Content {
			continue
		}
		module, _, _ := strings.Cut(t.Name, "_")
		n, known := p.contentModules[module]
		if !known {
			n = len(p.contentModules) % maxContentModules // two that share a bit count each other's changes too
			p.contentModules[module] = n
		}
		p.public[t.Name] = 1 << n
	}
}

// ContentVersion changes with the content tables of a module, as Version does with all: before their writer is answered.
func (s *Store) ContentVersion(module string) uint64 {
	if n, ok := s.shared.platform.contentModules[module]; ok {
		return s.Info().public.module[n].Load()
	}
	return s.Version().Store
}

// changed counts a change of what anonymous visitors see of a store: of the modules whose bits are set, or of other things.
func (p *Platform) changed(id string, modules uint64) {
	info := p.ByID(id)
	if info == nil {
		return
	}
	for n := range maxContentModules {
		if modules&(1<<n) != 0 {
			info.public.module[n].Add(1)
		}
	}
	info.public.all.Add(1)
}

// replaced counts a change of all that the store's file holds.
func (p *Platform) replaced(id string) { p.changed(id, 1<<maxContentModules-1) }

// carry gives each store the counter that it had.
func (ix *index) carry(before *index) {
	for id, info := range ix.byID {
		info.public = new(counters)
		if before == nil {
			continue
		}
		if old := before.byID[id]; old != nil {
			info.public = old.public
		}
	}
}

// changed counts for the stores of which something else was known before.
func (ix *index) changed(before *index) {
	if before == nil {
		return
	}
	for id, info := range ix.byID {
		if old := before.byID[id]; old != nil && !old.same(info) {
			info.public.all.Add(1)
		}
	}
}

func (i *Info) same(o *Info) bool {
	return i.plain() == o.plain() && slices.Equal(i.Domains, o.Domains)
}

// plain is all but the domains.
func (i *Info) plain() [12]string {
	return [12]string{i.ID, i.PlatformID, i.MerchantID, i.MerchantName, i.Code, i.Name, i.Currency, i.Locale, i.Base, string(i.State), i.LaunchedAt.String(), i.DeleteAt.String()}
}
