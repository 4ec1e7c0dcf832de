package flows

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/secret"
	"wizamart/modules"
	"wizamart/tests/harness"
)

// The bucket, and every file of the data directory, hold no signing key and no secret in clear: only the key file opens them.
func TestTheReplicaAloneReadsNoSecret(t *testing.T) {
	p := harness.Start(t, harness.Configure(replicated))
	id := p.Store(t, "shop", "EUR").ID
	const plain = "sk_live_51_a_merchant_trusts_us_with"
	place := secret.Where(id, "payments_account", "1", "secret")
	sealed, err := p.App.Secrets.Seal(place, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	set(t, p, "shop", base64.StdEncoding.EncodeToString(sealed))
	var signing []byte
	var clear int
	if err := p.App.Platform.DB.NewQuery("SELECT secret FROM auth_key").Row(&signing); err != nil {
		t.Fatal(err)
	}
	if err := p.App.Platform.DB.NewQuery("SELECT count(*) FROM auth_key WHERE sealed = 0").Row(&clear); err != nil || clear > 0 {
		t.Errorf("%d signing keys are in clear, %v", clear, err)
	}
	unsealed, err := p.App.Secrets.Open(secret.Where("", "auth_key", "", "secret"), signing)
	if err != nil {
		t.Fatal(err)
	}
	code := p.App.Secrets.RecoveryCode()
	keyFile := p.App.Secrets.File()
	p.Stop(t)
	files := 0
	err = filepath.WalkDir(p.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for what, needle := range map[string][]byte{"a store's secret": []byte(plain), "the signing key": unsealed, "the recovery code": []byte(code)} {
			if bytes.Contains(data, needle) {
				t.Errorf("%s stands in %s", what, path)
			}
		}
		return err
	})
	if err != nil || files < 5 {
		t.Fatalf("looked at %d files: %v", files, err)
	}
	if strings.HasPrefix(keyFile, p.Dir+string(filepath.Separator)) {
		t.Errorf("the key lies in the data directory: %s", keyFile)
	}

	// Without the key, and with another one, nothing opens.
	other := filepath.Join(t.TempDir(), "other.key")
	if _, err := secret.Create(other); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(t.TempDir(), "none.key"), other} {
		cfg := config.Serve{Listen: "127.0.0.1:8080", BaseDomain: "wizamart.test", OpenStores: 8, KeyFile: file}
		_, err := app.Open(t.Context(), p.Dir, cfg, nil, modules.Assemble)
		var missing *secret.MissingKeyError
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), "wizamart key restore") {
			t.Errorf("with %s: %v", file, err)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(other), "none.key")); err == nil {
		t.Error("a key was made in place of the one that is missing")
	}
	p = harness.Start(t, harness.In(p.Dir), harness.Configure(replicated))
	kept, err := base64.StdEncoding.DecodeString(setting(t, p, "shop"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.App.Secrets.Open(place, kept); err != nil || string(got) != plain {
		t.Errorf("with the key it opens %q, %v", got, err)
	}
}

// After a rotation the key before opens still, all is sealed with the new one, and nobody is signed out.
func TestRotation(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "shop", "EUR")
	owner := p.Staff(t, "owner", "shop")
	ctx, keys := t.Context(), p.App.Secrets
	old, err := keys.Seal("somewhere", []byte("old"))
	if err != nil {
		t.Fatal(err)
	}
	first, code := keys.ID(), keys.RecoveryCode()
	if err := keys.Confirm(ctx, p.App.Platform.DB, "AAAAAA-"+code[7:]); err == nil {
		t.Error("a mistyped code was taken")
	}
	if err := keys.Confirm(ctx, p.App.Platform.DB, code); err != nil {
		t.Fatal(err)
	}
	if err := p.App.RotateKey(ctx, func(string, int) {}); err != nil {
		t.Fatal(err)
	}
	if keys.ID() == first || keys.Confirm(ctx, p.App.Platform.DB, code) == nil {
		t.Error("the recovery code is the same")
	}
	if got, err := keys.Open("somewhere", old); err != nil || string(got) != "old" {
		t.Errorf("the key before opens %q, %v", got, err)
	}
	var sealed []byte
	if err := p.App.Platform.DB.NewQuery("SELECT secret FROM auth_key").Row(&sealed); err != nil || !keys.Current(sealed) {
		t.Errorf("the signing key is sealed with the old one (%v)", err)
	}
	owner.Get(t, p.DashboardURL("shop", "/")).Want(t, 200)
	known, err := secret.ReadKnown(ctx, p.App.Platform.DB)
	if err != nil || len(known) != 2 || known[0].ID != keys.ID() || !known[0].ConfirmedAt.IsZero() || known[1].ConfirmedAt.IsZero() {
		t.Errorf("the platform knows %+v, %v", known, err)
	}
	if err := p.App.RotateKey(ctx, func(string, int) {}); err != nil {
		t.Fatal(err)
	}
	if n := len(keys.IDs()); n != 2 {
		t.Errorf("%d keys live", n)
	}
	if _, err := keys.Open("somewhere", old); err == nil {
		t.Error("a key that was given up still opens")
	}
	p.Stop(t)
	p = harness.Start(t, harness.In(p.Dir))
	if p.App.Secrets.ID() != keys.ID() {
		t.Error("after a restart another key seals")
	}
}

