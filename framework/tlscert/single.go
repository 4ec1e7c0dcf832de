package tlscert

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// PerWeek is how many single certificates for shops below the base domain are obtained in a week, where there is neither a DNS hook
// nor a certificate of the operator's for all of them. A public authority gives about fifty for one registered domain, to whatever else the operator has
// there too.
const PerWeek = 20

var errOverspent = errors.New("too many shops got certificates of their own this week: set up --dns-hook or --cert for *.<base domain>")

// single tells whether a name is a shop's below the base domain that needs a certificate of its own.
func (k *Keeper) single(name string) bool {
	return k.wild == nil && !k.OwnFile && strings.HasSuffix(name, "."+k.Base) && name != "admin."+k.Base
}

// recent forgets what was asked for before this week. k.mu is held.
func (k *Keeper) recent() int {
	week := time.Now().AddDate(0, 0, -7)
	k.singles = slices.DeleteFunc(k.singles, func(at time.Time) bool { return at.Before(week) })
	return len(k.singles)
}

// overspent tells whether a shop below the base domain has to wait for next week; else it counts it. k.mu is held.
func (k *Keeper) overspent(name string) bool {
	if !k.single(name) || k.flight[name] != nil {
		return false
	}
	if k.recent() >= PerWeek {
		return true
	}
	k.singles = append(k.singles, time.Now())
	return false
}

// loadSingles counts what was obtained within the last week, renewals too: the bound holds over restarts.
func (k *Keeper) loadSingles(ctx context.Context) error {
	var rows []struct {
		Key        string
		ModifiedAt database.Time
	}
	err := k.db.NewQuery("SELECT key, modified_at FROM tlscert_entry WHERE key LIKE 'certificates/%.crt' AND modified_at > {:week}").
		Bind(dbx.Params{"week": database.At(time.Now().AddDate(0, 0, -7))}).WithContext(ctx).All(&rows)
	if err != nil {
		return fmt.Errorf("count the certificates of this week: %w", err)
	}
	for _, r := range rows {
		name := strings.TrimSuffix(r.Key[strings.LastIndex(r.Key, "/")+1:], ".crt")
		if strings.HasSuffix(name, "."+k.Base) && name != "admin."+k.Base && !strings.Contains(name, "*") && !strings.HasPrefix(name, "wildcard_") {
			k.singles = append(k.singles, r.ModifiedAt.Time)
		}
	}
	return nil
}

// Singles tells whether each shop below the base domain needs a certificate of its own, and how many were obtained in the last seven days, of PerWeek.
func (k *Keeper) Singles() (needed bool, spent int) {
	if k == nil {
		return false, 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.wild == nil && !k.OwnFile, k.recent()
}

// Waits tells whether a name has no certificate, and gets none before next week.
func (k *Keeper) Waits(host string) bool {
	if k == nil || !k.single(host) {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.states[host]
	return (s == nil || !s.NotAfter.After(time.Now())) && k.flight[host] == nil && k.recent() >= PerWeek
}
