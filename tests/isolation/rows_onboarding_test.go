package isolation

import (
	"context"
	"errors"
	"net/url"
	"regexp"

	"wizamart/framework/mail"
	"wizamart/modules/checkout"
	"wizamart/modules/onboarding"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func (w *world) onboarding() *onboarding.Service {
	return harness.Service[*onboarding.Service](w.Platform)
}

// nobody is a resolver that knows no name.
type nobody struct{}

func (nobody) LookupHost(context.Context, string) ([]string, error) {
	return nil, errors.New("no answer")
}

// ready makes both shops open to everybody, as the rest of the table finds them.
func (w *world) ready() {
	ctx, p := context.Background(), w.App.Platform
	for _, s := range []*side{w.a, w.b} {
		info := p.ByID(s.info.ID)
		if info.Closing() {
			w.must(p.Restore(ctx, info.ID, nil))
		}
		if !info.Launched() {
			w.must(p.Launch(ctx, info.ID, nil))
		}
	}
}

// seller makes the store complete in law, without which it is not launched.
func (s *side) seller() {
	_, err := s.w.checkout.SaveSeller(context.Background(), s.st, checkout.Seller{Name: s.pub + " Trading", Line1: "Quay 1", City: "Bergen", Country: "NO", Email: "law@example.com"})
	s.w.must(err)
}

// notLaunched is a's store before its launch.
func (s *side) notLaunched() {
	s.w.ready()
	s.seller()
	s.w.must(s.w.App.Platform.Withdraw(context.Background(), s.info.ID, nil))
}

// closing is a's store while its deletion can be undone.
func (s *side) closing() {
	s.w.ready()
	_, err := s.w.onboarding().Delete(context.Background(), s.info.ID, s.info.Code)
	s.w.must(err)
}

// extra is another store of the merchant, for what closes it.
func (s *side) extra() string {
	info, err := s.w.tenancy.CreateStore(context.Background(), tenant.NewStore{MerchantID: s.merchant, Code: s.unused(s.info.Code + "-extra"), Name: s.priv + " extra", Currency: "EUR", Locale: "en", Launched: true})
	s.w.must(err)
	return info.ID
}

func (s *side) extraMerchant() string {
	m, err := s.w.tenancy.CreateMerchant(context.Background(), tenant.NewMerchant{Code: s.unused(s.info.Code + "-other"), Name: s.priv + " Other", Email: "other@" + s.info.Code + ".test"})
	s.w.must(err)
	return m.ID
}

func (s *side) selfService() {
	s.w.must(s.w.App.Platform.SetSettings(context.Background(), map[string]string{"onboarding.self_service": "1"}))
}

func (s *side) invited(email string) onboarding.Invitation {
	in, err := s.w.onboarding().Invite(context.Background(), email, s.priv+" Trading", "en", "")
	s.w.must(err)
	return in
}

var invitationLink = regexp.MustCompile(`/invitation\?token=(\S+)`)

// invitationToken is in the mail to an address.
func (s *side) invitationToken(email string) string {
	s.invited(email)
	rows, _, err := mail.List(context.Background(), s.w.App.Platform.DB, mail.Filter{Search: email, Limit: 1})
	s.w.must(err)
	return invitationLink.FindStringSubmatch(rows[0].Text)[1]
}

func (s *side) newAddress() string { return s.unused("new") + "@" + s.info.Code + "-shops.test" }

// putBack undoes what the row's calls did to the two shops.
func (r row) putBack() row {
	r.after = (*world).ready
	return r
}

func onExtra(path string, before func(s *side, id string), values ...string) row {
	return post(func(s *side) (string, url.Values) {
		id := s.extra()
		if before != nil {
			before(s, id)
		}
		for i, v := range values {
			if v == "CODE" {
				values := append([]string{}, values...)
				values[i] = s.w.App.Platform.ByID(id).Code
				return "/stores/" + id + path, form(values...)
			}
		}
		return "/stores/" + id + path, form(values...)
	})
}

func suspended(s *side, id string) {
	s.w.must(s.w.App.Platform.Suspend(context.Background(), id, s.priv+" reason", nil))
}

func deleted(s *side, id string) {
	_, err := s.w.onboarding().Delete(context.Background(), id, s.w.App.Platform.ByID(id).Code)
	s.w.must(err)
}

// atStep looks at a step of the operator's set-up, with a DNS that knows nothing.
func atStep(path string) row {
	return get(func(s *side) string { s.w.onboarding().Resolver = nobody{}; return "/getting-started" + path })
}

func later(step string) row {
	return post(func(s *side) (string, url.Values) {
		s.w.onboarding().Resolver = nobody{}
		return "/getting-started/" + step, form("later", "1")
	})
}

var onboardingRows = map[string]row{
	"dashboard POST /checklist-dismissals": post(func(s *side) (string, url.Values) {
		s.w.must(s.st.SetSettings(context.Background(), map[string]string{"core.checklist_hidden": "0"}))
		return "/checklist-dismissals", nil
	}),
	"dashboard POST /checklist-returns": post(func(s *side) (string, url.Values) {
		s.w.must(s.st.SetSettings(context.Background(), map[string]string{"core.checklist_hidden": "1"}))
		return "/checklist-returns", nil
	}),
	"api GET /stores/:store/checklist": get(func(*side) string { return "/checklist" }).isSilent(),

	"storefront GET /password":  at("/password"),
	"storefront POST /password": post(func(*side) (string, url.Values) { return "/password", form("password", "x") }).isStill(),

	"dashboard GET /shop":                  at("/shop"),
	"dashboard GET /launch":                at("/launch"),
	"dashboard POST /launches":             post(func(s *side) (string, url.Values) { s.notLaunched(); return "/launches", nil }).putBack(),
	"dashboard POST /launch-withdrawals":   post(func(s *side) (string, url.Values) { s.w.ready(); return "/launch-withdrawals", nil }).putBack(),
	"dashboard POST /shop-passwords":       post(func(s *side) (string, url.Values) { return "/shop-passwords", form("password", s.unused(s.priv)) }),
	"dashboard GET /deletion":              at("/deletion"),
	"dashboard POST /deletions":            post(func(s *side) (string, url.Values) { s.w.ready(); return "/deletions", form("code", s.info.Code) }).putBack(),
	"dashboard POST /deletion-withdrawals": post(func(s *side) (string, url.Values) { s.closing(); return "/deletion-withdrawals", nil }).putBack(),

	"portal GET /sign-up": get(func(s *side) string { s.selfService(); return "/sign-up" }),
	"portal POST /sign-up": post(func(s *side) (string, url.Values) {
		s.selfService()
		return "/sign-up", form("email", s.newAddress())
	}),
	"portal GET /invitation": get(func(s *side) string { return "/invitation?token=" + url.QueryEscape(s.invitationToken(s.newAddress())) }),
	"portal POST /invitation": post(func(s *side) (string, url.Values) {
		return "/invitation", form("token", s.invitationToken(s.newAddress()), "name", "New Merchant", "password", harness.Password)
	}),
	// It is for the owner's address: nobody else takes it.
	"portal POST /invitation-acceptances": post(func(s *side) (string, url.Values) {
		return "/invitation-acceptances", form("token", s.invitationToken("owner@"+s.info.Code+".test"))
	}).answers(403),
	"portal GET /new-store": get(func(s *side) string { s.selfService(); return "/new-store" }),
	"portal POST /new-store": post(func(s *side) (string, url.Values) {
		s.selfService()
		return "/new-store", form("name", s.unused("Fresh"), "code", s.unused(s.info.Code+"-new"), "country", "AT")
	}),
	"portal GET /store-codes": get(func(s *side) string { s.selfService(); return "/store-codes?name=shop" }),

	"admin GET /merchant-invitations": at("/merchant-invitations"),
	"admin POST /merchant-invitations": post(func(s *side) (string, url.Values) {
		return "/merchant-invitations", form("email", s.newAddress(), "business", s.priv)
	}),
	"admin POST /merchant-invitations/:id/mails": post(func(s *side) (string, url.Values) {
		return "/merchant-invitations/" + s.invited(s.newAddress()).ID + "/mails", nil
	}),
	"admin POST /merchant-invitations/:id/revocations": post(func(s *side) (string, url.Values) {
		return "/merchant-invitations/" + s.invited(s.newAddress()).ID + "/revocations", nil
	}),
	"admin GET /stores/:id/state":                 get(func(s *side) string { return "/stores/" + s.info.ID + "/state" }),
	"admin POST /stores/:id/suspensions":          onExtra("/suspensions", nil, "reason", "Unpaid invoices"),
	"admin POST /stores/:id/reactivations":        onExtra("/reactivations", suspended),
	"admin POST /stores/:id/deletions":            onExtra("/deletions", nil, "code", "CODE"),
	"admin POST /stores/:id/deletion-withdrawals": onExtra("/deletion-withdrawals", deleted),
	"admin GET /merchants/:id/state":              get(func(s *side) string { return "/merchants/" + s.merchant + "/state" }),
	"admin POST /merchants/:id/suspensions": post(func(s *side) (string, url.Values) {
		return "/merchants/" + s.extraMerchant() + "/suspensions", form("reason", "Fraud")
	}),
	"admin POST /merchants/:id/reactivations": post(func(s *side) (string, url.Values) {
		id := s.extraMerchant()
		s.w.must(s.w.App.Platform.SuspendMerchant(context.Background(), id, "Fraud", nil))
		return "/merchants/" + id + "/reactivations", nil
	}),

	"admin GET /getting-started":                at("/getting-started?all=1"),
	"admin GET /getting-started/domain":         atStep("/domain"),
	"admin POST /getting-started/domain":        later("domain"),
	"admin GET /getting-started/mail":           at("/getting-started/mail"),
	"admin POST /getting-started/mail":          later("mail"),
	"admin POST /getting-started/mail-tests":    post(func(*side) (string, url.Values) { return "/getting-started/mail-tests", nil }),
	"admin GET /getting-started/replica":        at("/getting-started/replica"),
	"admin POST /getting-started/replica":       later("replica"),
	"admin POST /getting-started/replica-tests": post(func(*side) (string, url.Values) { return "/getting-started/replica-tests", nil }).isStill(), // nothing is replicated in this world
	"admin GET /getting-started/key":            at("/getting-started/key"),
	"admin POST /getting-started/key":           later("key"),
	"admin POST /getting-started/key-showings":  post(func(*side) (string, url.Values) { return "/getting-started/key-showings", nil }),

	"api GET /stores/:store/state":         get(func(*side) string { return "/state" }).isSilent(),
	"api PUT /stores/:store/launch":        apiPost(func(s *side) (string, object) { s.notLaunched(); return "/launch", object{} }).putBack(),
	"api DELETE /stores/:store/launch":     get(func(s *side) string { s.w.ready(); return "/launch" }).putBack(),
	"api PUT /stores/:store/shop-password": apiPost(func(s *side) (string, object) { return "/shop-password", object{"password": s.unused(s.priv)} }),
	"api PUT /stores/:store/deletion":      apiPost(func(s *side) (string, object) { s.w.ready(); return "/deletion", object{"code": s.info.Code} }).putBack(),
	"api DELETE /stores/:store/deletion":   get(func(s *side) string { s.closing(); return "/deletion" }).putBack(),
	"api POST /stores": apiPost(func(s *side) (string, object) {
		s.selfService()
		return "/stores", object{"name": s.unused("Fresh"), "code": s.unused(s.info.Code + "-api"), "country": "AT"}
	}),
	"api GET /merchant-invitations": at("/merchant-invitations"),
	"api POST /merchant-invitations": apiPost(func(s *side) (string, object) {
		return "/merchant-invitations", object{"email": s.newAddress()}
	}),
	"api DELETE /merchant-invitations/:id": get(func(s *side) string { return "/merchant-invitations/" + s.invited(s.newAddress()).ID }),
	"api PUT /store-suspensions/:id": apiPost(func(s *side) (string, object) {
		return "/store-suspensions/" + s.extra(), object{"reason": "Unpaid invoices"}
	}),
	"api DELETE /store-suspensions/:id": get(func(s *side) string {
		id := s.extra()
		suspended(s, id)
		return "/store-suspensions/" + id
	}),
	"api PUT /merchant-suspensions/:id": apiPost(func(s *side) (string, object) {
		return "/merchant-suspensions/" + s.extraMerchant(), object{"reason": "Fraud"}
	}),
	"api DELETE /merchant-suspensions/:id": get(func(s *side) string {
		id := s.extraMerchant()
		s.w.must(s.w.App.Platform.SuspendMerchant(context.Background(), id, "Fraud", nil))
		return "/merchant-suspensions/" + id
	}),
}