// The disaster of the manual: the machine is gone; there is a bucket, and a recovery code on paper.
func TestEverythingComesBackWithTheRecoveryCode(t *testing.T) {
	if testing.Short() {
		t.Skip("takes over a replica: 12 s")
	}
	root := t.TempDir()
	data, bucket := filepath.Join(root, "data"), filepath.Join(root, "bucket")
	settings := filepath.Join(root, "litestream.yml")
	if err := os.WriteFile(settings, []byte("dbs:\n  - dir: "+data+"\n    replica:\n      url: file://"+bucket+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, data, "127.0.0.1", "set up the first operator", "serve", "--replica-config", settings)
	run(t, data, "merchant", "create", "--name", "Acme", "--email", "a@acme.test").want(t, 0)
	run(t, data, "store", "create", "--merchant", "acme", "--code", "acme", "--name", "Acme").want(t, 0)
	shown := run(t, data, "key", "show-recovery").want(t, 0, "Write it on paper")
	code := strings.TrimSpace(strings.Split(shown.out, "\n")[1])
	run(t, data, "key", "confirm", code).want(t, 0)
	run(t, data, "key", "show-recovery").want(t, 1, "not shown again")
	s.stop()

	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(data + ".key"); err != nil {
		t.Fatal(err)
	}
	owner := filepath.Join(bucket, "platform", "owner.json")
	before, err := os.ReadFile(owner)
	if err != nil {
		t.Fatal(err)
	}
	untouched := func(why string) {
		t.Helper()
		now, err := os.ReadFile(owner)
		if _, e := os.Stat(data); e == nil || err != nil || !bytes.Equal(now, before) {
			t.Errorf("%s: something was done before the key was tried", why)
		}
	}
	from := "file://" + bucket
	run(t, data, "restore", "--all", "--from", from).want(t, 1, "nothing was restored", "wizamart key restore")
	untouched("no key")
	if _, err := secret.Create(data + ".key"); err != nil {
		t.Fatal(err)
	}
	run(t, data, "restore", "--all", "--from", from).want(t, 1, "nothing was restored", "which holds key")
	untouched("another key")
	run(t, data, "key", "restore", code).want(t, 1, "never overwritten")
	if err := os.Remove(data + ".key"); err != nil {
		t.Fatal(err)
	}
	run(t, data, "key", "restore", strings.Replace(code, code[:1], "?", 1)).want(t, 1, "no recovery code")
	run(t, data, "key", "restore", strings.ToLower(code)).want(t, 0, "is back")
	run(t, data, "restore", "--all", "--from", from).want(t, 0, "2 of 2", "Done: 2 databases")
	run(t, data, "store", "list").want(t, 0, "acme")
	copies := filepath.Join(root, "copies") + "/"
	run(t, data, "restore", "--store", "acme", "--from", from, "--to", copies).want(t, 0, "Restored acme as it was at")
}
