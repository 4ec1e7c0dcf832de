package onboarding_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wizamart/framework/config"
	"wizamart/tests/harness"
)

// zone is a DNS.
type zone map[string][]string

func (z zone) LookupHost(_ context.Context, host string) ([]string, error) {
	if found := z[host]; found != nil {
		return found, nil
	}
	if _, rest, ok := strings.Cut(host, "."); ok && z["*."+rest] != nil {
		return z["*."+rest], nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func done(t *testing.T, p *harness.Platform) map[string]bool {
	t.Helper()
	steps, err := p.App.PlatformChecklist(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, s := range steps {
		out[strings.TrimPrefix(s.Key, "onboarding.")] = s.Done
	}
	return out
}

func TestSetUp(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground(), harness.Configure(func(c *config.Serve) { c.BaseDomain, c.Replica = "shops.wizamart-try.net", config.ReplicaDefault }))
	p.Store(t, "one", "EUR")
	admin := p.Staff(t, "admin", "one")
	at := p.AdminURL("/getting-started")
	s := service(p)
	s.Addresses = func() ([]string, error) { return []string{"192.0.2.10", "10.0.0.4", "2001:db8::10"}, nil }

	s.Resolver = zone{}
	page := admin.Get(t, at+"/domain").Want(t, http.StatusOK).Has(t, "main", "No record").Has(t, "table", "*.shops.wizamart-try.net").Has(t, "table", "AAAA")
	if strings.Contains(page.Body, "10.0.0.4") || strings.Contains(page.Body, "It is right, go on") {
		t.Error("a private address is to stand in the DNS, or nothing there is called right")
	}
	admin.Post(t, at+"/domain", nil).Want(t, http.StatusSeeOther)
	if done(t, p)["domain"] {
		t.Error("a domain without records is done")
	}
	s.Resolver = zone{"shops.wizamart-try.net": {"192.0.2.10"}, "*.shops.wizamart-try.net": {"198.51.100.7"}}
	admin.Get(t, at+"/domain").Want(t, http.StatusOK).Has(t, "main", "Leads here").Has(t, "main", "Leads to another address")
	admin.Post(t, at+"/domain", nil).Want(t, http.StatusSeeOther)
	if !done(t, p)["domain"] {
		t.Error("the domain is not done")
	}

	mail := url.Values{"host": {"mx .example"}, "port": {"99999"}, "security": {"starttls"}, "username": {"u"}, "password": {"secret-word"}, "sender": {"shops@example.com"}}
	wrong := admin.Post(t, at+"/mail", mail).Want(t, http.StatusUnprocessableEntity)
	if strings.Contains(wrong.Body, "secret-word") || wrong.Form(t, `form[action$="/mail"]`).Values.Get("sender") != "shops@example.com" {
		t.Error("the password comes back, or what was typed is lost")
	}
	mail.Set("host", "mx.example")
	mail.Set("port", "587")
	mail.Set("try", "1")
	admin.Post(t, at+"/mail", mail).Want(t, http.StatusSeeOther)
	admin.Get(t, at+"/mail").Want(t, http.StatusOK).Has(t, "main", "The last test went to admin-one@staff.test")
	if kept := admin.Get(t, at+"/mail").Form(t, `form[action$="/mail"]`).Values; kept.Get("host") != "mx.example" || kept.Get("password") != "" {
		t.Errorf("the form holds %v", kept)
	}
	if !done(t, p)["mail"] {
		t.Error("mail is not done")
	}

	// A directory can be written, and protects nothing.
	admin.Get(t, at+"/replica").Want(t, http.StatusOK).Has(t, ".alert-warning", "Not protected")
	tried := admin.Post(t, at+"/replica-tests", nil).Want(t, http.StatusOK).Has(t, ".alert-success", "An object was written, read back and removed").Has(t, ".alert-warning", "Not protected")
	if tried.Doc(t).Find(`form[action$="/getting-started/replica"] button.btn-primary`).Length() != 0 || done(t, p)["replica"] {
		t.Error("a directory counts as protected")
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(p.Dir, "litestream.yml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("dbs:\n  - replica: [")
	admin.Get(t, at+"/replica").Want(t, http.StatusOK).Has(t, ".alert-error", "cannot be used")
	write("dbs:\n  - replica:\n      type: s3\n      bucket: b\n      endpoint: http://127.0.0.1:1\n      access-key-id: k\n      secret-access-key: hidden-word\n")
	page = admin.Post(t, at+"/replica-tests", nil).Want(t, http.StatusOK).Has(t, ".alert-error", "The service does not answer").Has(t, "main", "After a restart")
	if strings.Contains(page.Body, "hidden-word") || done(t, p)["replica"] {
		t.Error("the page shows the secret key, or the replica is done")
	}
	admin.Post(t, at+"/replica", url.Values{"later": {"1"}}).Want(t, http.StatusSeeOther)

	before := admin.Get(t, at+"/key").Want(t, http.StatusOK)
	code := p.App.Secrets.RecoveryCode()
	if strings.Contains(before.Body, code) {
		t.Error("the code is shown before it is asked for")
	}
	admin.Post(t, at+"/key-showings", nil).Want(t, http.StatusOK).Has(t, "#recovery-code", code)
	form := admin.Get(t, at+"/key?typed=1").Want(t, http.StatusOK).Form(t, `form[action$="/key"]`)
	groups := form.Values["group"]
	if len(groups) != 2 || groups[0] == groups[1] || strings.Contains(admin.Get(t, at+"/key?typed=1").Body, code) {
		t.Fatalf("groups %v are asked for", groups)
	}
	parts := strings.Split(code, "-")
	place := func(g string) string { return parts[g[0]-'1'] }
	form.Set("group-"+groups[0], place(groups[0]), "group-"+groups[1], "WRONG1")
	admin.Submit(t, form).Want(t, http.StatusUnprocessableEntity).Has(t, ".error", "differs from the recovery code")
	form.Set("group-"+groups[1], place(groups[1]))
	admin.Submit(t, form).Want(t, http.StatusSeeOther)
	if !done(t, p)["key"] {
		t.Error("the key is not done")
	}
	if shown := admin.Post(t, at+"/key-showings", nil).Want(t, http.StatusConflict); regexp.MustCompile(regexp.QuoteMeta(code)).MatchString(shown.Body) {
		t.Error("a confirmed code is shown again")
	}
	admin.Get(t, at).Want(t, http.StatusOK).Has(t, "h1", "Getting started") // the replica was left for later
	admin.Get(t, p.AdminURL("/")).Want(t, http.StatusOK).Has(t, "main", "A copy that survives the loss of this machine.")
}
