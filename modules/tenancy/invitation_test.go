package tenancy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tests/harness"
)

func TestInvitation(t *testing.T) {
	w := newCrew(t)
	owner := w.in(w.ann)
	team := w.DashboardURL("one", "/team")
	form := owner.Get(t, team).Want(t, 200).Form(t, `form[action$="/team-invitations"]`)
	owner.Submit(t, form.Set("email", "not an address", "role", "viewer")).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "Enter an e-mail address")
	owner.Submit(t, form.Set("email", "New@Staff.test", "role", "fulfilment", "place", w.one.StoreID)).Want(t, http.StatusSeeOther)
	owner.Get(t, team).Want(t, 200).Has(t, "main", "new@staff.test")
	owner.Submit(t, form).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "They have an invitation already.")
	first := w.mailed("tenancy.invitation")
	g := w.Guest(t)
	page := g.Get(t, first).Want(t, 200).Has(t, "main", "Ann would like you to join as “Fulfilment”")
	if page.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Error("the link is told to other sites")
	}
	open, err := w.staff.Invitations(t.Context(), w.ann.ID, w.one)
	if err != nil || len(open) != 1 {
		t.Fatalf("%v %v", open, err)
	}
	owner.Post(t, w.DashboardURL("one", "/team-invitations/"+open[0].ID+"/resends"), nil).Want(t, http.StatusSeeOther)
	g.Get(t, first).Want(t, http.StatusGone)
	link := w.mailed("tenancy.invitation")
	accept := g.Get(t, link).Want(t, 200).Form(t, `form[action="/invitation"]`)
	g.Submit(t, accept.Set("name", "Nia", "password", "short")).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "at least 10")
	g.Submit(t, accept.Set("password", harness.Password)).Want(t, http.StatusSeeOther)
	g.Get(t, w.DashboardURL("one", "/orders")).Want(t, 200)
	g.Get(t, w.DashboardURL("one", "/customers")).Want(t, http.StatusForbidden)
	replay := w.Guest(t)
	replay.Get(t, link).Want(t, http.StatusGone)
	replay.Submit(t, accept).Want(t, http.StatusGone)
	owner.Submit(t, form).Want(t, http.StatusUnprocessableEntity).Has(t, "main", "They work here already.")
}

func TestInvitationOfOneWhoIsThere(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	if _, err := w.staff.Invite(ctx, w.ann.ID, w.one, w.bob.Email, "manager", "en"); err != nil {
		t.Fatal(err)
	}
	link := w.mailed("tenancy.invitation")
	to, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	token := to.Query().Get("token")
	g := w.Guest(t)
	signIn := g.Get(t, link).Want(t, 200).Has(t, "main", "Sign in as bob@staff.test").Doc(t).Find(`main a[href^="/sign-in"]`).AttrOr("href", "")
	// The link alone makes nobody that user.
	g.Post(t, w.portal("/invitation"), url.Values{"token": {token}, "name": {"Mallory"}, "password": {"another long phrase"}}).Want(t, 200)
	w.in(w.ann).Post(t, w.portal("/invitation"), url.Values{"token": {token}}).Want(t, http.StatusForbidden)
	form := g.Get(t, w.portal(signIn)).Want(t, 200).Form(t, `form[action="/sign-in"]`)
	back := g.Submit(t, form.Set("email", w.bob.Email, "password", harness.Password))
	accept := g.Follow(t, back).Want(t, 200).Has(t, "main", "You are signed in as bob@staff.test").Form(t, `form[action="/invitation"]`)
	g.Submit(t, accept).Want(t, http.StatusSeeOther)
	g.Get(t, w.DashboardURL("one", "/products")).Want(t, 200)
	g.Get(t, w.DashboardURL("two", "/products")).Want(t, 200)
	g.Submit(t, accept).Want(t, http.StatusGone)
}

