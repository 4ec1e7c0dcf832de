package stripefake

import (
	"html/template"
	"net/http"
	"time"
)

func (s *Server) createSession(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until := number(r, "expires_at")
	if until < time.Now().Add(25*time.Minute).Unix() {
		return 400, failure("invalid_request_error", "", "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.")
	}
	amount, currency := number(r, "line_items[0][price_data][unit_amount]"), r.Form.Get("line_items[0][price_data][currency]")
	if amount <= 0 || currency == "" || r.Form.Get("success_url") == "" {
		return 400, failure("invalid_request_error", "parameter_missing", "Missing required param.")
	}
	id := "cs_test_" + token()
	session := object{
		"id": id, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "url": s.base + "/pay/" + id, "expires_at": until, "payment_intent": nil,
		"client_reference_id": r.Form.Get("client_reference_id"), "metadata": notes(r, "metadata"), "amount_total": amount, "currency": currency,
		"success_url": r.Form.Get("success_url"), "cancel_url": r.Form.Get("cancel_url"), "title": r.Form.Get("line_items[0][price_data][product_data][name]"),
		"capture": r.Form.Get("payment_intent_data[capture_method]"), "intent_metadata": notes(r, "payment_intent_data[metadata]"),
	}
	s.sessions[id] = session
	return 200, s.sessionView(session, r)
}

// sessionView is the session as Stripe shows it: the payment behind it by name, or whole when that is asked for.
func (s *Server) sessionView(session object, r *http.Request) object {
	out := copyOf(session)
	for _, inner := range []string{"capture", "intent_metadata", "title"} {
		delete(out, inner)
	}
	if id, ok := session["payment_intent"].(string); ok && len(r.Form["expand[0]"]) > 0 {
		out["payment_intent"] = copyOf(s.intents[id])
	}
	if session["status"] != "open" {
		out["url"] = nil
	}
	return out
}

func (s *Server) lapse(session object) {
	if session["status"] == "open" && session["expires_at"].(int64) < time.Now().Unix() {
		session["status"] = "expired"
	}
}

func (s *Server) getSession(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := s.sessions[r.PathValue("id")]
	if session == nil {
		return missing("checkout.session", r.PathValue("id"))
	}
	s.lapse(session)
	return 200, s.sessionView(session, r)
}

func (s *Server) expire(r *http.Request) (int, any) {
	s.mu.Lock()
	session := s.sessions[r.PathValue("id")]
	if session == nil {
		s.mu.Unlock()
		return missing("checkout.session", r.PathValue("id"))
	}
	if session["status"] != "open" {
		defer s.mu.Unlock()
		return 400, failure("invalid_request_error", "", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
	}
	session["status"] = "expired"
	if id, ok := session["payment_intent"].(string); ok {
		s.intents[id]["status"] = "canceled"
	}
	events, body := []Event{s.event("checkout.session.expired", session)}, s.sessionView(session, r)
	s.mu.Unlock()
	s.tell(events)
	return 200, body
}

var payPage = template.Must(template.New("pay").Parse(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pretended payment page</title>
<body><main><h1>{{.Title}}</h1><p>This is no payment page: no money moves. Choose what the card does.</p><p>{{.Amount}} {{.Currency}} (smallest units)</p>{{with .Fault}}<p role="alert">{{.}}</p>{{end}}
{{if .Secure}}<h2>3-D Secure</h2><form method="post"><button name="secure" value="yes">Complete authentication</button> <button name="secure" value="no">Fail authentication</button></form>
{{else}}<form method="post"><p><button name="card" value="4242424242424242">Pay with a good card (4242 …)</button></p><p><button name="card" value="4000000000000002">Pay with a declined card (… 0002)</button></p>
<p><button name="card" value="4000002500003155">Pay with 3-D Secure (… 3155)</button></p></form>{{end}}<p><a href="{{.Back}}">Back to the shop</a></p></main></body></html>`))

func (s *Server) page(w http.ResponseWriter, r *http.Request) { s.renderPage(w, r, "") }

func (s *Server) renderPage(w http.ResponseWriter, r *http.Request, fault string) {
	s.mu.Lock()
	session := s.sessions[r.PathValue("id")]
	if session == nil || session["status"] != "open" {
		s.mu.Unlock()
		http.Error(w, "This page has expired.", http.StatusNotFound)
		return
	}
	secure := false
	if id, ok := session["payment_intent"].(string); ok {
		secure = s.intents[id]["status"] == "requires_action"
	}
	data := object{"Title": session["title"], "Amount": session["amount_total"], "Currency": session["currency"], "Back": session["cancel_url"], "Fault": fault, "Secure": secure}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	payPage.Execute(w, data) //nolint:errcheck // the client has gone
}

func (s *Server) pagePay(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	var err error
	if secure := r.FormValue("secure"); secure != "" {
		err = s.Authenticate(id, secure == "yes")
	} else {
		err = s.Pay(id, r.FormValue("card"))
	}
	s.mu.Lock()
	session := s.sessions[id]
	done, to := session != nil && session["status"] == "complete", ""
	if done {
		to, _ = session["success_url"].(string)
	}
	s.mu.Unlock()
	switch {
	case done:
		http.Redirect(w, r, to, http.StatusSeeOther)
	case err != nil:
		s.renderPage(w, r, err.Error())
	default:
		s.renderPage(w, r, "")
	}
}
