package isolation

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/web"
	"wizamart/modules/tenancy"
	"wizamart/tests/harness"
)

// newUser makes a member of the store's staff.
func (s *side) newUser() (id, membership string) {
	s.n++
	ctx := context.Background()
	u, err := s.w.tenancy.CreateUser(ctx, auth.NewUser{Email: s.unused("clerk") + "@" + s.priv + ".test", Name: s.priv + " Clerk", Password: harness.Password})
	s.w.must(err)
	s.w.must(s.w.tenancy.AddMembership(ctx, tenancy.Membership{UserID: u.ID, MerchantID: s.merchant, StoreID: s.info.ID, Role: "viewer"}))
	return u.ID, s.w.tenancy.Memberships(u.ID)[0].ID
}

var portalRows = map[string]row{
	"portal GET /sign-in": at("/sign-in"),
	"portal GET /api":     at("/api"),
	"portal POST /sign-in": post(func(s *side) (string, url.Values) {
		return "/sign-in", form("email", "owner@"+s.info.Code+".test", "password", harness.Password)
	}),
	"portal POST /sign-out": post(func(*side) (string, url.Values) { return "/sign-out", nil }).isEnd().isStill(),
	"portal GET /set-up":    {call: get(func(s *side) string { return "/set-up?token=" + url.QueryEscape(s.setUp()) }).call},
	// The platform has its operator: nobody becomes one by a link. tests/flows shows the link that works.
	"portal POST /set-up": post(func(s *side) (string, url.Values) {
		return "/set-up", form("token", s.setUp(), "name", "Op Erator", "email", s.unused("op")+"@platform.test", "password", harness.Password, "repeat", harness.Password)
	}).isStill().answers(410),
	"portal GET /":        at("/"),
	"portal GET /account": at("/account"),
	"portal POST /account/passwords": {still: true, call: func(s *side) call {
		return call{path: "/account/passwords", form: form("current", harness.Password, "password", harness.Password, "repeat", harness.Password)}
	}},
	// The session is the owner's: of another's it says what it says of none.
	"portal POST /account/session-revocations": post(func(s *side) (string, url.Values) {
		t, err := s.w.App.Auth.Start(context.Background(), s.w.App.Platform.DB, auth.Grant{Subject: s.staffID, Audience: auth.Staff})
		s.w.must(err)
		return "/account/session-revocations", form("session", t.Session)
	}).answers(404),
}

func (s *side) setUp() string {
	token, err := s.w.App.Auth.OneTime(context.Background(), s.w.App.Platform.DB, auth.PurposeSetup, "operator", time.Hour)
	s.w.must(err)
	return token
}

func onUser(path string, values ...string) row {
	return post(func(s *side) (string, url.Values) {
		id, _ := s.newUser()
		return "/users/" + id + path, form(values...)
	})
}

var adminRows = map[string]row{
	"admin POST /sign-out": post(func(*side) (string, url.Values) { return "/sign-out", nil }).isEnd().isStill(),
	"admin GET /":          at("/"),
	"admin GET /search":    at("/search?q=ask"),
	"admin GET /merchants": at("/merchants"),
	"admin POST /merchants": post(func(s *side) (string, url.Values) {
		return "/merchants", form("name", s.unused("New"), "email", "new@merchant.test", "code", s.unused("new"))
	}),
	"admin GET /merchants/:id": get(func(s *side) string { return "/merchants/" + s.merchant }),
	"admin POST /merchants/:id": post(func(s *side) (string, url.Values) {
		return "/merchants/" + s.merchant, form("name", s.unused(s.priv+" Trading"), "email", "ask@merchant.test")
	}),
	"admin GET /stores": at("/stores"),
	"admin POST /stores": post(func(s *side) (string, url.Values) {
		return "/stores", form("merchant", s.merchant, "store_code", s.unused("extra"), "store_name", s.priv+" extra", "currency", "EUR", "locale", "en")
	}),
	"admin GET /stores/:id": get(func(s *side) string { return "/stores/" + s.info.ID }),
	"admin POST /stores/:id": post(func(s *side) (string, url.Values) {
		return "/stores/" + s.info.ID, form("name", s.unused(s.pub+" Store"), "locale", "en", "state", "live")
	}),
	"admin GET /users": at("/users"),
	"admin POST /users": post(func(s *side) (string, url.Values) {
		return "/users", form("name", "New Person", "email", s.unused("new")+"@staff.test", "password", harness.Password, "role", "admin")
	}),
	"admin GET /users/:id": get(func(s *side) string { return "/users/" + s.staffID }),
	"admin POST /users/:id": post(func(s *side) (string, url.Values) {
		id, _ := s.newUser()
		return "/users/" + id, form("name", s.priv+" Renamed", "email", s.unused("renamed")+"@staff.test")
	}),
	"admin POST /users/:id/disablements": onUser("/disablements"),
	"admin POST /users/:id/enablements": post(func(s *side) (string, url.Values) {
		id, _ := s.newUser()
		s.w.must(s.w.tenancy.SetUserDisabled(context.Background(), id, true))
		return "/users/" + id + "/enablements", nil
	}),
	"admin POST /users/:id/passwords": onUser("/passwords"),
	"admin POST /users/:id/memberships": post(func(s *side) (string, url.Values) {
		id, _ := s.newUser()
		return "/users/" + id + "/memberships", form("merchant", s.merchant, "place", s.merchant, "role", "manager")
	}),
	"admin POST /users/:id/membership-removals": post(func(s *side) (string, url.Values) {
		id, m := s.newUser()
		return "/users/" + id + "/membership-removals", form("membership", m, "id", m)
	}),
	"admin GET /health":      at("/health"),
	"admin GET /replication": at("/replication"),
	"admin GET /settings":    at("/settings"),
	"admin POST /settings": post(func(s *side) (string, url.Values) {
		f := s.formOn(&web.Route{Surface: web.Admin, Method: "GET", Pattern: "/settings"}, s.w.admin, "/settings", "/settings")
		s.n++
		f.Set("monitoring.lag_seconds", fmt.Sprint(100+s.n))
		return "/settings", f
	}),
	"admin POST /stores/:id/confirmation-policies": post(func(s *side) (string, url.Values) {
		return "/stores/" + s.info.ID + "/confirmation-policies", form("confirm", "local")
	}),
	"admin GET /replication/:id": get(func(s *side) string { return "/replication/" + s.info.ID }),
	"admin POST /replication/:id/drills": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/drills", nil
	}).isStill().answers(503), // nothing is replicated in this world
	"admin POST /replication/:id/snapshots": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/snapshots", nil
	}).isStill().answers(503),
	"admin GET /devtools/components": at("/devtools/components"),
	"admin GET /devtools/routes":     at("/devtools/routes"),
	"admin GET /devtools/modules":    at("/devtools/modules"),
}
