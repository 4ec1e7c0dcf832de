// Package tlscert obtains, keeps and renews the certificates of the platform and of the stores' own domains (RFC 8555), by
// caddyserver/certmagic. Names that the platform does not know never reach the certificate authority: they are looked up
// in memory, and refused.
package tlscert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"wizamart/framework/database"
	"wizamart/framework/secret"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{
	{Name: "tlscert_entry", Scope: database.Platform, Class: database.Secret},
	{Name: "tlscert_state", Scope: database.Platform, Class: database.Ephemeral},
}

// Options of a Keeper.
type Options struct {
	DB                *database.DB
	Keys              *secret.Keys
	Base              string // base domain: it and admin.<base> get certificates without being asked for
	Directory         string // of the ACME server; "" is Let's Encrypt
	Root              string // PEM file with the certificate that the ACME server's own is trusted by; "" for the machine's
	Email             string // of the account; the authority warns there. May be empty
	DNSHook           string // command that sets TXT records: with it one certificate for *.<base> is obtained by DNS-01
	OwnFile           bool   // the operator has a certificate for the names below the base domain: none is obtained for those
	HTTPPort, TLSPort int    // on which the server itself listens
	// Allowed tells whether a custom domain, or a name below the base domain, may have a certificate. It looks into memory only.
	Allowed func(host string) bool
	// Served tells whether a store, open or suspended, has the name: a certificate that it has already still serves. May be nil.
	Served func(host string) bool
	// Wanted lists the names whose certificates are renewed without a visitor.
	Wanted func(yield func(host string))
	Log    *slog.Logger
	// Noted is told how it went with the authority: nil when it gave a certificate. May be nil.
	Noted func(err error)
	// Renew is the part of a certificate's life, from its end, in which it is renewed; 1/3 when 0.
	Renew float64
}

// Keeper has the certificates.
type Keeper struct {
	Options
	db      *database.DB
	log     *slog.Logger
	storage *storage
	cache   *certmagic.Cache
	custom  *certmagic.Config
	wild    *certmagic.Config // for the names below the base domain, when there is a DNS hook
	issuer  *certmagic.ACMEIssuer

	mu      sync.Mutex
	states  map[string]*State
	flight  map[string]chan struct{}
	singles []time.Time // when certificates for single shops below the base domain were asked for
	wake    chan struct{}
	slots   chan struct{} // how many certificates are obtained at once
}

// New makes a Keeper. It asks nobody for anything.
func New(ctx context.Context, o Options) (*Keeper, error) {
	k := &Keeper{
		Options: o, db: o.DB, log: o.Log, storage: &storage{db: o.DB, keys: o.Keys, locks: map[string]chan struct{}{}},
		states: map[string]*State{}, flight: map[string]chan struct{}{}, wake: make(chan struct{}, 1), slots: make(chan struct{}, 4),
	}
	if k.Noted == nil {
		k.Noted = func(error) {}
	}
	if err := k.loadStates(ctx); err != nil {
		return nil, err
	}
	if err := k.loadSingles(ctx); err != nil {
		return nil, err
	}
	template := certmagic.ACMEIssuer{
		CA: o.Directory, Email: o.Email, Agreed: true, DisableDistributedSolvers: true, Logger: zap.NewNop(), CertObtainTimeout: time.Minute,
		// The challenges are answered by the server's own listeners. Where certmagic finds their ports in use it opens none itself.
		ListenHost: "127.0.0.1", AltHTTPPort: o.HTTPPort, AltTLSALPNPort: o.TLSPort,
	}
	if template.CA == "" {
		template.CA = certmagic.LetsEncryptProductionCA
	}
	template.TestCA = template.CA
	if o.Root != "" {
		pem, err := os.ReadFile(o.Root)
		if err != nil {
			return nil, fmt.Errorf("read the certificate authority's root: %w", err)
		}
		template.TrustedRoots = x509.NewCertPool()
		if !template.TrustedRoots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", o.Root)
		}
	}
	k.cache = certmagic.NewCache(certmagic.CacheOptions{
		Capacity: 5000, Logger: zap.NewNop(),
		GetConfigForCert: func(c certmagic.Certificate) (*certmagic.Config, error) { return k.config(c.Names[0]), nil },
	})
	configure := func(t certmagic.ACMEIssuer) (*certmagic.Config, *certmagic.ACMEIssuer) {
		cfg := certmagic.New(k.cache, certmagic.Config{
			Storage: k.storage, Logger: zap.NewNop(), RenewalWindowRatio: o.Renew, DisableStorageCheck: true,
			OnDemand: &certmagic.OnDemandConfig{DecisionFunc: k.decide}, OnEvent: k.event,
			DisableARI: o.Renew > 0,
		})
		issuer := certmagic.NewACMEIssuer(cfg, t)
		cfg.Issuers = []certmagic.Issuer{issuer}
		return cfg, issuer
	}
	k.custom, k.issuer = configure(template)
	if o.DNSHook != "" {
		template.DNS01Solver = hook{o.DNSHook}
		k.wild, _ = configure(template)
	}
	return k, nil
}

