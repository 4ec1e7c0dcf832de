package isolation

import (
	"context"
	"net/http"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/database"
)

// actor is somebody who asks. Their token goes along wherever a token can stand, so that one for another surface or store is tried too.
type actor struct {
	name  string
	token string
	renew func() string // begins another session
}

var guest = &actor{name: "guest"}

func (w *world) staff(name, userID string) *actor {
	return w.actor(name, w.App.Platform.DB, auth.Grant{Subject: userID, Audience: auth.Staff})
}

func (w *world) customerOf(name string, s *side, id string) *actor {
	return w.actor(name, s.st.DB, auth.Grant{Subject: id, Audience: auth.CustomerAudience(s.info.ID)})
}

func (w *world) actor(name string, db *database.DB, grant auth.Grant) *actor {
	a := &actor{name: name, renew: func() string {
		tokens, err := w.App.Auth.Start(context.Background(), db, grant)
		w.must(err)
		return tokens.Access
	}}
	a.token = a.renew()
	return a
}

// asCustomer is the context of the store's signed-in customer.
func (w *world) asCustomer(s *side) context.Context {
	return audit.WithActor(context.Background(), audit.Actor{Kind: "customer", ID: s.customerID, Name: s.priv + " Shopper"})
}

func (a *actor) identify(r *http.Request) {
	if a.token == "" {
		return
	}
	r.AddCookie(&http.Cookie{Name: "staff", Value: a.token})
	r.AddCookie(&http.Cookie{Name: "customer", Value: a.token})
	r.Header.Set("Authorization", "Bearer "+a.token)
}
