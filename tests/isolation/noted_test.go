package isolation

import (
	"net/http"

	"wizamart/framework/database"
	"wizamart/framework/web"
)

// unnoted are the changes by staff that the audit log leaves out, with the reason.
var unnoted = map[string]string{
	"dashboard POST /sign-out":        "a session's end stands in the list of sessions",
	"admin POST /sign-out":            "a session's end stands in the list of sessions",
	"api POST /auth/tokens":           "a session's start stands in the list of sessions",
	"api POST /auth/refreshes":        "a session that goes on",
	"dashboard POST /product-imports": "an upload that is looked at; its start is noted",
	"dashboard POST /payment-reviews": "asks the provider anew; what that changes is noted",
	"dashboard POST /pictures":        "a picture that nothing shows yet; its use is noted",

	"api POST /stores/:store/product-imports": "an upload that is looked at; its start is noted",
	"api POST /stores/:store/pictures":        "a picture that nothing shows yet; its use is noted",
	"api POST /stores/:store/payment-reviews": "asks the provider anew; what that changes is noted",
	"api POST /account/email-changes":         "asked for; the change is noted when its link is followed",
	"api POST /account/two-factor-keys":       "a key that is not in use yet; its use is noted",
}

// noted counts the entries of the audit logs that a change by staff can go to; 0 where it need not be noted.
func (w *world) noted(route *web.Route, who *actor) (n int) {
	if route.Method == http.MethodGet || route.Surface == web.Storefront || route.Surface == web.Portal || who != w.right(route) {
		return 0
	}
	for _, db := range []*database.DB{w.a.st.DB, w.b.st.DB, w.App.Platform.DB} {
		var entries int
		w.must(db.NewQuery("SELECT count(*) FROM audit_entry").Row(&entries))
		n += entries
	}
	return n
}
