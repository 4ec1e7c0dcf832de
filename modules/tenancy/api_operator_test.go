package tenancy_test

import (
	"testing"

	"wizamart/framework/auth"
	"wizamart/tests/harness"
)

// Operators manage their own team over the API; nobody else does.
func TestOperatorsAPI(t *testing.T) {
	w := newCrew(t)
	root, owner := w.Staff(t, "admin", "one"), w.Staff(t, "owner", "one")
	var team struct {
		Members []struct{ ID, Role string }
	}
	owner.Get(t, w.APIURL("/operators")).Want(t, 403)
	w.Guest(t).Get(t, w.APIURL("/operators")).Want(t, 401)
	root.Get(t, w.APIURL("/operators")).Want(t, 200).Decode(t, &team)
	if len(team.Members) != 1 || team.Members[0].Role != "admin" {
		t.Fatalf("the team is %+v", team)
	}
	root.JSON(t, "DELETE", w.APIURL("/operators/"+team.Members[0].ID), nil).Want(t, 409) // the last one
	var inv struct{ ID, Email string }
	root.JSON(t, "POST", w.APIURL("/operator-invitations"), map[string]string{"email": "sue@staff.test", "role": "support"}).Want(t, 201).Decode(t, &inv)
	owner.JSON(t, "POST", w.APIURL("/operator-invitations"), map[string]string{"email": "eve@staff.test", "role": "admin"}).Want(t, 403)
	root.JSON(t, "POST", w.APIURL("/operator-invitations/"+inv.ID+"/resends"), nil).Want(t, 200)
	root.JSON(t, "DELETE", w.APIURL("/operator-invitations/"+inv.ID), nil).Want(t, 204)
	root.JSON(t, "DELETE", w.APIURL("/operator-invitations/"+inv.ID), nil).Want(t, 404)
	u, err := w.staff.CreateUser(t.Context(), auth.NewUser{Email: "tom@staff.test", Name: "Tom", Password: harness.Password})
	if err != nil {
		t.Fatal(err)
	}
	w.join(u, w.one, "viewer")
	root.JSON(t, "PUT", w.APIURL("/operators/"+u.ID), map[string]string{"role": "support"}).Want(t, 404) // no operator
	root.JSON(t, "PUT", w.APIURL("/operators/"+team.Members[0].ID), map[string]string{"role": "nothing"}).Want(t, 422)
}
