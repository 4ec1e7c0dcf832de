package tlscert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mholt/acmez/v3/acme"
	"github.com/pocketbase/dbx"

	"wizamart/framework/database"
)

// State is how it stands with a name's certificate.
type State struct {
	Host     string
	NotAfter time.Time // zero without a certificate
	Failures int       // in a row
	RetryAt  time.Time // not before this is the authority asked again
	Error    string    // what went wrong last, in words
	Busy     bool      // being obtained
}

// Word is none, waiting, issued or failed.
func (s State) Word() string {
	switch {
	case s.NotAfter.After(time.Now()):
		return "issued"
	case s.Busy:
		return "waiting"
	case s.Error != "":
		return "failed"
	}
	return "none"
}

// backOff is the rest after so many failures in a row: a minute, doubled, up to six hours.
func backOff(failures int) time.Duration {
	return min(time.Minute<<min(failures-1, 9), 6*time.Hour)
}

// words says what the certificate authority, or the way to it, complained about.
func words(host string, err error) string {
	var p acme.Problem
	var netErr net.Error
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &p):
		for len(p.Subproblems) > 0 {
			p = p.Subproblems[0].Problem
		}
		detail := strings.TrimSpace(p.Detail)
		switch strings.TrimPrefix(p.Type, "urn:ietf:params:acme:error:") {
		case "dns":
			return fmt.Sprintf("The certificate authority did not find %s in the DNS (%s).", host, detail)
		case "connection":
			return fmt.Sprintf("The certificate authority could not connect to %s: ports 80 and 443 have to lead here (%s).", host, detail)
		case "unauthorized", "incorrectResponse":
			return fmt.Sprintf("The certificate authority reached another server at %s, or something in between answered for this one (%s).", host, detail)
		case "caa":
			return fmt.Sprintf("A CAA record of %s forbids this certificate authority (%s).", host, detail)
		case "rateLimited":
			return fmt.Sprintf("The certificate authority was asked too often (%s).", detail)
		case "rejectedIdentifier":
			return fmt.Sprintf("The certificate authority gives no certificates for %s (%s).", host, detail)
		}
		return "The certificate authority said: " + detail
	case errors.As(err, &unknown):
		return "The certificate authority's own certificate is not trusted here."
	case errors.As(err, &netErr), errors.Is(err, context.DeadlineExceeded), strings.Contains(err.Error(), "connection refused"):
		return "The certificate authority cannot be reached at the moment."
	}
	return "The certificate could not be obtained: " + err.Error()
}

// State of a name, without asking anybody. It may be asked of a nil Keeper: then certificates are nobody's concern here.
func (k *Keeper) State(host string) State {
	if k == nil {
		return State{Host: host}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if s := k.states[host]; s != nil {
		return *s
	}
	return State{Host: host}
}

func (k *Keeper) loadStates(ctx context.Context) error {
	var rows []struct {
		Host     string
		NotAfter database.Time
		Failures int
		RetryAt  database.Time
		Error    string
	}
	if err := k.db.NewQuery("SELECT host, not_after, failures, retry_at, error FROM tlscert_state").WithContext(ctx).All(&rows); err != nil {
		return fmt.Errorf("read the certificates' states: %w", err)
	}
	for _, r := range rows {
		k.states[r.Host] = &State{Host: r.Host, NotAfter: r.NotAfter.Time, Failures: r.Failures, RetryAt: r.RetryAt.Time, Error: r.Error}
	}
	return nil
}

// change changes a name's state, and keeps it.
func (k *Keeper) change(host string, fn func(s *State)) {
	k.mu.Lock()
	s := k.states[host]
	if s == nil {
		s = &State{Host: host}
		k.states[host] = s
	}
	fn(s)
	now := *s
	k.mu.Unlock()
	err := k.db.Write(context.Background(), func(tx *database.DB) error {
		_, err := tx.Exec(`INSERT INTO tlscert_state (host, not_after, failures, retry_at, error) VALUES ({:h}, {:n}, {:f}, {:r}, {:e})
			ON CONFLICT (host) DO UPDATE SET not_after = excluded.not_after, failures = excluded.failures, retry_at = excluded.retry_at, error = excluded.error`,
			dbx.Params{"h": host, "n": database.At(now.NotAfter), "f": now.Failures, "r": database.At(now.RetryAt), "e": now.Error})
		return err
	})
	if err != nil {
		k.log.Error("the state of a certificate cannot be kept", "host", host, "error", err)
	}
}

// States of all names that a certificate was asked for. It may be asked of a nil Keeper.
func (k *Keeper) States() []State {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	out := make([]State, 0, len(k.states))
	for _, s := range k.states {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b State) int { return strings.Compare(a.Host, b.Host) })
	return out
}

// Reachable asks the authority for its directory (RFC 8555, 7.1.1).
func (k *Keeper) Reachable(ctx context.Context) error {
	client := acme.Client{Directory: k.issuer.CA}
	if roots := k.issuer.TrustedRoots; roots != nil {
		client.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
		defer client.HTTPClient.CloseIdleConnections()
	}
	_, err := client.GetDirectory(ctx)
	return err
}