// Close ends the maintenance of the certificates in memory.
func (k *Keeper) Close() {
	if k != nil {
		k.cache.Stop()
	}
}

// own are the platform's names: one certificate each, or one for all below the base domain.
func (k *Keeper) own() []string {
	if k.OwnFile {
		return nil
	}
	if k.wild != nil {
		return []string{k.Base, "*." + k.Base}
	}
	return []string{k.Base, "admin." + k.Base}
}

// subject is the name whose certificate serves host.
func (k *Keeper) subject(host string) string {
	if label, ok := strings.CutSuffix(host, "."+k.Base); ok && k.wild != nil && !strings.Contains(label, ".") {
		return "*." + k.Base
	}
	return host
}

func (k *Keeper) config(name string) *certmagic.Config {
	if k.wild != nil && (name == k.Base || strings.HasSuffix(name, "."+k.Base)) {
		return k.wild
	}
	return k.custom
}

// known tells whether a name is the platform's or allowed. It is the one gate before the authority.
func (k *Keeper) known(host string) bool {
	for _, name := range k.own() {
		if host == name {
			return true
		}
	}
	if host == "admin."+k.Base && !k.OwnFile { // also where one certificate is for all names below the base domain
		return true
	}
	return host != "" && (!k.OwnFile || !strings.HasSuffix(host, "."+k.Base)) && k.Allowed(host)
}

// serves tells whether visitors of a name are answered: it is known, or a suspended store's that has a certificate.
func (k *Keeper) serves(host string) bool {
	return k.known(host) || k.Served != nil && k.Served(host) && k.State(k.subject(host)).Word() == "issued"
}

var (
	errUnknown = errors.New("no shop has this name")
	errResting = errors.New("the last try failed, and the next one has to wait")
)

// GetCertificate is for tls.Config.
func (k *Keeper) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	host := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if !k.serves(host) {
		return nil, errUnknown
	}
	return k.config(host).GetCertificate(hello)
}

// TLSConfig is for the server's listener.
func (k *Keeper) TLSConfig() *tls.Config {
	cfg := k.custom.TLSConfig()
	cfg.GetCertificate = k.GetCertificate
	cfg.NextProtos = append([]string{"h2", "http/1.1"}, cfg.NextProtos...)
	return cfg
}

// Challenge answers the authority's HTTP-01 challenge, and is false for every other request.
func (k *Keeper) Challenge(w http.ResponseWriter, r *http.Request) bool {
	return k != nil && k.issuer.HandleHTTPChallenge(w, r)
}

// decide is asked by certmagic for a name that is not in memory. When there is no certificate for it, it is obtained here, at
// most once at a time and with rests after failures.
func (k *Keeper) decide(ctx context.Context, host string) error {
	host = strings.ToLower(host)
	if !k.serves(host) {
		return errUnknown
	}
	return k.obtain(ctx, k.subject(host))
}

type cancelKey struct{}

// obtain gets a name's certificate unless it is there.
func (k *Keeper) obtain(ctx context.Context, name string) error { return k.once(ctx, name, false) }