func TestInvitationsEnd(t *testing.T) {
	w := newCrew(t)
	ctx, db := t.Context(), w.App.Platform.DB
	g := w.Guest(t)
	invite := func(by, email string) (id, link string) {
		t.Helper()
		inv, err := w.staff.Invite(ctx, by, w.one, email, "viewer", "en")
		if err != nil {
			t.Fatal(err)
		}
		return inv.ID, w.mailed("tenancy.invitation")
	}
	id, link := invite(w.ann.ID, "late@staff.test")
	err := db.Write(ctx, func(tx *database.DB) error { // a week goes by
		past := database.At(time.Now().Add(-time.Second))
		if _, err := tx.ExecContext(ctx, "UPDATE auth_one_time SET expires_at = ? WHERE subject = ?", past, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE tenancy_invitation SET expires_at = ? WHERE id = ?", past, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g.Get(t, link).Want(t, http.StatusGone)
	w.in(w.ann).Get(t, w.DashboardURL("one", "/team")).Want(t, 200).Has(t, "main", "expired")

	id, link = invite(w.ann.ID, "back@staff.test")
	w.refused("taken back by a stranger", w.staff.Revoke(ctx, w.bob.ID, w.two, id), problem.NotFound)
	g.Get(t, link).Want(t, 200)
	if err := w.staff.Revoke(ctx, w.ann.ID, w.one, id); err != nil {
		t.Fatal(err)
	}
	g.Get(t, link).Want(t, http.StatusGone)

	// Who invited loses the right to: what they have sent ends.
	eve := w.member("Eve", w.one.Wide(), "owner")
	_, link = invite(eve.ID, "friend@staff.test")
	g.Get(t, link).Want(t, 200)
	if err := w.staff.RemoveMember(ctx, w.ann.ID, w.one, w.staff.Memberships(eve.ID)[0].ID); err != nil {
		t.Fatal(err)
	}
	g.Get(t, link).Want(t, http.StatusGone)
	var secret int
	if err := db.NewQuery("SELECT count(*) FROM mail_message WHERE kind = 'tenancy.invitation' AND secret = 1").Row(&secret); err != nil || secret != 3 {
		t.Errorf("%d mails are secret: %v", secret, err)
	}
}

func TestOperatorsWhoOnlyLook(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	admin := w.Staff(t, "admin", "one")
	form := admin.Get(t, w.portal("/admin/team")).Want(t, 200).Form(t, `form[action$="/team-invitations"]`)
	admin.Submit(t, form.Set("email", "sue@staff.test", "role", "support")).Want(t, http.StatusSeeOther)
	g := w.Guest(t)
	accept := g.Get(t, w.mailed("tenancy.invitation")).Want(t, 200).Form(t, `form[action="/invitation"]`)
	g.Submit(t, accept.Set("name", "Sue", "password", harness.Password)).Want(t, http.StatusSeeOther)
	for path, want := range map[string]int{
		"/admin/": 200, "/admin/users": 200, "/admin/stores": 200, "/admin/team": 200, "/admin/roles": 200, "/admin/health": 200,
		"/admin/settings": 403, "/store/one/orders": 200, "/store/two/orders": 200, "/store/one/settings": 403,
	} {
		g.Get(t, w.portal(path)).Want(t, want)
	}
	ann := w.ann.ID
	for _, path := range []string{"/admin/users/" + ann, "/admin/users/" + ann + "/disablements", "/admin/users/" + ann + "/passwords", "/admin/users/" + ann + "/two-factor-resets", "/admin/merchants", "/admin/team-invitations", "/store/one/team-invitations"} {
		g.Post(t, w.portal(path), nil).Want(t, http.StatusForbidden)
	}
	// An operator who may change users changes none who may do more.
	root, err := w.App.Auth.UserByEmail(ctx, w.App.Platform.DB, "admin-one@staff.test")
	if err != nil {
		t.Fatal(err)
	}
	r := admin.Post(t, w.portal("/admin/roles"), url.Values{"title": {"Helpdesk"}, "base": {"support"}}).Want(t, http.StatusSeeOther)
	id := r.Header.Get("Location")[strings.LastIndex(r.Header.Get("Location"), "/")+1:]
	admin.Post(t, w.portal("/admin/roles/"+id), url.Values{"title": {"Helpdesk"}, "permissions": {"tenancy.*", "core.read"}}).Want(t, http.StatusSeeOther)
	sue, err := w.App.Auth.UserByEmail(ctx, w.App.Platform.DB, "sue@staff.test")
	if err != nil {
		t.Fatal(err)
	}
	admin.Post(t, w.portal("/admin/team/"+sue.ID), url.Values{"role": {id}}).Want(t, http.StatusSeeOther)
	for _, path := range []string{"/passwords", "/disablements", "/two-factor-resets", ""} {
		g.Post(t, w.portal("/admin/users/"+root.ID+path), url.Values{"name": {"x"}, "email": {"x@staff.test"}}).Want(t, http.StatusForbidden)
		g.Post(t, w.portal("/admin/users/"+ann+path), url.Values{"name": {"x"}, "email": {"x@staff.test"}}).Want(t, http.StatusForbidden)
	}
	g.Post(t, w.portal("/admin/users/"+sue.ID), url.Values{"name": {"Sue"}, "email": {"sue@staff.test"}, "admin": {"on"}}).Want(t, http.StatusForbidden)
	g.Post(t, w.portal("/admin/users/"+sue.ID+"/memberships"), url.Values{"place": {w.one.MerchantID}, "role": {"owner"}}).Want(t, http.StatusUnprocessableEntity)
	g.Post(t, w.portal("/admin/team/"+sue.ID), url.Values{"role": {"admin"}}).Want(t, http.StatusUnprocessableEntity)
	// The last administrator stays.
	admin.Post(t, w.portal("/admin/team/"+root.ID+"/removals"), nil).Want(t, http.StatusConflict)
}
