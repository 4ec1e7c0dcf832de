package auth

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

var ctx = context.Background()

const password = "a long enough phrase"

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a platform, one of its stores, and an administrator.
type fixture struct {
	*Service
	t        *testing.T
	clock    *clock
	platform *database.DB
	store    *database.DB
	admin    User
}

func openFile(t *testing.T, scope database.Scope) *database.DB {
	t.Helper()
	db, err := database.Open(filepath.Join(t.TempDir(), string(scope)+".db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	steps, err := database.ReadMigrations("auth", Migrations, scope)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.NewMigrations(steps).Migrate(ctx, db); err != nil {
		t.Fatal(err)
	}
	return db
}

func newFixture(t *testing.T, opts ...Option) *fixture {
	t.Helper()
	f := &fixture{
		t: t, clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
		platform: openFile(t, database.Platform), store: openFile(t, database.Store),
	}
	f.Service = f.restart(opts...)
	var err error
	f.admin, err = f.CreateUser(ctx, f.platform, NewUser{Email: "Ada@Example.test", Name: "Ada", Password: password, Admin: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fixture) restart(opts ...Option) *Service {
	f.t.Helper()
	s, err := New(f.platform, f.clock.Now, append([]Option{WithCost(bcrypt.MinCost)}, opts...)...)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

func (f *fixture) start() Tokens {
	f.t.Helper()
	tokens, err := f.Start(ctx, f.platform, Grant{Subject: f.admin.ID, Audience: Staff, Address: "192.0.2.1", UserAgent: "test"})
	if err != nil {
		f.t.Fatal(err)
	}
	return tokens
}

func (f *fixture) refresh(token string) Tokens {
	f.t.Helper()
	tokens, _, err := f.Refresh(ctx, f.platform, Staff, token)
	if err != nil {
		f.t.Fatal(err)
	}
	return tokens
}

// refuses fails unless err is Unauthorized because of cause.
func refuses(t *testing.T, what string, err, cause error) {
	t.Helper()
	if !problem.Is(err, problem.Unauthorized) || !errors.Is(err, cause) {
		t.Errorf("%s: got %v, want Unauthorized because: %v", what, err, cause)
	}
}

func hasCode(t *testing.T, what string, err error, code problem.Code) {
	t.Helper()
	if !problem.Is(err, code) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryTableIsDeclared(t *testing.T) {
	for _, scope := range []database.Scope{database.Platform, database.Store} {
		var names []string
		db := openFile(t, scope)
		must(t, db.NewQuery("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'auth!_%' ESCAPE '!'").Column(&names))
		declared := map[string]bool{}
		for _, table := range Tables {
			if table.Scope == scope {
				declared[table.Name] = true
			}
		}
		for _, name := range names {
			if !declared[name] {
				t.Errorf("%s: table %s has no class", scope, name)
			}
			delete(declared, name)
		}
		if len(declared) > 0 {
			t.Errorf("%s: declared but not there: %v", scope, declared)
		}
	}
}
