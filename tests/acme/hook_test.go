package acme

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"wizamart/framework/tlscert"
	"wizamart/tenant"
)

// hookEnv has this program be the operator's DNS hook: HOOK present|cleanup NAME VALUE. It names the DNS server's management address.
const hookEnv = "WIZAMART_TEST_DNS"

// hookLog is a file to which the hook writes what it was called with.
const hookLog = "WIZAMART_TEST_DNS_LOG"

func TestMain(m *testing.M) {
	if server := os.Getenv(hookEnv); server != "" && len(os.Args) == 4 {
		if err := hook(server, os.Args[1], os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// hook speaks to pebble-challtestsrv, as an operator's would to the provider's API.
func hook(server, verb, name, value string) error {
	path, body := "/set-txt", map[string]string{"host": name + ".", "value": value}
	switch verb {
	case "present":
	case "cleanup":
		path, body = "/clear-txt", map[string]string{"host": name + "."}
	default:
		return fmt.Errorf("no hook knows %q", verb)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	res, err := http.Post(server+path, "application/json", bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the DNS server answers %s", res.Status)
	}
	f, err := os.OpenFile(os.Getenv(hookLog), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintln(f, verb, name)
	return err
}

// asHook makes this program the DNS hook of what is started from here, and gives its command.
func (c *ca) asHook(t *testing.T) (command, log string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log = t.TempDir() + "/hook.log"
	t.Setenv(hookEnv, c.dns)
	t.Setenv(hookLog, log)
	return self, log
}

// DNS-01 by the operator's hook, where neither port can be reached from outside: one certificate for the base domain, and one for all below it.
func TestDNS01ByTheHook(t *testing.T) {
	w := newWorld(t, challenges{}, 0)
	command, log := w.asHook(t)
	w.openWith(t, func(o *tlscert.Options) {
		o.OwnFile, o.DNSHook = false, command
		o.Allowed = func(host string) bool {
			info := w.App.Platform.ByHost(host)
			return info != nil && info.State == tenant.Live
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go w.keeper.Run(ctx)
	for until := time.Now().Add(90 * time.Second); w.keeper.State("*."+w.Base).Word() != "issued" || w.keeper.State(w.Base).Word() != "issued"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("no certificate: %+v, %+v", w.keeper.State(w.Base), w.keeper.State("*."+w.Base))
		}
	}
	for host, name := range map[string]string{"fjord." + w.Base: "*." + w.Base, "admin." + w.Base: "*." + w.Base, w.Base: w.Base} {
		cert, err := w.visit(host)
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		if len(cert.DNSNames) != 1 || cert.DNSNames[0] != name {
			t.Errorf("%s is served with %v", host, cert.DNSNames)
		}
	}
	asked := w.asked.Load()
	w.Store(t, "kaffe", "EUR")
	if _, err := w.visit("kaffe." + w.Base); err != nil || w.asked.Load() != asked {
		t.Errorf("a new shop needs the authority: %v", err)
	}
	if _, err := w.visit("nobody." + w.Base); err == nil {
		t.Error("a name of nobody is served")
	}
	if needed, _ := w.keeper.Singles(); needed {
		t.Error("shops are said to need certificates of their own")
	}
	got, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if want := "present _acme-challenge." + w.Base; bytes.Count(got, []byte(want)) < 2 || bytes.Count(got, []byte("cleanup _acme-challenge."+w.Base)) < 2 {
		t.Errorf("the hook was called with\n%s", got)
	}
}

// A hook that fails is said in words, and left alone for a while.
func TestAHookThatFails(t *testing.T) {
	w := newWorld(t, challenges{}, 0)
	w.openWith(t, func(o *tlscert.Options) { o.OwnFile, o.DNSHook = false, "/bin/false --really" })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go w.keeper.Run(ctx)
	for until := time.Now().Add(60 * time.Second); w.keeper.State(w.Base).Word() != "failed"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%+v", w.keeper.State(w.Base))
		}
	}
	if s := w.keeper.State(w.Base); !bytes.Contains([]byte(s.Error), []byte("the DNS hook failed to present _acme-challenge."+w.Base)) || time.Until(s.RetryAt) < 30*time.Second {
		t.Errorf("%+v", s)
	}
}

// Without a certificate for all, shops get their own; the twenty-first of a week waits, and over a start too.
func TestSingleCertificatesAreCounted(t *testing.T) {
	w := newWorld(t, challenges{alpn: true}, 0)
	alone := func(o *tlscert.Options) { o.OwnFile = false }
	w.openWith(t, alone)
	if _, err := w.visit("fjord." + w.Base); err != nil {
		t.Fatal(err)
	}
	if needed, spent := w.keeper.Singles(); !needed || spent != 1 {
		t.Errorf("needed %t, spent %d", needed, spent)
	}
	w.openWith(t, alone)
	if _, spent := w.keeper.Singles(); spent != 1 {
		t.Errorf("after a start %d are spent", spent)
	}
	if w.keeper.Waits("fjord." + w.Base) {
		t.Error("a shop with a certificate waits")
	}
}
