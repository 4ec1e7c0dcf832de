package domains

import (
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"wizamart/framework/database"
	"wizamart/tenant"
)

// Claim is a domain that a store says is its own. It is proven by a TXT record, which only who rules the domain can set, and
// which is bound to the merchant: nobody proves it with another's. Where its addresses point only decides where shoppers arrive.
type Claim struct {
	ID          string
	StoreID     string
	MerchantID  string
	Host        string // punycode
	Token       string
	CreatedAt   database.Time
	VerifiedAt  database.Time
	CheckedAt   database.Time
	NextCheckAt database.Time
	Attempts    int
	Trouble     string
	LostSince   database.Time
	Routed      bool
	Addresses   string
}

// Troubles of a check.
const (
	noRecord    = "no-record"    // there is no TXT record
	otherRecord = "other-record" // there is one, with another value
	noAnswer    = "no-answer"    // the DNS did not answer
	taken       = "taken"        // proven, and another store has it
)

const (
	// grace is how long a verified domain may be without its record before another merchant's proof takes it over.
	grace = 7 * 24 * time.Hour
	// patience is how long a claim that nobody proves is looked after by itself.
	patience = 30 * 24 * time.Hour
	daily    = 24 * time.Hour
)

// Verified tells whether the domain leads to the store.
func (c Claim) Verified() bool { return !c.VerifiedAt.IsZero() }

// Shown is the domain as a person reads it.
func (c Claim) Shown() string { return tenant.ShowHost(c.Host) }

// RecordName is the name of the TXT record. A domain and its www have the same, so that one record proves both.
func (c Claim) RecordName() string { return "_wizamart." + zone(c.Host) }

// RecordValue is what the TXT record has to say.
func (c Claim) RecordValue() string { return "wizamart-site-verification=" + c.Token }

// Apex tells whether the name is one that is registered, at which no CNAME may stand (RFC 1034, section 3.6.2).
func (c Claim) Apex() bool {
	registered, err := publicsuffix.EffectiveTLDPlusOne(c.Host)
	return err == nil && registered == c.Host
}

// zone is the name without a leading www.
func zone(host string) string {
	rest, ok := strings.CutPrefix(host, "www.")
	if !ok {
		return host
	}
	if suffix, _ := publicsuffix.PublicSuffix(rest); suffix == rest {
		return host
	}
	return rest
}

// companion is the other one of a domain and its www; "" for a name that has none.
func companion(host string) string {
	if rest := zone(host); rest != host {
		return rest
	}
	if c := (&Claim{Host: host}); c.Apex() {
		return "www." + host
	}
	return ""
}

// due is when the claim is looked at again, after a check at now.
func (c Claim) due(now time.Time) time.Time {
	switch {
	case c.Verified() && c.Trouble == "":
		return now.Add(daily)
	case c.Verified():
		return now.Add(time.Hour)
	case now.Sub(c.CreatedAt.Time) > patience:
		return now.Add(7 * daily)
	case c.Trouble == taken:
		return now.Add(6 * time.Hour)
	}
	return now.Add(min(time.Minute<<min(c.Attempts, 9), 6*time.Hour))
}
