package flows

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

// What every check answers is heard, whichever ends last.
func TestHealthHearsEveryAnswer(t *testing.T) {
	about(t, "monitoring")
	p := harness.Start(t, harness.WithoutBackground())
	for range 200 {
		p.App.ForgetHealth()
		for _, got := range p.App.Health(t.Context()).Checks {
			if got.Status == app.Fail {
				t.Fatalf("%s: %s", got.Name, got.Output)
			}
		}
	}
}

// What a module's own work depends on shows in its health, and is well again when the cause is gone.
func TestModulesTellTheirHealth(t *testing.T) {
	about(t, "monitoring", "payments", "messaging", "inventory", "catalog")
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord") // it is open, so that the checks look into it
	write := func(db *database.DB, query string, args ...any) {
		t.Helper()
		err := db.Write(t.Context(), func(tx *database.DB) error { _, err := tx.ExecContext(t.Context(), query, args...); return err })
		if err != nil {
			t.Fatal(err)
		}
	}
	long := database.At(time.Now().Add(-2 * time.Hour))
	mail := func(db *database.DB) func() {
		return func() {
			write(db, `INSERT INTO mail_message (id, kind, ref, state, to_name, to_address, from_name, reply_to, bcc, subject, html, text, secret, created_at, next_at)
				VALUES ('late', 'a.b', '', 'queued', '', 'a@example.com', '', '', '', 's', '', '', 0, ?, ?)`, long, long)
		}
	}
	noMail := func(db *database.DB) func() {
		return func() { write(db, "DELETE FROM mail_message WHERE id = 'late'") }
	}
	setting := func(key, value string) func() {
		return func() {
			if err := st.SetSettings(t.Context(), map[string]string{key: value}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var late string
	for _, c := range []struct {
		check, says string
		spoil, mend func()
	}{
		{"payments:self", "the payment provider did not answer the last time: connection refused",
			func() { p.App.Tools.Note("stripe", errors.New("connection refused")) }, func() { p.App.Tools.Note("stripe", nil) }},
		{"payments:self", "1 open stores take cards and have no key", setting("payments.card", "1"), setting("payments.card", tenant.Unset)},
		{"messaging:self", "the mail server failed the last time: 421 later",
			func() { p.App.Tools.Note(app.ToolMail, errors.New("421 later")) }, func() { p.App.Tools.Note(app.ToolMail, nil) }},
		{"messaging:self", "1 mails wait for more than an hour", mail(p.App.Platform.DB), noMail(p.App.Platform.DB)},
		{"messaging:self", "1 mails wait for more than an hour", mail(st.DB), noMail(st.DB)},
		{"inventory:self", "1 reservations of 1 open stores ended", func() {
			write(st.DB, "INSERT INTO inventory_reservation (ref, variant_id, quantity, until, created_at) VALUES ('o', 'v', 1, ?, ?)", long, long)
		}, func() { write(st.DB, "DELETE FROM inventory_reservation") }},
		{"catalog:jobs", "1 jobs of 1 open stores wait for longer than 10m", func() {
			if err := st.Write(t.Context(), func(tx *tenant.Store) (err error) {
				late, err = job.Enqueue(tx.DB, job.New{Kind: "catalog.size-pictures", RunAt: long.Time})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}, func() { write(st.DB, "DELETE FROM job WHERE id = ?", late) }},
	} {
		status := func() (string, string) {
			p.App.ForgetHealth()
			for _, got := range p.App.Health(t.Context()).Checks {
				if got.Name == c.check {
					return got.Status, got.Output
				}
			}
			t.Fatalf("there is no check %s", c.check)
			return "", ""
		}
		if s, why := status(); s != app.Pass {
			t.Errorf("%s before: %s, %s", c.check, s, why)
		}
		c.spoil()
		if s, why := status(); s != app.Warn || !strings.Contains(why, c.says) {
			t.Errorf("%s: %s, %q lacks %q", c.check, s, why, c.says)
		}
		c.mend()
		if s, why := status(); s != app.Pass {
			t.Errorf("%s after: %s, %s", c.check, s, why)
		}
	}
}
