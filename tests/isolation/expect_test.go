package isolation

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"wizamart/framework/permission"
	"wizamart/framework/web"
)

// outcome is what somebody must get.
type outcome string

const (
	allowed   outcome = "the answer (2xx or 3xx)"
	signIn    outcome = "to sign in (303 to the sign-in page, or 401)"
	forbidden outcome = "403"
	missing   outcome = "404"
)

// actors are all who try each route, seen from store a.
func (w *world) actors() []*actor {
	return []*actor{guest, w.a.customer, w.a.other, w.b.customer, w.a.without, w.b.owner, w.admin, w.a.owner}
}

// expect says what an actor must get for a route on store a.
func (w *world) expect(route *web.Route, r row, who *actor) outcome {
	perm := route.Permission
	shopper := slices.Contains([]*actor{guest, w.a.customer, w.a.other, w.b.customer}, who)
	switch route.Surface {
	case web.Storefront:
		switch {
		case perm == permission.Public:
			return allowed
		case who == w.a.customer:
			return allowed
		case who == w.a.other && r.own:
			return missing
		case who == w.a.other:
			return allowed
		}
		return signIn
	case web.API:
		if shopper && (who != guest || perm != permission.Public) {
			return signIn // a token that is none of ours is refused everywhere
		}
		platform := !strings.HasPrefix(route.Pattern, "/stores/:store")
		switch {
		case perm == permission.Public, platform && perm == permission.SignedIn, platform && who == w.admin:
			return allowed
		case platform:
			return forbidden
		}
	case web.Portal:
		if perm == permission.Public || !shopper {
			return allowed
		}
		return signIn
	case web.Admin:
		switch {
		case shopper:
			return signIn
		case who == w.admin:
			return allowed
		}
		return forbidden
	}
	switch { // the dashboard, and the API of one store
	case shopper:
		return signIn
	case who == w.b.owner:
		return missing
	case who == w.a.without && perm != permission.SignedIn:
		return forbidden
	}
	return allowed
}

// is tells whether the answer is the outcome. Who signs out is asked to sign in.
func (a answer) is(o outcome, out bool) bool {
	to := a.Header.Get("Location")
	asks := strings.Contains(to, "/sign-in") && !out
	switch o {
	case allowed:
		return a.Status >= 200 && a.Status < 400 && !(asks && a.Status == http.StatusSeeOther)
	case signIn:
		return a.Status == http.StatusUnauthorized || a.Status == http.StatusSeeOther && asks
	case forbidden:
		return a.Status == http.StatusForbidden
	case missing:
		return a.Status == http.StatusNotFound
	}
	return false
}

// sight is which of a store's words somebody may read.
type sight struct{ name, pub, priv bool }

var (
	nothing    = sight{}
	nameOnly   = sight{name: true}
	shopfront  = sight{name: true, pub: true}
	everything = sight{name: true, pub: true, priv: true}
)

// refusedSight is what a refusal of store a may hold: a shop's error page wears the shop's look, a member reads where they are.
func (w *world) refusedSight(route *web.Route, who *actor) sight {
	switch {
	case route.Surface == web.Storefront:
		return shopfront
	case route.Surface == web.Dashboard && who == w.a.without:
		return nameOnly
	}
	return nothing
}

// sight is what an allowed answer of store a, or of the platform, may hold of store a.
func (w *world) sight(route *web.Route, r row, who *actor) sight {
	switch route.Surface {
	case web.Storefront:
		if r.secret || who == w.a.customer && (route.Permission != permission.Public || r.saves) {
			return everything
		}
		return shopfront
	case web.Dashboard, web.Admin:
		return everything
	case web.API:
		if strings.HasPrefix(route.Pattern, "/stores/:store") {
			return everything
		}
	}
	if r.secret || slices.Contains([]*actor{w.a.owner, w.a.without, w.admin}, who) {
		return everything
	}
	return nothing
}

// sightOfB is what an allowed answer may hold of the other store: operators see all stores on the platform's own pages, owners theirs.
func (w *world) sightOfB(route *web.Route, who *actor) sight {
	platform := route.Surface == web.Admin || route.Surface == web.Portal || route.Surface == web.API && !strings.HasPrefix(route.Pattern, "/stores/:store")
	if platform && (who == w.admin || who == w.b.owner) {
		return everything
	}
	return nothing
}

// leaks names the words of a store that the answer holds and may not.
func (a answer) leaks(s *side, may sight) []string {
	var out []string
	for _, word := range []struct {
		text string
		may  bool
	}{{s.name, may.name}, {s.pub, may.pub}, {s.priv, may.priv}} {
		if i := strings.Index(a.words, word.text); i >= 0 && !word.may {
			out = append(out, fmt.Sprintf("%q in “…%s…”", word.text, strings.Join(strings.Fields(a.words[max(0, i-60):min(len(a.words), i+60)]), " ")))
		}
	}
	return out
}
