package payments

import (
	"context"
	"fmt"
	"net/http"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/tenant"
)

// standing is how a store's keys of a mode were last received. A zero time: not refused since they were entered, or last accepted.
type standing struct {
	Key  database.Time // the provider did not know the secret key (401)
	Hook database.Time // a message's signature did not fit the webhook's secret
}

const standingQuery = "SELECT refused_at, hook_refused_at FROM payments_account WHERE id = ?"

func standingOf(ctx context.Context, st *tenant.Store, mode string) (v standing, err error) {
	err = st.One(ctx, func(row database.Row) error { return row.Scan(&v.Key, &v.Hook) }, standingQuery, mode)
	if database.NotFound(err) {
		return v, nil
	}
	return v, err
}

// keyNoter hears how the provider received a secret key. Most calls go well after others that did: nothing is written for them.
func (s *Service) keyNoter(st *tenant.Store, mode string) func(ctx context.Context, refused bool) {
	return func(ctx context.Context, refused bool) { s.noteStanding(ctx, st, mode, "refused_at", refused) }
}

func (s *Service) noteStanding(ctx context.Context, st *tenant.Store, mode, column string, refused bool) {
	ctx = context.WithoutCancel(ctx)
	now, err := standingOf(ctx, st, mode)
	if was := column == "refused_at" && !now.Key.IsZero() || column == "hook_refused_at" && !now.Hook.IsZero(); err == nil && was != refused {
		err = st.Write(ctx, func(tx *tenant.Store) error {
			var at any
			if refused {
				at = database.At(s.now())
			}
			_, err := tx.ExecContext(ctx, "UPDATE payments_account SET "+column+" = ? WHERE id = ?", at, mode)
			return err
		})
	}
	if err != nil { // the payment itself goes on
		s.app.Log.ErrorContext(ctx, "how a payment key was received could not be noted", "error", err.Error())
	}
}

// keyWatch tells how each of a client's requests was received.
type keyWatch struct {
	next http.RoundTripper
	note func(ctx context.Context, refused bool)
}

func (w keyWatch) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(r)
	if err == nil && res.StatusCode < 500 { // an answer about the key: other refusals come after it was accepted
		w.note(r.Context(), res.StatusCode == http.StatusUnauthorized)
	}
	return res, err
}

// troubles counts the open stores that take cards and whose keys do not work, by what is wrong.
type troubles struct{ Keyless, Refused, Unheard int }

func (s *Service) troubles(ctx context.Context, each func(ctx context.Context, fn func(st *tenant.Store) error) error) (n troubles, err error) {
	err = each(ctx, func(st *tenant.Store) error {
		set := SettingsOf(st)
		if !set.Card || set.CardMode == Demo || !s.app.EnabledFor(st, "payments") {
			return nil
		}
		var keys, refused, unheard int
		err := st.One(ctx, func(row database.Row) error { return row.Scan(&keys, &refused, &unheard) },
			"SELECT count(secret_key), count(refused_at), count(hook_refused_at) FROM payments_account WHERE id = ?", set.CardMode)
		n.Refused, n.Unheard = n.Refused+refused, n.Unheard+unheard
		if keys == 0 {
			n.Keyless++
		}
		return err
	})
	return n, err
}

// doctor looks at the stores whose files are open; where no server runs, at none of them: it opens no thousand files.
func (s *Service) doctor(ctx context.Context) []app.Finding {
	n, err := s.troubles(ctx, s.app.EachWarm)
	f := app.Finding{Check: "payment keys", OK: err == nil, Detail: "no key of an open store is refused"}
	switch {
	case err != nil:
		f.Detail = err.Error()
	case n != troubles{}:
		f.Warn, f.Detail = true, fmt.Sprintf("of the open stores that take cards, %d have no key, %d have one that the provider refuses, %d got messages that do not fit the webhook's secret", n.Keyless, n.Refused, n.Unheard)
		f.Advice = "The merchants enter their keys under Settings → Payment, which says what is wrong."
	}
	return []app.Finding{f}
}
