package isolation

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/modules/tenancy"
	"wizamart/tests/harness"
)

// ofPlatform are the things of the operators' own team, which have the store's words in them.
const ofPlatform = ""

// newMember makes somebody of the store's team; newOperator one of the platform's.
func (s *side) newMember() string { _, m := s.newUser(); return m }

func (s *side) newOperator() string {
	id, _ := s.newUser()
	s.w.must(s.w.tenancy.AddMembership(context.Background(), tenancy.Membership{UserID: id, Role: "support"}))
	return id
}

// platform writes into the platform's file.
func (s *side) platform(query string, args ...any) {
	ctx := context.Background()
	s.w.must(s.w.App.Platform.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
}

// newRole makes a role of the merchant, or of the platform. There is room for 50, so that those of earlier rows go.
func (s *side) newRole(merchant string) string {
	ctx, by := context.Background(), s.staffID
	s.platform("DELETE FROM tenancy_role WHERE merchant_id = ?", merchant)
	at := tenancy.Place{MerchantID: merchant}
	if merchant == ofPlatform {
		by = s.w.adminID
	}
	r, err := s.w.tenancy.CreateRole(ctx, by, at, tenancy.RoleInput{Title: s.unused(s.priv + " role"), Permissions: []string{"orders.read"}})
	s.w.must(err)
	return r.Name
}

// newInvitation makes an invitation without a mail, and newLink one that can be accepted.
func (s *side) newInvitation(merchant string) string {
	id, now, by, role, store := database.NewID(), database.Now(), s.staffID, "viewer", any(s.info.ID)
	if merchant == ofPlatform {
		by, role, store = s.w.adminID, "support", nil
	}
	s.platform(`INSERT INTO tenancy_invitation (id, email, merchant_id, store_id, role, inviter_id, inviter_name, lang, created_at, sent_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, 'Pat', 'en', ?, ?, ?)`, id, s.unused("invited")+"@"+s.priv+".test", merchant, store, role, by, now, now, database.At(now.Add(time.Hour)))
	return id
}

func (s *side) newLink() string {
	token, err := s.w.App.Auth.OneTime(context.Background(), s.w.App.Platform.DB, "invitation", s.newInvitation(s.merchant), time.Hour)
	s.w.must(err)
	return token
}

// newMailbox is the link to a new address of somebody of the staff.
func (s *side) newMailbox() string {
	ctx := context.Background()
	id, _ := s.newUser()
	s.platform("INSERT INTO tenancy_email_change (user_id, email, created_at) VALUES (?, ?, ?)", id, s.unused("changed")+"@staff.test", database.Now())
	token, err := s.w.App.Auth.OneTime(ctx, s.w.App.Platform.DB, "email-change", id, time.Hour)
	s.w.must(err)
	return token
}

// awaiting is the browser of somebody who has proved their password, and a recovery code of theirs.
func (s *side) awaiting() ([]*http.Cookie, string) {
	id, _ := s.newUser()
	codes := s.w.TwoFactor(s.w.t, id).Recovery
	token, err := s.w.App.Auth.AwaitCode(context.Background(), id)
	s.w.must(err)
	return []*http.Cookie{{Name: "sign_in", Value: token}}, codes[0]
}

func still422(path string, values ...string) row {
	return post(func(*side) (string, url.Values) { return path, form(values...) }).isStill().answers(422)
}

// teamRows are the rows of a team on one surface: a store's, or the operators'.
func teamRows(surface string, merchant func(s *side) string, member func(s *side) string, role, other string) map[string]row {
	on := func(path string, id func(s *side) string, values ...string) row {
		return post(func(s *side) (string, url.Values) { return strings.Replace(path, "…", id(s), 1), form(values...) })
	}
	invitation := func(s *side) string { return s.newInvitation(merchant(s)) }
	custom := func(s *side) string { return s.newRole(merchant(s)) }
	return map[string]row{
		surface + " GET /team":               at("/team"),
		surface + " GET /team/:id":           get(func(s *side) string { return "/team/" + member(s) }),
		surface + " POST /team/:id":          on("/team/…", member, "role", other),
		surface + " POST /team/:id/removals": on("/team/…/removals", member),
		surface + " POST /team-rules":        still422("/team-rules", "two_factor", "on"), // who has no second factor asks it of nobody
		surface + " POST /team-invitations": post(func(s *side) (string, url.Values) {
			return "/team-invitations", form("email", s.unused("new")+"@staff.test", "role", role)
		}),
		surface + " POST /team-invitations/:id/resends":     on("/team-invitations/…/resends", invitation),
		surface + " POST /team-invitations/:id/revocations": on("/team-invitations/…/revocations", invitation),
		surface + " GET /roles":                             at("/roles"),
		surface + " POST /roles": post(func(s *side) (string, url.Values) {
			s.newRole(merchant(s))
			return "/roles", form("title", s.unused("New role"), "base", role)
		}),
		surface + " GET /roles/:id": get(func(s *side) string { return "/roles/" + custom(s) }),
		surface + " POST /roles/:id": post(func(s *side) (string, url.Values) {
			return "/roles/" + custom(s), form("title", s.unused(s.priv+" renamed"), "permissions", "orders.*", "permissions", "catalog.read")
		}),
		surface + " POST /roles/:id/removals": on("/roles/…/removals", custom),
	}
}

var staffRows = map[string]row{
	"portal GET /sign-in/code": {call: func(s *side) call {
		cookies, _ := s.awaiting()
		return call{path: "/sign-in/code", cookies: cookies}
	}},
	"portal POST /sign-in/code": {call: func(s *side) call {
		cookies, code := s.awaiting()
		return call{path: "/sign-in/code", cookies: cookies, form: form("code", code)}
	}},
	"portal GET /invitation": {secret: true, call: get(func(s *side) string { return "/invitation?token=" + url.QueryEscape(s.newLink()) }).call},
	// It is for somebody who has no user yet: those who are signed in are others.
	"portal POST /invitation": {secret: true, still: true, refuses: 403, call: post(func(s *side) (string, url.Values) {
		return "/invitation", form("token", s.newLink(), "name", "New Person", "password", harness.Password)
	}).call},
	"portal GET /account/email": get(func(s *side) string { return "/account/email?token=" + url.QueryEscape(s.newMailbox()) }),
	"portal POST /account/email": post(func(s *side) (string, url.Values) {
		return "/account/email", form("token", s.newMailbox())
	}),
	"portal POST /account/details": post(func(*side) (string, url.Values) { return "/account/details", form("name", "Pat") }),
	"portal POST /account/email-changes": post(func(s *side) (string, url.Values) {
		return "/account/email-changes", form("email", s.unused("mine")+"@staff.test", "email_password", harness.Password)
	}),
	"portal POST /account/other-session-revocations": post(func(*side) (string, url.Values) { return "/account/other-session-revocations", nil }),
	"portal GET /account/two-factor":                 at("/account/two-factor"),
	"portal GET /account/two-factor/key.png":         at("/account/two-factor/key.png").isStill().answers(404),
	"portal POST /account/two-factor-keys":           post(func(*side) (string, url.Values) { return "/account/two-factor-keys", form("current", harness.Password) }),
	"portal POST /account/two-factor":                still422("/account/two-factor", "code", "000000"),
	"portal POST /account/two-factor-removals":       still422("/account/two-factor-removals", "current", harness.Password, "code", "000000"),
	"portal POST /account/recovery-codes":            still422("/account/recovery-codes", "current", harness.Password, "code", "000000"),
	"portal POST /account/recovery-code-files": post(func(*side) (string, url.Values) {
		return "/account/recovery-code-files", form("recovery", "aaaa-bbbb-cccc-dddd")
	}).isStill().answers(409),
	"admin POST /users/:id/two-factor-resets": post(func(s *side) (string, url.Values) {
		id, _ := s.newUser()
		s.w.TwoFactor(s.w.t, id)
		return "/users/" + id + "/two-factor-resets", nil
	}),

	"api GET /stores/:store/team": at("/team"),
	"api PUT /stores/:store/team/:id": apiPost(func(s *side) (string, object) {
		return "/team/" + s.newMember(), object{"role": "manager", "store": s.info.Code}
	}).isStill().isSilent(),
	"api DELETE /stores/:store/team/:id": get(func(s *side) string { return "/team/" + s.newMember() }).isStill().isSilent(),
	"api PUT /stores/:store/team-rule":   apiPost(func(*side) (string, object) { return "/team-rule", object{"two_factor": true} }).isStill().answers(409),
	"api GET /stores/:store/team-invitations": get(func(s *side) string {
		s.newInvitation(s.merchant)
		return "/team-invitations"
	}),
	"api POST /stores/:store/team-invitations": apiPost(func(s *side) (string, object) {
		return "/team-invitations", object{"email": s.unused("api") + "@staff.test", "role": "viewer", "store": s.info.Code}
	}).isStill().isSilent(),
	"api POST /stores/:store/team-invitations/:id/resends": apiPost(func(s *side) (string, object) {
		return "/team-invitations/" + s.newInvitation(s.merchant) + "/resends", object{}
	}).isStill().isSilent(),
	"api DELETE /stores/:store/team-invitations/:id": get(func(s *side) string { return "/team-invitations/" + s.newInvitation(s.merchant) }).isStill().isSilent(),
	"api GET /stores/:store/roles":                   get(func(s *side) string { s.newRole(s.merchant); return "/roles" }),
	"api POST /stores/:store/roles": apiPost(func(s *side) (string, object) {
		s.newRole(s.merchant)
		return "/roles", object{"title": s.unused("New role"), "text": "", "permissions": []string{"orders.*"}}
	}).isStill().isSilent(),
	"api PUT /stores/:store/roles/:id": apiPost(func(s *side) (string, object) {
		return "/roles/" + s.newRole(s.merchant), object{"title": s.unused(s.priv + " put"), "text": "", "permissions": []string{"orders.*"}}
	}).isStill(),
	"api DELETE /stores/:store/roles/:id": get(func(s *side) string { return "/roles/" + s.newRole(s.merchant) }).isStill().isSilent(),

	"api GET /account":   at("/account"),
	"api PATCH /account": apiPost(func(*side) (string, object) { return "/account", object{"name": "Pat"} }),
	"api POST /account/email-changes": apiPost(func(s *side) (string, object) {
		return "/account/email-changes", object{"email": s.unused("mine") + "@staff.test", "email_password": harness.Password}
	}),
	"api POST /account/passwords": apiPost(func(*side) (string, object) {
		return "/account/passwords", object{"current": harness.Password, "password": harness.Password}
	}),
	"api GET /account/sessions":             at("/account/sessions"),
	"api DELETE /account/sessions":          at("/account/sessions"),
	"api DELETE /account/sessions/:id":      get(func(*side) string { return "/account/sessions/" + database.NewID() }).isStill().answers(404),
	"api POST /account/two-factor-keys":     apiPost(func(*side) (string, object) { return "/account/two-factor-keys", object{"current": harness.Password} }),
	"api POST /account/two-factor":          apiPost(func(*side) (string, object) { return "/account/two-factor", object{"code": "000000"} }).isStill().answers(422),
	"api POST /account/two-factor-removals": apiPost(proof("/account/two-factor-removals")).isStill().answers(422),
	"api POST /account/recovery-codes":      apiPost(proof("/account/recovery-codes")).isStill().answers(422),
}

func proof(path string) func(*side) (string, object) {
	return func(*side) (string, object) { return path, object{"current": harness.Password, "code": "000000"} }
}

func init() {
	maps.Copy(rows, staffRows)
	maps.Copy(rows, teamRows("dashboard", func(s *side) string { return s.merchant }, (*side).newMember, "viewer", "manager"))
	maps.Copy(rows, teamRows("admin", func(*side) string { return ofPlatform }, (*side).newOperator, "support", "admin"))
}
