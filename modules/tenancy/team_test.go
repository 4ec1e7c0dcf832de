package tenancy_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/permission"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/modules/tenancy"
	"wizamart/tests/harness"
)

// crew is a platform with two merchants of one store each, and their owners.
type crew struct {
	*harness.Platform
	t        *testing.T
	staff    *tenancy.Service
	one, two tenancy.Place
	ann, bob auth.User // owners of one and two
}

func newCrew(t *testing.T) *crew {
	p := harness.Start(t, harness.WithoutBackground())
	w := &crew{Platform: p, t: t, staff: harness.Service[*tenancy.Service](p)}
	one, two := p.Store(t, "one", "EUR"), p.Store(t, "two", "EUR")
	w.one, w.two = tenancy.Place{MerchantID: one.MerchantID, StoreID: one.ID}, tenancy.Place{MerchantID: two.MerchantID, StoreID: two.ID}
	w.ann, w.bob = w.member("Ann", w.one.Wide(), "owner"), w.member("Bob", w.two.Wide(), "owner")
	return w
}

func (w *crew) member(name string, at tenancy.Place, role string) auth.User {
	w.t.Helper()
	u, err := w.staff.CreateUser(w.t.Context(), auth.NewUser{Email: strings.ToLower(name) + "@staff.test", Name: name, Password: harness.Password})
	if err != nil {
		w.t.Fatal(err)
	}
	w.join(u, at, role)
	return u
}

func (w *crew) join(u auth.User, at tenancy.Place, role string) string {
	w.t.Helper()
	if err := w.staff.AddMembership(w.t.Context(), tenancy.Membership{UserID: u.ID, MerchantID: at.MerchantID, StoreID: at.StoreID, Role: role}); err != nil {
		w.t.Fatal(err)
	}
	for _, m := range w.staff.Memberships(u.ID) {
		if m.MerchantID == at.MerchantID && m.StoreID == at.StoreID {
			return m.ID
		}
	}
	w.t.Fatal("no membership")
	return ""
}

// in is a browser in which somebody is signed in.
func (w *crew) in(u auth.User) *harness.Browser {
	w.t.Helper()
	b := w.Guest(w.t)
	b.Post(w.t, w.portal("/sign-in"), url.Values{"email": {u.Email}, "password": {harness.Password}}).Want(w.t, http.StatusSeeOther)
	return b
}

func (w *crew) portal(path string) string { return "http://" + w.Base + path }

// mailed is the link in the newest mail of a kind.
func (w *crew) mailed(kind string) string {
	w.t.Helper()
	var text string
	err := w.App.Platform.DB.NewQuery("SELECT text FROM mail_message WHERE kind = '" + kind + "' ORDER BY id DESC LIMIT 1").Row(&text)
	if err != nil {
		w.t.Fatalf("no mail %s: %v", kind, err)
	}
	return regexp.MustCompile(`http://\S+`).FindString(text)
}

