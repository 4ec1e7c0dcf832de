package isolation

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/permission"
	"wizamart/framework/web"
)

// name of a route in the table of rows.
func name(r *web.Route) string { return fmt.Sprintf("%s %s %s", r.Surface, r.Method, r.Pattern) }

// denials tries a route on store a as everybody who must be refused, and says what went wrong.
func (w *world) denials(route *web.Route, r row, declared web.Route, enough bool) (bad []string) {
	defer r.leave(w)
	c := r.call(w.a)
	w.grants.missing = declared.Permission
	for _, who := range w.actors() {
		want := w.expect(&declared, r, who)
		if want == allowed {
			continue
		}
		for _, method := range methods(route) {
			as := *route
			as.Method = method
			got := w.send(try{&as, w.a, who, c})
			bad = append(bad, w.denied(method+" as "+who.name, got, want, w.refusedSight(&declared, who))...)
		}
		if enough && len(bad) > 0 {
			return bad
		}
	}
	return bad
}

// methods: whatever answers GET answers HEAD.
func methods(route *web.Route) []string {
	if route.Method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{route.Method}
}

func (w *world) denied(what string, got answer, want outcome, may sight) (bad []string) {
	if !got.is(want, false) {
		bad = append(bad, fmt.Sprintf("%s: status %d → %q, want %s", what, got.Status, got.Header.Get("Location"), want))
	}
	for _, leak := range append(got.leaks(w.a, may), got.leaks(w.b, nothing)...) {
		bad = append(bad, fmt.Sprintf("%s is refused, but reads %s", what, leak))
	}
	if got.wroteA || got.wroteB || got.wrotePl {
		bad = append(bad, fmt.Sprintf("%s is refused, but something was written", what))
	}
	return bad
}

// controls tries a route on store a as everybody who may use it.
func (w *world) controls(route *web.Route, r row) (bad []string) {
	defer r.leave(w)
	w.grants.missing = route.Permission
	for _, who := range w.actors() {
		if w.expect(route, r, who) != allowed {
			continue
		}
		request := r.call(w.a)
		before := w.noted(route, who)
		got := w.send(try{route, w.a, who, request})
		after := w.noted(route, who)
		if r.ends && who.renew != nil {
			who.token = who.renew()
		}
		what := route.Method + " as " + who.name
		if r.refuses != 0 && got.Status == r.refuses && (r.still || who != w.right(route)) {
			continue
		}
		if !got.is(allowed, r.ends) {
			bad = append(bad, fmt.Sprintf("%s: status %d → %q, want %s: %s", what, got.Status, got.Header.Get("Location"), allowed, got.Text()))
			continue
		}
		for _, leak := range append(got.leaks(w.a, w.sight(route, r, who)), got.leaks(w.b, w.sightOfB(route, who))...) {
			bad = append(bad, what+" reads "+leak)
		}
		if strings.Contains(route.Pattern, "/:") && route.Method == http.MethodGet && got.Status == http.StatusOK && !r.silent &&
			!strings.Contains(got.words, w.a.name) && !strings.Contains(got.words, w.a.pub) && !strings.Contains(got.words, w.a.priv) && route.Pattern != "/stores/:store" {
			bad = append(bad, what+": the answer holds none of the store's words, so that a leak could not be seen")
		}
		changed := got.wroteA || got.wrotePl
		if route.Method != http.MethodGet && !changed && !r.still && who == w.right(route) {
			bad = append(bad, what+": succeeded, but nothing was written: is the form complete? "+got.Text()+flashOf(got))
		}
		if changed && before == after && before > 0 && got.Status < 400 && unnoted[name(route)] == "" {
			bad = append(bad, what+": something was changed, but the audit log says nothing of it")
		}
		if route.Method == http.MethodGet && (got.wroteA || got.wroteB) && !r.saves {
			bad = append(bad, what+": reading wrote something")
		}
		if route.Surface != web.Admin && route.Surface != web.Portal && got.wroteB {
			bad = append(bad, what+": the other store's file was written")
		}
	}
	return bad
}

// right is the person for whom the route is made.
func (w *world) right(route *web.Route) *actor {
	switch route.Surface {
	case web.Storefront:
		if route.Permission == permission.Public {
			return guest
		}
		return w.a.customer
	case web.Admin:
		return w.admin
	case web.API:
		if !strings.HasPrefix(route.Pattern, "/stores/:store") && route.Permission != permission.Public && route.Permission != permission.SignedIn {
			return w.admin
		}
	}
	return w.a.owner
}

