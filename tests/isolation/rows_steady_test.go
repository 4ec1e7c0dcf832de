package isolation

import (
	"context"
	"net/url"

	"wizamart/framework/auth"
)

// No store of this world is quarantined: who may repair one is told that there is nothing to repair.
var steadyRows = map[string]row{
	"admin POST /replication/:id/retries": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/retries", nil
	}).isStill(),
	"admin POST /replication/:id/rollbacks": post(func(s *side) (string, url.Values) {
		return "/replication/" + s.info.ID + "/rollbacks", nil
	}).isStill().answers(409),
	"api GET /monitoring/quarantines/:store": get(func(s *side) string { return "/monitoring/quarantines/" + s.info.Code }),
	"api POST /monitoring/quarantines/:store/retries": apiPost(func(s *side) (string, object) {
		return "/monitoring/quarantines/" + s.info.Code + "/retries", object{}
	}).isStill().answers(409),
	"api POST /monitoring/quarantines/:store/rollbacks": apiPost(func(s *side) (string, object) {
		return "/monitoring/quarantines/" + s.info.Code + "/rollbacks", object{}
	}).isStill().answers(409),

	"api GET /operators": get(func(s *side) string { s.newOperator(); return "/operators" }),
	"api PUT /operators/:id": apiPost(func(s *side) (string, object) {
		return "/operators/" + s.newOperator(), object{"role": "support"}
	}),
	"api DELETE /operators/:id": get(func(s *side) string { return "/operators/" + s.newOperator() }).isStill().isSilent(),
	"api PUT /operator-rule":    apiPost(func(*side) (string, object) { return "/operator-rule", object{"two_factor": true} }).isStill().answers(409),
	"api GET /operator-invitations": get(func(s *side) string {
		s.newInvitation(ofPlatform)
		return "/operator-invitations"
	}),
	"api POST /operator-invitations": apiPost(func(s *side) (string, object) {
		return "/operator-invitations", object{"email": s.unused("operator") + "@staff.test", "role": "support"}
	}),
	"api POST /operator-invitations/:id/resends": apiPost(func(s *side) (string, object) {
		return "/operator-invitations/" + s.newInvitation(ofPlatform) + "/resends", object{}
	}),
	"api DELETE /operator-invitations/:id": get(func(s *side) string { return "/operator-invitations/" + s.newInvitation(ofPlatform) }).isStill().isSilent(),

	"api GET /stores/:store/customers/:customer/sessions": get(func(s *side) string {
		s.newCustomerSession()
		return "/customers/" + s.customerID + "/sessions"
	}).isSilent(),
	"api DELETE /stores/:store/customers/:customer/sessions/:session": get(func(s *side) string {
		return "/customers/" + s.customerID + "/sessions/" + s.newCustomerSession()
	}).isStill().isSilent(),
}

// newCustomerSession signs the store's customer in somewhere else.
func (s *side) newCustomerSession() string {
	tokens, err := s.w.App.Auth.Start(context.Background(), s.st.DB, auth.Grant{Subject: s.customerID, Audience: auth.CustomerAudience(s.info.ID), UserAgent: s.unused("device")})
	s.w.must(err)
	return tokens.Session
}