func (w *crew) refused(what string, err error, code problem.Code) {
	w.t.Helper()
	if !problem.Is(err, code) {
		w.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestNobodyGivesWhatTheyDoNotHave(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	lead, err := w.staff.CreateRole(ctx, w.ann.ID, w.one, tenancy.RoleInput{Title: "Lead", Permissions: []string{"orders.*", "core.read", "tenancy.team.*", "tenancy.role.write"}})
	if err != nil {
		t.Fatal(err)
	}
	cem := w.member("Cem", w.one.Wide(), lead.Name)
	dee := w.member("Dee", w.one, "fulfilment")
	annID, deeID := w.staff.Memberships(w.ann.ID)[0].ID, w.staff.Memberships(dee.ID)[0].ID

	_, err = w.staff.CreateRole(ctx, cem.ID, w.one, tenancy.RoleInput{Title: "More", Permissions: []string{"catalog.read"}})
	w.refused("a role with what they lack", err, problem.Invalid)
	_, err = w.staff.UpdateRole(ctx, cem.ID, w.one, lead.Name, tenancy.RoleInput{Title: "Lead", Permissions: []string{"orders.*", "payments.write"}})
	w.refused("their own role made larger", err, problem.Invalid)
	_, err = w.staff.Invite(ctx, cem.ID, w.one, "new@staff.test", "owner", "en")
	w.refused("an invitation to more than they may", err, problem.Invalid)
	w.refused("a promotion", w.staff.ChangeMember(ctx, cem.ID, w.one, w.staff.Memberships(cem.ID)[0].ID, "owner", ""), problem.Invalid)
	w.refused("an owner's demotion", w.staff.ChangeMember(ctx, cem.ID, w.one, annID, lead.Name, ""), problem.Invalid)
	w.refused("an owner's removal", w.staff.RemoveMember(ctx, cem.ID, w.one, annID), problem.Forbidden)
	w.refused("somebody who may count stock, which they may not", w.staff.RemoveMember(ctx, cem.ID, w.one, deeID), problem.Forbidden)
	if _, err = w.staff.Invite(ctx, cem.ID, w.one, "new@staff.test", lead.Name, "en"); err != nil {
		t.Errorf("what they have they may give: %v", err)
	}
	_, err = w.staff.Invite(ctx, dee.ID, w.one, "other@staff.test", "fulfilment", "en")
	w.refused("an invitation by who may not invite", err, problem.Forbidden)
	_, err = w.staff.CreateRole(ctx, w.ann.ID, w.one, tenancy.RoleInput{Title: "Root", Permissions: []string{"*"}})
	w.refused("a role of one's own that may all", err, problem.Invalid)
	_, err = w.staff.CreateRole(ctx, w.ann.ID, w.one, tenancy.RoleInput{Title: "Root", Permissions: []string{"core.platform"}})
	w.refused("a permission of the platform", err, problem.Invalid)
	_, err = w.staff.CreateRole(ctx, w.ann.ID, w.one, tenancy.RoleInput{Title: "oWNER", Permissions: []string{"orders.read"}})
	w.refused("a name that there is", err, problem.Invalid)
	w.refused("the last owner leaves", w.staff.RemoveMember(ctx, w.ann.ID, w.one, annID), problem.Conflict)
	w.refused("the last owner steps back", w.staff.ChangeMember(ctx, w.ann.ID, w.one, annID, "viewer", ""), problem.Conflict)
	w.refused("the last owner of all stores keeps one", w.staff.ChangeMember(ctx, w.ann.ID, w.one, annID, "owner", w.one.StoreID), problem.Conflict)
	second := w.member("Eve", w.one.Wide(), "owner")
	if err := w.staff.ChangeMember(ctx, second.ID, w.one, annID, "viewer", ""); err != nil {
		t.Errorf("there is a second owner: %v", err)
	}
	if got := w.staff.Power(w.ann.ID, w.one); got.Allows("orders.write") || !got.Allows("orders.read") {
		t.Errorf("they may %v", got)
	}
}

func TestChangedRoleActsOnTheNextRequest(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	r, err := w.staff.CreateRole(ctx, w.ann.ID, w.one, tenancy.RoleInput{Title: "Weekend", Permissions: []string{"core.read", "orders.read"}})
	if err != nil {
		t.Fatal(err)
	}
	cem := w.member("Cem", w.one, r.Name)
	live := w.in(cem)
	tokens, err := w.App.Auth.Start(ctx, w.App.Platform.DB, auth.Grant{Subject: cem.ID, Audience: auth.Staff})
	if err != nil {
		t.Fatal(err)
	}
	live.Token = tokens.Access
	products, api := w.DashboardURL("one", "/products"), w.APIURL("/stores/one/products")
	live.Get(t, products).Want(t, http.StatusForbidden)
	live.Get(t, api).Want(t, http.StatusForbidden)
	if live.Get(t, w.DashboardURL("one", "/orders")).Want(t, 200).Doc(t).Find(`nav a[href$="/products"]`).Length() != 0 {
		t.Error("the menu shows what they may not")
	}
	owner := w.in(w.ann)
	form := owner.Get(t, w.DashboardURL("one", "/roles/"+r.Name)).Want(t, 200).Form(t, `form[action$="/roles/`+r.Name+`"]`)
	form.Values.Add("permissions", "catalog.*")
	owner.Submit(t, form).Want(t, http.StatusSeeOther)
	live.Get(t, products).Want(t, 200).Has(t, "nav", "Products")
	live.Get(t, api).Want(t, 200)
	owner.Post(t, w.DashboardURL("one", "/roles/"+r.Name+"/removals"), nil).Want(t, http.StatusUnprocessableEntity)
	live.Get(t, products).Want(t, 200)
	owner.Post(t, w.DashboardURL("one", "/roles/"+r.Name+"/removals"), url.Values{"role": {"fulfilment"}}).Want(t, http.StatusSeeOther)
	live.Get(t, w.DashboardURL("one", "/inventory")).Want(t, 200)
	live.Get(t, w.DashboardURL("one", "/customers")).Want(t, http.StatusForbidden)
	owner.Post(t, w.DashboardURL("one", "/team/"+w.staff.Memberships(cem.ID)[0].ID+"/removals"), nil).Want(t, http.StatusSeeOther)
	live.Get(t, products).Want(t, http.StatusNotFound)
	live.Get(t, api).Want(t, http.StatusNotFound)
	log, err := audit.List(ctx, w.App.Platform.DB, audit.Filter{SubjectKind: "team", SubjectID: w.one.MerchantID})
	if err != nil || len(log) != 4 || log[0].Action != "tenancy.member.removed" || log[0].ActorID != w.ann.ID || log[0].Address == "" || log[1].Action != "tenancy.role.deleted" || log[2].Action != "tenancy.role.updated" {
		t.Errorf("%v %+v", err, log)
	}
}

func TestOneUserOfTwoMerchants(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	w.Store(t, "three", "EUR")
	r, err := w.staff.CreateRole(ctx, w.bob.ID, w.two, tenancy.RoleInput{Title: "Narwhal keeper", Permissions: []string{"core.read", "orders.read"}})
	if err != nil {
		t.Fatal(err)
	}
	cem := w.member("Cem", w.one, "manager")
	inTwo := w.join(cem, w.two, r.Name)
	live, ann := w.in(cem), w.in(w.ann)
	page := live.Get(t, w.portal("/")).Want(t, 200).Has(t, "main", "One").Has(t, "main", "Two")
	if strings.Contains(page.Body, "Three") {
		t.Error("the choice shows a store that is not theirs")
	}
	live.Get(t, w.DashboardURL("one", "/products")).Want(t, 200)
	live.Get(t, w.DashboardURL("two", "/products")).Want(t, http.StatusForbidden)
	live.Get(t, w.DashboardURL("three", "/")).Want(t, http.StatusNotFound)
	for _, path := range []string{"/team", "/roles", "/team/" + w.staff.Memberships(cem.ID)[0].ID} {
		page := ann.Get(t, w.DashboardURL("one", path)).Want(t, 200)
		for _, word := range []string{"Narwhal", ">Two<", "Merchant of two", "Bob", "bob@"} {
			if strings.Contains(page.Body, word) {
				t.Errorf("%s tells merchant one about merchant two: %s", path, word)
			}
		}
	}
	if seen := ann.Get(t, w.DashboardURL("one", "/team")); !strings.Contains(seen.Body, "cem@staff.test") {
		t.Error("the team does not show its member")
	}
	ann.Get(t, w.DashboardURL("one", "/team/"+inTwo)).Want(t, http.StatusNotFound)
	ann.Post(t, w.DashboardURL("one", "/team/"+inTwo+"/removals"), nil).Want(t, http.StatusNotFound)
	ann.Get(t, w.DashboardURL("one", "/roles/"+r.Name)).Want(t, http.StatusNotFound)
	_, err = w.staff.Invite(ctx, w.ann.ID, w.one, "x@staff.test", r.Name, "en")
	w.refused("another merchant's role", err, problem.Invalid)
	_, err = w.staff.Invite(ctx, w.ann.ID, tenancy.Place{MerchantID: w.one.MerchantID, StoreID: w.two.StoreID}, "x@staff.test", "viewer", "en")
	w.refused("another merchant's store", err, problem.Invalid)
	_, err = w.staff.Invite(ctx, w.ann.ID, w.two, "x@staff.test", "viewer", "en")
	w.refused("another merchant", err, problem.Forbidden)
	// Whether an address is a user's elsewhere does not show.
	if _, err = w.staff.Invite(ctx, w.ann.ID, w.one, w.bob.Email, "viewer", "en"); err != nil {
		t.Errorf("an owner elsewhere can be invited: %v", err)
	}
}

func TestLastSeenIsOfThatTeam(t *testing.T) {
	w := newCrew(t)
	cem := w.member("Cem", w.one, "manager")
	w.join(cem, w.two, "manager")
	seen := func(by auth.User, at tenancy.Place) bool {
		t.Helper()
		team, err := w.staff.Team(t.Context(), by.ID, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range team {
			if m.UserID == cem.ID {
				return !m.SeenAt.IsZero()
			}
		}
		t.Fatal("they are not in the team")
		return false
	}
	if seen(w.ann, w.one) {
		t.Error("seen before they came")
	}
	w.in(cem).Get(t, w.DashboardURL("one", "/products")).Want(t, 200)
	if !seen(w.ann, w.one) || seen(w.bob, w.two) {
		t.Error("they were at work in one, and not in two")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	w.staff.Module().Duty(ended) // writes it down when the server stops
	var kept int
	if err := w.App.Platform.DB.NewQuery("SELECT count(*) FROM tenancy_membership WHERE seen_at IS NOT NULL").Row(&kept); err != nil || kept != 1 {
		t.Errorf("%d rows: %v", kept, err)
	}
}

// TestPagesOfferWhatTheRoleMay walks all pages that a role's menu leads to: no form there leads to a refusal.
func TestPagesOfferWhatTheRoleMay(t *testing.T) {
	w := newCrew(t)
	type visit struct {
		surface web.Surface
		base    string
		roles   []tenancy.Role
		at      tenancy.Place
	}
	for _, v := range []visit{
		{web.Dashboard, w.DashboardURL("one", ""), tenancy.Roles, w.one},
		{web.Admin, "http://" + w.Base + "/admin", tenancy.OperatorRoles[1:], tenancy.Platform},
	} {
		for _, role := range v.roles {
			b := w.in(w.member("P"+role.Name, v.at, role.Name))
			pages := map[string]bool{}
			b.Get(t, v.base+"/").Want(t, 200).Doc(t).Find("#sidebar a.nav-link").Each(func(_ int, a *goquery.Selection) { pages[a.AttrOr("href", "")] = true })
			if len(pages) < 2 {
				t.Errorf("%s sees only %v", role.Name, pages)
			}
			for path := range pages {
				b.Get(t, w.portal(path)).Want(t, 200).Doc(t).Find(`main form[method="post"]`).Each(func(_ int, f *goquery.Selection) {
					target := f.AttrOr("action", path)
					if target == "#" { // the gallery of components
						return
					}
					if f.Find("button:not([disabled]):not([type=button]), input[type=submit]:not([disabled])").Length() == 0 {
						return // shown, and not to be sent
					}
					if perm := w.permissionOf(v.surface, target, v.base); !role.Set.Allows(perm) && perm != permission.SignedIn {
						t.Errorf("%s: %s offers %s, which needs %s", role.Name, path, target, perm)
					}
				})
			}
		}
	}
}

// permissionOf is what the route of a form's address asks for.
func (w *crew) permissionOf(s web.Surface, action, base string) string {
	path := strings.TrimPrefix(w.portal(action), base)
	for _, r := range w.App.Routes() {
		if r.Surface == s && r.Method == http.MethodPost && regexp.MustCompile("^"+regexp.MustCompile(`:[a-z]+`).ReplaceAllString(r.Pattern, "[^/]+")+"$").MatchString(path) {
			return r.Permission
		}
	}
	w.t.Errorf("no route for %s", action)
	return permission.Public
}
