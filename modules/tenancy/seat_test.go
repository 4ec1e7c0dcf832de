package tenancy_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/modules/fairuse"
	"wizamart/modules/tenancy"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// A store takes no more people than its quota: not by invitation, not by its acceptance, not by a role that an operator gives, not by a wider one.
func TestNoSeatIsLeft(t *testing.T) {
	w := newCrew(t)
	ctx := t.Context()
	seats := func(n int64) {
		t.Helper()
		if err := harness.Service[*fairuse.Service](w.Platform).SetQuotas(ctx, w.one.StoreID, map[fairuse.Kind]*int64{fairuse.Staff: &n}); err != nil {
			t.Fatal(err)
		}
	}
	invite := func(email string) error {
		_, err := w.staff.Invite(ctx, w.ann.ID, w.one, email, "fulfilment", "en")
		return err
	}
	seats(2)
	if err := invite("cem@staff.test"); err != nil {
		t.Fatalf("the second seat: %v", err)
	}
	w.refused("an invitation beside an open one", invite("dee@staff.test"), problem.Quota)
	ann := w.in(w.ann)
	f := ann.Get(t, w.DashboardURL("one", "/team")).Form(t, `form[action$="/team-invitations"]`)
	ann.Submit(t, f.Set("email", "dee@staff.test").Set("role", "viewer")).Want(t, 422).Has(t, "#email-error", "all 2 people").Has(t, `input[name=email][value="dee@staff.test"]`, "")

	eve, err := w.staff.CreateUser(ctx, newUser("eve"))
	if err != nil {
		t.Fatal(err)
	}
	w.join(eve, w.one, "viewer") // an operator was faster than who is invited
	fay, err := w.staff.CreateUser(ctx, newUser("fay"))
	if err != nil {
		t.Fatal(err)
	}
	role := tenancy.Membership{UserID: fay.ID, MerchantID: w.one.MerchantID, StoreID: w.one.StoreID, Role: "viewer"}
	w.refused("a role that an operator gives", w.staff.AddMembership(ctx, role), problem.Quota)
	role.StoreID = ""
	w.refused("the same in all stores", w.staff.AddMembership(ctx, role), problem.Quota)
	w.join(eve, w.one, "fulfilment") // who works there already needs no further seat
	admin := w.Staff(t, "admin", "one")
	f = admin.Get(t, w.AdminURL("/users/"+fay.ID)).Form(t, `form[action$="/memberships"]`)
	admin.Submit(t, f.Set("place", w.one.MerchantID+"/"+w.one.StoreID).Set("role", "viewer")).Want(t, 422).Has(t, "#place-error", "all 2 people")

	link := w.mailed("tenancy.invitation")
	cem := w.Guest(t)
	form := url.Values{"token": {tokenOf(t, link)}, "name": {"Cem"}, "password": {harness.Password}}
	cem.Post(t, w.portal("/invitation"), form).Want(t, 422).Has(t, ".alert-error", "no room for another person").Has(t, `input[name=name][value="Cem"]`, "")
	seats(3)
	cem.Post(t, w.portal("/invitation"), form).Want(t, http.StatusSeeOther)

	// From one store to all of the merchant's: the other one is full.
	kin, err := w.staff.CreateStore(ctx, tenant.NewStore{MerchantID: w.one.MerchantID, Code: "kin", Name: "Kin", Currency: "EUR", Locale: "en"})
	if err != nil {
		t.Fatal(err)
	}
	none := int64(1) // Ann has it
	if err := harness.Service[*fairuse.Service](w.Platform).SetQuotas(ctx, kin.ID, map[fairuse.Kind]*int64{fairuse.Staff: &none}); err != nil {
		t.Fatal(err)
	}
	err = w.staff.ChangeMember(ctx, w.ann.ID, w.one, w.staff.Memberships(eve.ID)[0].ID, "fulfilment", "")
	w.refused("from one store to all", err, problem.Quota)
	if err == nil || !strings.Contains(err.Error(), "place: Kin: ") {
		t.Errorf("which store is full: %v", err)
	}
}

func newUser(name string) auth.NewUser {
	return auth.NewUser{Email: name + "@staff.test", Name: name, Password: harness.Password}
}

func tokenOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("token")
}
