package payments

import (
	"context"
	"fmt"
	"strings"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/framework/secret"
	"wizamart/tenant"
)

// Modes of a store's keys.
const (
	Live = "live"
	Test = "test"
	Demo = "demo" // the pretended provider of a development server
)

// Account is a store's access to the provider, in one mode.
type Account struct {
	Mode           string
	PublishableKey string
	SecretKey      string
	WebhookSecret  string
	URL            string // of the provider's API; "" is its own
	StoreID        string

	received func(ctx context.Context, refused bool) // told how the provider receives the secret key; nil for nobody
}

// Usable tells whether payments can be started with it.
func (a Account) Usable() bool { return a.SecretKey != "" }

var (
	secretKeys     = secret.Column{Scope: database.Store, Table: "payments_account", Key: "id", Value: "secret_key"}
	webhookSecrets = secret.Column{Scope: database.Store, Table: "payments_account", Key: "id", Value: "webhook_secret"}
)

// account reads and opens the store's keys of a mode; a zero one with that Mode when there are none.
func (s *Service) account(ctx context.Context, st *tenant.Store, mode string) (Account, error) {
	acc := Account{Mode: mode, URL: s.StripeURL, StoreID: st.ID()}
	if mode == Demo {
		return s.demoAccount(st, acc)
	}
	acc.received = s.keyNoter(st, mode)
	var sealed, hook []byte
	err := st.One(ctx, func(row database.Row) error { return row.Scan(&acc.PublishableKey, &sealed, &hook) },
		"SELECT publishable_key, secret_key, webhook_secret FROM payments_account WHERE id = ?", mode)
	if database.NotFound(err) {
		return acc, nil
	}
	if err != nil {
		return acc, fmt.Errorf("read the keys: %w", err)
	}
	for _, v := range []struct {
		column secret.Column
		sealed []byte
		into   *string
	}{{secretKeys, sealed, &acc.SecretKey}, {webhookSecrets, hook, &acc.WebhookSecret}} {
		if v.sealed == nil {
			continue
		}
		plain, err := s.app.Secrets.Open(v.column.Place(st.ID(), mode), v.sealed)
		if err != nil {
			return acc, fmt.Errorf("open the keys of the payment provider: %w", err)
		}
		*v.into = string(plain)
	}
	return acc, nil
}

// Keys are what a merchant enters for a mode. An empty secret keeps the one that is there.
type Keys struct {
	Publishable, Secret, Webhook string
}

// CheckKeys tidies what was typed and says what is wrong with it, by the form's fields.
func CheckKeys(mode string, k *Keys) error {
	k.Publishable, k.Secret, k.Webhook = strings.TrimSpace(k.Publishable), strings.TrimSpace(k.Secret), strings.TrimSpace(k.Webhook)
	var f problem.Fields
	begins := func(v string, prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(v, p) {
				return len(v) <= 255
			}
		}
		return v == ""
	}
	f.Check(begins(k.Publishable, "pk_"+mode+"_"), mode+"_publishable", "This key begins with %s.", "pk_"+mode+"_")
	f.Check(begins(k.Secret, "sk_"+mode+"_", "rk_"+mode+"_"), mode+"_secret", "This key begins with %s.", "sk_"+mode+"_")
	f.Check(begins(k.Webhook, "whsec_"), mode+"_webhook", "This secret begins with %s.", "whsec_")
	return f.Err()
}

// SaveKeys keeps a mode's keys, sealed.
func (s *Service) SaveKeys(ctx context.Context, st *tenant.Store, mode string, k Keys) error {
	if mode != Live && mode != Test {
		return problem.New(problem.NotFound, "There is no such mode.")
	}
	if err := CheckKeys(mode, &k); err != nil {
		return err
	}
	seal := func(column secret.Column, plain string) (any, error) {
		if plain == "" {
			return nil, nil
		}
		return s.app.Secrets.Seal(column.Place(st.ID(), mode), []byte(plain))
	}
	key, err := seal(secretKeys, k.Secret)
	if err != nil {
		return err
	}
	hook, err := seal(webhookSecrets, k.Webhook)
	if err != nil {
		return err
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		before, err := s.account(ctx, tx, mode)
		if err != nil {
			return err
		}
		if key == nil && hook == nil && before.PublishableKey == k.Publishable {
			return nil
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO payments_account (id, publishable_key, secret_key, webhook_secret, updated_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET publishable_key = excluded.publishable_key, secret_key = coalesce(excluded.secret_key, secret_key),
			webhook_secret = coalesce(excluded.webhook_secret, webhook_secret), refused_at = iif(excluded.secret_key IS NULL, refused_at, NULL),
			hook_refused_at = iif(excluded.webhook_secret IS NULL, hook_refused_at, NULL), updated_at = excluded.updated_at`, mode, k.Publishable, key, hook, database.At(s.now()))
		if err != nil {
			return fmt.Errorf("save the keys: %w", err)
		}
		// The audit says that secrets changed, never what they are.
		after, err := database.JSONOf(map[string]any{"publishable_key": k.Publishable, "secret_key_changed": key != nil, "webhook_secret_changed": hook != nil})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "payments.keys.updated", SubjectKind: "settings", SubjectID: "payments." + mode, SubjectName: "Stripe " + mode, After: after})
	})
}
