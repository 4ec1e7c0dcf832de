// Package auth proves who somebody is: staff users and their passwords, sessions with a short access
// token and a rotating refresh token, one-time links, and signed cookies. What somebody may do
// is looked up elsewhere, on each request.
package auth

import (
	"context"
	"embed"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/time/rate"

	"wizamart/framework/database"
)

// Migrations holds the schema: of the platform's file (staff) and of each store's (customers).
//
//go:embed migrations
var Migrations embed.FS

// Tables declares the tables. Sessions and one-time tokens are ephemeral so that a restore or a clone
// starts without them: rewound, a revoked session would live again and a used link work twice.
var Tables = []database.Table{
	{Name: "auth_key", Scope: database.Platform, Class: database.Secret},
	{Name: "auth_user", Scope: database.Platform, Class: database.Personal},
	{Name: "auth_session", Scope: database.Platform, Class: database.Ephemeral},
	{Name: "auth_one_time", Scope: database.Platform, Class: database.Ephemeral},
	{Name: "auth_two_factor", Scope: database.Platform, Class: database.Secret},
	{Name: "auth_recovery_code", Scope: database.Platform, Class: database.Secret},
	{Name: "auth_session", Scope: database.Store, Class: database.Ephemeral},
	{Name: "auth_one_time", Scope: database.Store, Class: database.Ephemeral},
}

// DefaultCost is bcrypt's cost: some 0.1 s of one core. Hashes made with another
// cost are renewed when their owner signs in.
const DefaultCost = 11

// Service issues and checks credentials. There is one a process; it is safe for concurrent use.
type Service struct {
	platform *database.DB
	clock    func() time.Time
	keys     *atomic.Pointer[keyring]
	sealer   Sealer
	revoked  *revocations
	hasher   *hasher

	accounts *Throttle // sign-in attempts on one account, from strangers
	known    *Throttle // the same, from an address that has signed in to it before

	vault Vault
	place func(userID string) string // of a second factor's secret
	codes *Throttle                  // codes tried for one user
}

// Option adjusts a Service.
type Option func(*options)

type options struct {
	cost   int
	sealer Sealer
	vault  Vault
	place  func(userID string) string
}

// WithCost sets bcrypt's cost. Tests take bcrypt.MinCost.
func WithCost(cost int) Option { return func(o *options) { o.cost = cost } }

// WithSealer has the signing keys encrypted at rest, so that the platform's file, and thus its replica,
// is not enough to forge a token. Keys that are in clear are sealed when the service starts.
func WithSealer(s Sealer) Option { return func(o *options) { o.sealer = s } }

// New loads the signing keys of the platform, whose migrations have been applied, and creates the first.
// A nil clock is time.Now.
//
// Access tokens do not outlive the process that issued them: revocations are remembered in memory, so
// after a restart holders refresh once, and are told then whether they still may.
func New(platform *database.DB, clock func() time.Time, opts ...Option) (*Service, error) {
	o := options{cost: DefaultCost}
	for _, opt := range opts {
		opt(&o)
	}
	if o.cost < bcrypt.MinCost || o.cost > bcrypt.MaxCost {
		return nil, fmt.Errorf("bcrypt cost %d is not in %d…%d", o.cost, bcrypt.MinCost, bcrypt.MaxCost)
	}
	if clock == nil {
		clock = time.Now
	}
	s := &Service{
		platform: platform, clock: clock, sealer: o.sealer, keys: &atomic.Pointer[keyring]{},
		revoked: newRevocations(clock, maxRevoked), hasher: newHasher(o.cost),
		accounts: NewThrottle(clock, rate.Every(time.Minute), 10),
		known:    NewThrottle(clock, rate.Every(time.Minute), 10),
		vault:    o.vault, place: o.place,
		codes: NewThrottle(clock, rate.Every(2*time.Minute), 5), // at most 725 guesses a day among a million codes, by who has the password
	}
	if err := s.loadKeys(context.Background()); err != nil {
		return nil, fmt.Errorf("load signing keys: %w", err)
	}
	return s, nil
}

func (s *Service) now() database.Time { return database.At(s.clock()) }
