package flows

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/modules/domains"
	"wizamart/tests/harness"
)

// zoneFile is a resolver.
type zoneFile struct {
	mu    sync.Mutex
	txt   map[string][]string
	hosts map[string][]string
	down  bool
}

func (z *zoneFile) find(from map[string][]string, name string) ([]string, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.down {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	if v := from[name]; v != nil {
		return v, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zoneFile) LookupTXT(_ context.Context, name string) ([]string, error) {
	return z.find(z.txt, name)
}
func (z *zoneFile) LookupHost(_ context.Context, name string) ([]string, error) {
	return z.find(z.hosts, name)
}

func (z *zoneFile) set(in map[string][]string, name string, values ...string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	in[name] = values
}

type domainWorld struct {
	*harness.Platform
	s    *domains.Service
	zone *zoneFile
	now  time.Time
}

func newDomainWorld(t *testing.T) *domainWorld {
	t.Helper()
	about(t, "network", "domains")
	w := &domainWorld{Platform: harness.Start(t, harness.WithoutBackground()), zone: &zoneFile{txt: map[string][]string{}, hosts: map[string][]string{}}, now: time.Now()}
	w.s = harness.Service[*domains.Service](w.Platform)
	w.s.Resolver, w.s.Now = w.zone, func() time.Time { return w.now }
	w.zone.set(w.zone.hosts, w.Base, "192.0.2.1")
	w.Store(t, "fjord", "EUR")
	w.Store(t, "kaffe", "EUR")
	return w
}

func (w *domainWorld) claim(t *testing.T, code, host string) domains.Claim {
	t.Helper()
	added, err := w.s.Add(t.Context(), w.App.Platform.ByCode(code), host, false)
	if err != nil {
		t.Fatal(err)
	}
	return added[0]
}

func (w *domainWorld) check(t *testing.T, code, id string) domains.Claim {
	t.Helper()
	w.now = w.now.Add(time.Minute)
	c, err := w.s.Check(t.Context(), w.App.Platform.ByCode(code), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestADomainIsProvenByItsRecordAlone(t *testing.T) {
	w := newDomainWorld(t)
	c := w.claim(t, "fjord", "Shop.Example")
	w.zone.set(w.zone.hosts, "shop.example", "192.0.2.1")
	if c = w.check(t, "fjord", c.ID); c.Verified() || c.Trouble != "no-record" || !c.Routed {
		t.Fatalf("without a record: %+v", c)
	}
	guest := w.Guest(t)
	guest.Get(t, "http://shop.example/").Want(t, http.StatusNotFound) // it points here, which proves nothing
	w.zone.set(w.zone.txt, c.RecordName(), "wizamart-site-verification=somebodyelses")
	if c = w.check(t, "fjord", c.ID); c.Verified() || c.Trouble != "other-record" {
		t.Fatalf("with another's record: %+v", c)
	}
	w.zone.down = true
	if c = w.check(t, "fjord", c.ID); c.Trouble != "no-answer" {
		t.Fatalf("without an answer: %+v", c)
	}
	w.zone.down = false
	w.zone.set(w.zone.txt, c.RecordName(), "v=spf1 -all", c.RecordValue())
	if c = w.check(t, "fjord", c.ID); !c.Verified() || c.Trouble != "" {
		t.Fatalf("with the record: %+v", c)
	}
	guest.Get(t, "http://shop.example/").Want(t, http.StatusOK) // at once
	if _, err := w.s.Check(t.Context(), w.App.Platform.ByCode("fjord"), c.ID); !problem.Is(err, problem.TooMany) {
		t.Errorf("a check right after the last: %v", err)
	}
	if _, err := w.s.Remove(t.Context(), w.App.Platform.ByCode("fjord"), c.ID); err != nil {
		t.Fatal(err)
	}
	guest.Get(t, "http://shop.example/").Want(t, http.StatusNotFound)
	var notes int
	if err := w.App.Platform.DB.NewQuery("SELECT count(*) FROM audit_entry WHERE action LIKE 'domains.domain.%'").Row(&notes); err != nil || notes != 3 {
		t.Errorf("%d changes are in the audit log, want claimed, verified, removed: %v", notes, err)
	}
}

func TestTheFirstProofWins(t *testing.T) {
	w := newDomainWorld(t)
	a, b := w.claim(t, "fjord", "shop.example"), w.claim(t, "kaffe", "shop.example")
	if a.Token == b.Token {
		t.Fatal("two merchants have the same record")
	}
	w.zone.set(w.zone.txt, b.RecordName(), b.RecordValue())
	if a = w.check(t, "fjord", a.ID); a.Verified() {
		t.Fatal("another merchant's record proved it")
	}
	if b = w.check(t, "kaffe", b.ID); !b.Verified() {
		t.Fatal("its own record did not")
	}
	a, err := w.s.Check(t.Context(), w.App.Platform.ByCode("fjord"), a.ID) // told by the other's proof, before it asks
	if problem.Is(err, problem.TooMany) {
		a = w.check(t, "fjord", a.ID)
	} else if err != nil {
		t.Fatal(err)
	}
	w.zone.set(w.zone.txt, a.RecordName(), a.RecordValue(), b.RecordValue())
	if a = w.check(t, "fjord", a.ID); a.Verified() || a.Trouble != "taken" {
		t.Fatalf("the second proof: %+v", a)
	}
	owner := w.Staff(t, "owner", "fjord")
	owner.Get(t, w.DashboardURL("fjord", "/domains")).Want(t, 200).Has(t, ".card", "Another store has it")
	// The domain changes hands: the record of the one before is gone for a week.
	w.zone.set(w.zone.txt, a.RecordName(), a.RecordValue())
	if b = w.check(t, "kaffe", b.ID); !b.Verified() || b.LostSince.IsZero() {
		t.Fatalf("a lost record: %+v", b)
	}
	if a = w.check(t, "fjord", a.ID); a.Verified() {
		t.Fatal("it was taken over at once")
	}
	w.now = w.now.Add(7 * 24 * time.Hour)
	if a = w.check(t, "fjord", a.ID); !a.Verified() {
		t.Fatalf("after a week: %+v", a)
	}
	if info := w.App.Platform.ByHost("shop.example"); info == nil || info.Code != "fjord" {
		t.Errorf("it leads to %+v", info)
	}
}

func TestNamesThatCannotBeClaimed(t *testing.T) {
	w := newDomainWorld(t)
	for _, name := range []string{"", "localhost", "shop", "192.0.2.7", "[2001:db8::1]", "1.2.3", "co.uk", "com", "github.io", "wizamart.test", "fjord.wizamart.test", "admin.wizamart.test",
		"www.wizamart.test", "test", "*.shop.example", "shop.example:8443", "a_b.example", "shop.local", "shop..example", "-x.example", "shop.internal", strings.Repeat("a", 64) + ".example"} {
		_, err := w.s.Add(t.Context(), w.App.Platform.ByCode("fjord"), name, true)
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, host := range map[string]string{"https://Bücher.example/path": "xn--bcher-kva.example", "shop.example.": "shop.example", "FJORD.co.uk": "fjord.co.uk"} {
		if got, err := w.App.Platform.CustomHost(name); err != nil || got != host {
			t.Errorf("%q is %q, %v; want %q", name, got, err, host)
		}
	}
	owner := w.Staff(t, "owner", "fjord")
	page := owner.Post(t, w.DashboardURL("fjord", "/domains"), url.Values{"host": {"fjord.wizamart.test"}}).Want(t, 422)
	page.Has(t, "form", "belongs to the platform")
	if got := page.Doc(t).Find("[name=host]").AttrOr("value", ""); got != "fjord.wizamart.test" {
		t.Errorf("what was typed became %q", got)
	}
}

func TestOnePrimaryDomain(t *testing.T) {
	w := newDomainWorld(t)
	owner := w.Staff(t, "owner", "fjord")
	owner.Post(t, w.DashboardURL("fjord", "/domains"), url.Values{"host": {"bücher.example"}, "pair": {"on"}}).Want(t, http.StatusSeeOther)
	page := owner.Get(t, w.DashboardURL("fjord", "/domains")).Want(t, 200)
	page.Has(t, ".domain-name", "bücher.example").Has(t, ".domain-name", "www.bücher.example")
	var list struct {
		Domains []struct {
			ID, Host string
			Record   struct{ Name, Value string }
		}
	}
	owner.Get(t, w.APIURL("/stores/fjord/domains")).Want(t, 200).Decode(t, &list)
	if len(list.Domains) != 2 || list.Domains[0].Record != list.Domains[1].Record {
		t.Fatalf("one record proves both: %+v", list)
	}
	apex, www := list.Domains[0], list.Domains[1]
	if apex.Host != "xn--bcher-kva.example" || www.Host != "www.xn--bcher-kva.example" {
		t.Fatalf("%+v", list)
	}
	w.zone.set(w.zone.txt, apex.Record.Name, apex.Record.Value)
	w.zone.set(w.zone.hosts, apex.Host, "198.51.100.7")
	w.zone.set(w.zone.hosts, www.Host, "192.0.2.1")
	for _, d := range []string{apex.ID, www.ID} {
		owner.Post(t, w.DashboardURL("fjord", "/domains/"+d+"/checks"), nil).Want(t, http.StatusSeeOther)
	}
	owner.JSON(t, http.MethodPut, w.APIURL("/stores/fjord/domains/"+apex.ID+"/primary"), map[string]any{}).Want(t, http.StatusConflict) // points elsewhere
	owner.Post(t, w.DashboardURL("fjord", "/domains/"+www.ID+"/primaries"), nil).Want(t, http.StatusSeeOther)
	guest := w.Guest(t)
	for _, from := range []string{"http://" + apex.Host, "http://fjord." + w.Base} {
		p := guest.Get(t, from+"/products?q=a%20b&x=1").Want(t, http.StatusMovedPermanently)
		if to := p.Header.Get("Location"); to != "http://"+www.Host+"/products?q=a%20b&x=1" {
			t.Errorf("%s leads to %s", from, to)
		}
		guest.Post(t, from+"/cart", url.Values{}).Want(t, http.StatusPermanentRedirect)
	}
	guest.Get(t, "http://"+www.Host+"/").Want(t, 200)
	guest.Get(t, "http://kaffe."+w.Base+"/").Want(t, 200)
	stranger := w.Staff(t, "owner", "kaffe")
	stranger.Post(t, w.DashboardURL("kaffe", "/domains/"+www.ID+"/removals"), nil).Want(t, http.StatusNotFound)
	owner.Post(t, w.DashboardURL("fjord", "/domains/"+www.ID+"/removals"), nil).Want(t, http.StatusSeeOther)
	guest.Get(t, "http://fjord."+w.Base+"/").Want(t, 200) // nothing leads to a name that is gone
}

func TestDomainsAreLookedAfter(t *testing.T) {
	w := newDomainWorld(t)
	c := w.claim(t, "fjord", "shop.example")
	w.zone.set(w.zone.txt, c.RecordName(), c.RecordValue())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan struct{})
	go func() {
		for _, m := range w.App.Registry.Modules() {
			if m.Name == "domains" {
				m.Duty(ctx)
			}
		}
		close(ended)
	}()
	for until := time.Now().Add(90 * time.Second); w.App.Platform.ByHost("shop.example") == nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("nobody looked")
		}
	}
	cancel()
	<-ended
	var next database.Time
	if err := w.App.Platform.DB.NewQuery("SELECT next_check_at FROM domains_claim").Row(&next); err != nil || next.Sub(w.now) < 23*time.Hour {
		t.Errorf("the next look is at %v: %v", next, err)
	}
}