func (k *Keeper) once(ctx context.Context, name string, renew bool) error {
	k.mu.Lock()
	s := k.states[name]
	if s != nil && !renew && s.NotAfter.After(time.Now()) {
		k.mu.Unlock()
		return nil
	}
	if s != nil && time.Now().Before(s.RetryAt) {
		k.mu.Unlock()
		return errResting
	}
	if !renew && k.overspent(name) {
		k.mu.Unlock()
		return errOverspent
	}
	if wait := k.flight[name]; wait != nil {
		k.mu.Unlock()
		select {
		case <-wait:
			return k.once(ctx, name, renew)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	done := make(chan struct{})
	k.flight[name] = done
	if s == nil {
		s = &State{Host: name}
		k.states[name] = s
	}
	s.Busy = true
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		delete(k.flight, name)
		s.Busy = false
		k.mu.Unlock()
		close(done)
	}()
	k.slots <- struct{}{}
	defer func() { <-k.slots }()
	// A visitor who leaves does not end it: the next one would begin anew.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 100*time.Second)
	defer cancel()
	ctx = context.WithValue(ctx, cancelKey{}, cancel)
	var err error
	if renew {
		err = k.config(name).RenewCertAsync(ctx, name, false)
	} else {
		err = k.config(name).ObtainCertAsync(ctx, name)
	}
	if err != nil {
		if k.State(name).Failures == 0 || !time.Now().Before(k.State(name).RetryAt) { // it failed before the authority was asked
			k.failed(name, err)
		}
		return err
	}
	return k.note(ctx, name)
}

// note reads until when the certificate is in force.
func (k *Keeper) note(ctx context.Context, name string) error {
	cert, err := k.config(name).CacheManagedCertificate(ctx, name)
	if err != nil {
		return err
	}
	k.change(name, func(s *State) { s.NotAfter, s.Failures, s.RetryAt, s.Error = cert.Leaf.NotAfter, 0, time.Time{}, "" })
	return nil
}

func (k *Keeper) failed(name string, err error) {
	k.Noted(err)
	k.log.Warn("a certificate cannot be obtained", "host", name, "error", err)
	k.change(name, func(s *State) {
		s.Failures++
		s.RetryAt, s.Error = time.Now().Add(backOff(s.Failures)), words(name, err)
	})
}

// event is told by certmagic what happens. A try that fails is the last one until the rest is over.
func (k *Keeper) event(ctx context.Context, event string, data map[string]any) error {
	name, _ := data["identifier"].(string)
	switch event {
	case "cert_obtaining":
		if !k.known(name) || time.Now().Before(k.State(name).RetryAt) {
			return certmagic.ErrNoRetry{Err: errResting}
		}
	case "cert_failed":
		err, _ := data["error"].(error)
		k.failed(name, err)
		if cancel, ok := ctx.Value(cancelKey{}).(context.CancelFunc); ok {
			cancel()
		}
	case "cert_obtained":
		k.Noted(nil)
		k.log.Info("a certificate was obtained", "host", name, "renewal", data["renewal"])
	}
	return nil
}

// Want has a name's certificate obtained soon, before its first visitor.
func (k *Keeper) Want(string) {
	if k == nil {
		return
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Run obtains what is missing and renews what runs out, until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	for {
		for _, name := range k.own() {
			k.look(ctx, name)
		}
		var custom []string
		k.Wanted(func(host string) { custom = append(custom, host) })
		for _, host := range custom {
			if ctx.Err() == nil {
				k.look(ctx, k.subject(host))
			}
		}
		timer := time.NewTimer(time.Minute)
		select {
		case <-timer.C:
		case <-k.wake:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// look obtains or renews one certificate when that is due.
func (k *Keeper) look(ctx context.Context, name string) {
	s := k.State(name)
	if !k.known(name) || time.Now().Before(s.RetryAt) {
		return
	}
	renew := s.NotAfter.After(time.Now())
	if renew {
		res, err := k.config(name).CacheManagedCertificate(ctx, name)
		if err != nil {
			renew = false
			k.change(name, func(s *State) { s.NotAfter = time.Time{} })
		} else if !res.NeedsRenewal(k.config(name)) {
			return
		}
	}
	if err := k.once(ctx, name, renew); err != nil && ctx.Err() == nil {
		k.log.Debug("a certificate is still missing", "host", name, "error", err)
	}
}