// smuggles takes store a's ids to store b's address, as those who have rights there.
func (w *world) smuggles(route *web.Route, r row) (bad []string) {
	if route.Surface == web.Admin || route.Surface == web.Portal || route.Surface == web.API && !strings.HasPrefix(route.Pattern, "/stores/:store") {
		return nil
	}
	defer r.leave(w)
	w.grants.missing = ""
	inPath := strings.Contains(strings.TrimPrefix(route.Pattern, "/stores/:store"), "/:")
	for _, who := range []*actor{guest, w.a.customer, w.a.owner, w.b.customer, w.b.owner, w.admin} {
		got := w.send(try{route, w.b, who, r.call(w.a)})
		if r.ends && who.renew != nil {
			who.token = who.renew()
		}
		what := route.Method + " at the other store as " + who.name
		for _, leak := range got.leaks(w.a, nothing) {
			bad = append(bad, what+" reads "+leak)
		}
		if got.wroteA {
			bad = append(bad, what+": the store's file was written")
		}
		if got.Status >= 500 {
			bad = append(bad, fmt.Sprintf("%s: status %d: %s", what, got.Status, got.Text()))
		}
		has := who == w.b.right(route) || who == w.admin && route.Surface != web.Storefront
		if !has {
			continue
		}
		switch {
		case r.smuggled != nil && !slices.Contains(r.smuggled, got.Status):
			bad = append(bad, fmt.Sprintf("%s: status %d, want %v", what, got.Status, r.smuggled))
		case r.smuggled == nil && inPath && got.Status != http.StatusNotFound:
			bad = append(bad, fmt.Sprintf("%s: status %d → %q, want 404", what, got.Status, got.Header.Get("Location")))
		}
	}
	return bad
}

// right is the person of this store for whom the route is made.
func (s *side) right(route *web.Route) *actor {
	switch {
	case route.Surface != web.Storefront:
		return s.owner
	case route.Permission == permission.Public:
		return guest
	}
	return s.customer
}

func flashOf(a answer) string {
	if i := strings.LastIndex(a.words, `[{"k"`); i >= 0 {
		return " " + a.words[i:]
	}
	return ""
}

// TestIsolation makes one world and asks it everything. What uses people up stands last.
func TestIsolation(t *testing.T) {
	w := newWorld(t)
	for _, part := range []struct {
		name string
		run  func(w *world, t *testing.T)
	}{
		{"places without routes", placesWithoutRoutes}, {"forged tokens", forgedTokens}, {"cookies of another shop", cookiesOfAnotherShop},
		{"disabled and removed", disabledAndRemoved}, {"routes", everyRoute}, {"missing checks are noticed", missingChecks},
	} {
		t.Run(part.name, func(t *testing.T) {
			w.t = t
			part.run(w, t)
		})
	}
	w.t = t
}

// chosen tells whether a route belongs to the slice: make test module=orders frontend=storefront.
func chosen(r *web.Route) bool {
	module, surface := os.Getenv("WIZAMART_TEST_MODULE"), os.Getenv("WIZAMART_TEST_SURFACE")
	return (module == "" || module == r.Module) && (surface == "" || surface == string(r.Surface))
}

// everyRoute is the table.
func everyRoute(w *world, t *testing.T) {
	known, cells := map[string]bool{}, 0
	for _, route := range w.App.Routes() {
		n := name(route)
		known[n] = true
		if !chosen(route) {
			continue
		}
		r, ok := rows[n]
		if !ok {
			t.Errorf("%s: add a row for it to tests/isolation/rows_*_test.go", n)
			continue
		}
		t.Run(strings.ReplaceAll(n, "/", "∕"), func(t *testing.T) {
			w.t = t
			before := w.clock
			for _, bad := range [][]string{w.denials(route, r, *route, false), w.smuggles(route, r), w.controls(route, r)} {
				for _, line := range bad {
					t.Error(line)
				}
			}
			cells += w.clock - before
		})
	}
	w.t = t
	for n := range rows {
		if !known[n] {
			t.Errorf("%s: there is no such route any more: take its row out", n)
		}
	}
	t.Logf("%d routes, %d actors, %d requests", len(known), len(w.actors()), cells)
}

// missingChecks takes the permission check of each route away, and loosens it to any signed-in user: each time
// the route's row must turn red.
func missingChecks(w *world, t *testing.T) {
	tried := 0
	for _, route := range w.App.Routes() {
		r, ok := rows[name(route)]
		if !ok || route.Permission == permission.Public || !chosen(route) {
			continue
		}
		declared := *route
		for _, loose := range []string{permission.Public, permission.SignedIn} {
			if loose == declared.Permission || loose == permission.SignedIn && route.Surface == web.Admin {
				continue // the whole admin is for operators, whatever a route says
			}
			route.Permission = loose
			bad := w.denials(route, r, declared, true)
			route.Permission = declared.Permission
			tried++
			if len(bad) == 0 {
				t.Errorf("%s: with its permission %s loosened to %s, its row is still green", name(route), declared.Permission, loose)
			}
		}
	}
	if tried < 100 && chosen(&web.Route{}) {
		t.Errorf("only %d checks were taken away", tried)
	}
	t.Logf("%d checks taken away", tried)
}
