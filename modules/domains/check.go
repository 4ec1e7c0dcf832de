package domains

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
)

// tooSoon is the time between two checks of a claim that a person asks for.
const tooSoon = 3 * time.Second

// lookUp is how long the DNS may take.
const lookUp = 10 * time.Second

// Check asks the DNS for a claim of the store, now.
func (s *Service) Check(ctx context.Context, info *tenant.Info, id string) (Claim, error) {
	c, err := claimOf(ctx, s.app.Platform.DB, info.ID, id)
	if err != nil {
		return c, err
	}
	if wait := tooSoon - s.Now().Sub(c.CheckedAt.Time); wait > 0 && wait <= tooSoon {
		return c, &problem.Error{Code: problem.TooMany, Message: "This was checked a moment ago. Try again in a few seconds.", RetryAfter: 1 + int(wait/time.Second)}
	}
	return s.check(ctx, c)
}

// answer is what the DNS says of a claim.
type answer struct {
	trouble   string // "" when the record is there
	routed    bool
	addresses []string
}

func (s *Service) ask(ctx context.Context, c Claim) answer {
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	var a answer
	records, err := s.Resolver.LookupTXT(ctx, c.RecordName())
	var dns *net.DNSError
	switch {
	case slices.ContainsFunc(records, func(r string) bool { return strings.TrimSpace(r) == c.RecordValue() }):
	case err == nil && len(records) > 0:
		a.trouble = otherRecord
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		a.trouble = noRecord
	default:
		a.trouble = noAnswer
	}
	a.addresses = s.addresses(ctx, c.Host)
	ours := s.Addresses(ctx)
	a.routed = slices.ContainsFunc(a.addresses, func(ip string) bool { return slices.Contains(ours, ip) })
	return a
}

// Addresses are the platform's own, as the DNS gives them for the base domain: where an apex has to point.
func (s *Service) Addresses(ctx context.Context) []string {
	if len(s.app.Config.PublicAddresses) > 0 {
		return s.app.Config.PublicAddresses
	}
	return s.addresses(ctx, s.app.Platform.BaseDomain())
}

func (s *Service) addresses(ctx context.Context, host string) []string {
	ips, err := s.Resolver.LookupHost(ctx, host)
	if err != nil {
		return nil
	}
	slices.Sort(ips)
	return slices.Compact(ips)
}

// check asks the DNS for a claim and notes what that means. The first to prove a domain has it; who proves it later gets it when the
// one before has been without a record for a week.
func (s *Service) check(ctx context.Context, c Claim) (Claim, error) {
	if _, busy := s.checking.LoadOrStore(c.ID, struct{}{}); busy {
		return c, nil
	}
	defer s.checking.Delete(c.ID)
	a := s.ask(ctx, c)
	if ctx.Err() != nil {
		return c, ctx.Err()
	}
	changed := false
	err := s.app.Platform.DB.Write(ctx, func(tx *database.DB) (err error) {
		changed = false
		if c, err = claimOf(ctx, tx, c.StoreID, c.ID); err != nil { // it may have been removed meanwhile
			return err
		}
		now := s.Now()
		c.CheckedAt, c.Trouble, c.Routed, c.Addresses = database.At(now), a.trouble, a.routed, strings.Join(a.addresses, " ")
		switch {
		case c.Verified():
			c.weigh(now)
		case a.trouble == "":
			if changed, err = s.win(ctx, tx, &c); err != nil {
				return err
			}
		}
		if c.Attempts++; c.Trouble == "" {
			c.Attempts = 0
		}
		c.NextCheckAt = database.At(c.due(now))
		return updateClaim(tx, c)
	})
	if err != nil {
		return c, err
	}
	if changed {
		if err := s.app.Platform.Reload(ctx); err != nil {
			return c, err
		}
	}
	if s.app.Certificates != nil && c.Verified() && c.Routed {
		s.app.Certificates.Want(c.Host)
	}
	return c, nil
}

// weigh notes since when the record of a verified domain is missing. A DNS that does not answer proves nothing.
func (c *Claim) weigh(now time.Time) {
	switch {
	case c.Trouble == "":
		c.LostSince = database.Time{}
	case c.Trouble != noAnswer && c.LostSince.IsZero():
		c.LostSince = database.At(now)
	}
}

// win gives a proven domain to the claim's store, unless another has it.
func (s *Service) win(ctx context.Context, tx *database.DB, c *Claim) (bool, error) {
	holder, err := tenant.DomainStore(tx, c.Host)
	if err != nil {
		return false, err
	}
	all, err := claimsFor(tx, c.Host)
	if err != nil {
		return false, err
	}
	for _, other := range all {
		if other.ID == c.ID {
			continue
		}
		if other.StoreID == holder && holder != c.StoreID {
			if other.LostSince.IsZero() || s.Now().Sub(other.LostSince.Time) < grace || other.MerchantID == c.MerchantID {
				c.Trouble = taken
				return false, nil
			}
			if err := s.note(ctx, tx, "domains.domain.lost", other, map[string]string{"host": c.Host}, nil); err != nil {
				return false, err
			}
		}
		other.VerifiedAt, other.LostSince, other.Trouble = database.Time{}, database.Time{}, taken
		if err := updateClaim(tx, other); err != nil {
			return false, err
		}
	}
	c.VerifiedAt = database.At(s.Now())
	if err := tenant.AddDomain(tx, c.Host, c.StoreID); err != nil {
		return false, err
	}
	return true, s.note(ctx, tx, "domains.domain.verified", *c, nil, map[string]string{"host": c.Host})
}

// duty looks at what is due until ctx ends.
func (s *Service) duty(ctx context.Context) {
	for {
		claims, err := dueClaims(ctx, s.app.Platform.DB, database.At(s.Now()), 20)
		if err != nil && ctx.Err() == nil {
			s.app.Log.Error("the domains that are due cannot be found", "error", err)
		}
		for _, c := range claims {
			if _, err := s.check(ctx, c); err != nil && ctx.Err() == nil && !problem.Is(err, problem.NotFound) {
				s.app.Log.Error("a domain cannot be checked", "domain", c.Host, "error", err)
			}
		}
		rest := 20 * time.Second
		if len(claims) == 20 {
			rest = time.Second
		}
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// nudge has the duty look at once.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
