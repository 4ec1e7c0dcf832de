package flows

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"wizamart/framework/database"
)

// edit changes a file while no server has it open.
func edit(t *testing.T, file string, statements ...string) {
	t.Helper()
	db, err := database.Open(file, false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Write(context.Background(), func(tx *database.DB) error {
		for _, s := range statements {
			if _, err := tx.Exec(s, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func storeID(t *testing.T, dir, code string) (id string) {
	t.Helper()
	db, err := database.Open(filepath.Join(dir, "platform.db"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.NewQuery("SELECT id FROM tenant_store WHERE code = '" + code + "'").Row(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// A new version's migration fails on one of three stores: what everybody sees, and how the operator brings it back, forward and back, with the built program.
func TestAMigrationFailsOnOneStore(t *testing.T) {
	about(t, "core", "tenancy", "monitoring", "storefront", "dashboard", "admin")
	if testing.Short() {
		t.Skip("it runs the program twenty times")
	}
	dir := filepath.Join(t.TempDir(), "data")
	off := func(args ...string) result { return run(t, dir, append(args, "--replica-config", "off")...) }
	off("merchant", "create", "--name", "Three", "--email", "three@merchant.test", "--code", "three").want(t, 0)
	ids := map[string]string{}
	for _, code := range []string{"one", "two", "drei"} {
		off("store", "create", "--merchant", "three", "--code", code, "--name", strings.ToUpper(code), "--launched").want(t, 0)
		ids[code] = storeID(t, dir, code)
	}
	file := func(code string) string { return filepath.Join(dir, "stores", ids[code], "store.db") }
	secret := filepath.Join(t.TempDir(), "password")
	write(t, secret, operatorPassword+"\n")
	off("user", "create", "--email", "op@platform.test", "--name", "Op", "--role", "admin", "--password-file", secret).want(t, 0)
	off("user", "create", "--email", "owner@three.test", "--name", "Owner", "--role", "owner", "--merchant", "three", "--password-file", secret).want(t, 0)
	for code := range ids { // as the version before left them
		edit(t, file(code), "DROP TABLE tenant_secret", "DELETE FROM schema_ledger WHERE module = 'tenant' AND version = 2", "PRAGMA user_version = 1")
	}
	edit(t, file("two"), "CREATE TABLE tenant_secret (by_hand TEXT)") // the step makes a table of this name

	s := start(t, dir, "127.0.0.1", "dashboards", "serve", "--replica-config", "off")
	get := func(c *http.Client, address string) (int, string) {
		t.Helper()
		res, err := c.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	signedIn := func(host, email string) *http.Client {
		t.Helper()
		c := s.client()
		c.Jar, _ = cookiejar.New(nil)
		res, err := c.PostForm("http://"+host+"/sign-in", url.Values{"email": {email}, "password": {operatorPassword}})
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign in: %v %v", res, err)
		}
		res.Body.Close()
		return c
	}
	wants := func(c *http.Client, address string, status int, parts ...string) {
		t.Helper()
		got, body := get(c, address)
		if got != status {
			t.Fatalf("%s: %d, want %d\n%s", address, got, status, body)
		}
		for _, p := range parts {
			if !strings.Contains(body, p) {
				t.Errorf("%s lacks %q:\n%s", address, p, body)
			}
		}
		if status == 503 && strings.Contains(body, "already exists") {
			t.Errorf("%s tells what is the operator's business", address)
		}
	}
	guest, owner, operator := s.client(), signedIn("localhost", "owner@three.test"), signedIn("admin.localhost", "op@platform.test")
	post := func(path string) {
		t.Helper()
		res, err := operator.PostForm("http://admin.localhost"+path, nil)
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("POST %s: %v %v", path, res, err)
		}
		res.Body.Close()
	}
	page, told := "http://admin.localhost/replication/"+ids["two"], "it is being brought to a new version"
	others := func() {
		t.Helper()
		wants(guest, "http://one.localhost/", 200)
		wants(guest, "http://drei.localhost/", 200)
		wants(owner, "http://localhost/store/one/", 200)
	}
	wants(guest, "http://two.localhost/", 503, told)
	wants(owner, "http://localhost/store/two/", 503, told)
	others()
	wants(operator, page, 200, "already exists", "wizamart store retry two", "Try again", "Go back to before the migration", "was undone")
	wants(operator, "http://admin.localhost/stores/"+ids["two"], 200, "something is wrong with its file (migration)", "already exists")
	off("doctor").want(t, 1, "quarantined (migration)", "already exists", "wizamart store retry two")
	off("store", "retry", "two").want(t, 1, "stays closed (migration)", "already exists")
	post("/replication/" + ids["two"] + "/retries")
	wants(operator, page, 200, "stays closed (migration)")

	off("store", "rollback", "two").want(t, 1, "would go back to")
	off("store", "rollback", "two", "--yes").want(t, 0, "is as it was at", "stays closed under this version", "wizamart store retry two")
	wants(guest, "http://two.localhost/", 503, told)
	wants(operator, page, 200, "has the schema of the version before", "Try again")
	off("doctor").want(t, 1, "quarantined (rolled back)", "Start the version before")
	post("/replication/" + ids["two"] + "/retries") // what made it fail is in the copy, too
	wants(operator, page, 200, "stays closed (migration)")
	post("/replication/" + ids["two"] + "/rollbacks")
	wants(operator, page, 200, "before its migration", "has the schema of the version before")
	others()

	if code := s.stop(); code != 0 {
		t.Fatalf("exit status %d", code)
	}
	s = start(t, dir, "127.0.0.1", "dashboards", "serve", "--replica-config", "off")
	guest, owner, operator = s.client(), signedIn("localhost", "owner@three.test"), signedIn("admin.localhost", "op@platform.test")
	wants(guest, "http://two.localhost/", 503, told) // over a restart, too
	edit(t, file("two"), "DROP TABLE tenant_secret")
	off("store", "retry", "two").want(t, 0, "two serves again")
	wants(guest, "http://two.localhost/", 200)
	wants(owner, "http://localhost/store/two/", 200)
	wants(operator, page, 200)
	off("doctor").want(t, 0, "store two")
	others()
	wants(operator, "http://admin.localhost/audit", 200, "tenant.store.rolled_back", "tenant.store.retried")
}
