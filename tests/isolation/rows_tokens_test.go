package isolation

import (
	"context"
	"net/url"

	"wizamart/modules/tokens"
	"wizamart/tests/harness"
)

// newAPIToken makes a token of the store. There is room for 20, so that those of earlier rows go.
func (s *side) newAPIToken() string {
	ctx, service := context.Background(), harness.Service[*tokens.Service](s.w.Platform)
	have, err := service.List(ctx, s.info)
	s.w.must(err)
	for _, t := range have {
		if t.State == tokens.Revoked {
			continue
		}
		_, err := service.Revoke(ctx, s.staffID, s.info, t.ID)
		s.w.must(err)
	}
	made, err := service.Create(ctx, s.staffID, s.info, tokens.NewToken{Name: s.unused(s.priv + " program"), Permissions: []string{"orders.read"}})
	s.w.must(err)
	return made.ID
}

var tokenRows = map[string]row{
	"dashboard GET /tokens": get(func(s *side) string { s.newAPIToken(); return "/tokens" }),
	"dashboard POST /tokens": post(func(s *side) (string, url.Values) {
		s.newAPIToken()
		return "/tokens", form("name", s.unused("made"), "days", "30", "permissions", "orders.read")
	}),
	"dashboard POST /tokens/:id/secrets":     post(func(s *side) (string, url.Values) { return "/tokens/" + s.newAPIToken() + "/secrets", nil }),
	"dashboard POST /tokens/:id/revocations": post(func(s *side) (string, url.Values) { return "/tokens/" + s.newAPIToken() + "/revocations", nil }),
	"api GET /stores/:store/tokens":          get(func(s *side) string { s.newAPIToken(); return "/tokens" }),
	"api POST /stores/:store/tokens": apiPost(func(s *side) (string, object) {
		s.newAPIToken()
		return "/tokens", object{"name": s.unused("made"), "days": 30, "permissions": []string{"orders.read"}}
	}),
	"api POST /stores/:store/tokens/:id/secrets": apiPost(func(s *side) (string, object) { return "/tokens/" + s.newAPIToken() + "/secrets", object{} }),
	"api DELETE /stores/:store/tokens/:id":       get(func(s *side) string { return "/tokens/" + s.newAPIToken() }),
}

var merchantSettingRows = map[string]row{
	"dashboard GET /merchant-settings": at("/merchant-settings"),
	"dashboard POST /merchant-settings": post(func(s *side) (string, url.Values) {
		return "/merchant-settings", form("messaging.sender", s.unused("sender"))
	}),
	"api GET /stores/:store/merchant-settings": get(func(*side) string { return "/merchant-settings" }).isSilent(),
	"api PATCH /stores/:store/merchant-settings": apiPost(func(s *side) (string, object) {
		return "/merchant-settings", object{"values": object{"messaging.sender": s.unused("sender")}}
	}).isSilent(),
}
