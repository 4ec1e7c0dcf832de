package audit_test

import (
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/tests/harness"
)

// The operator says how long entries are kept; the job deletes what is older in the platform's file and in the stores', and only that.
func TestRetention(t *testing.T) {
	p := harness.Start(t)
	p.Store(t, "fjord", "EUR")
	st := p.Open(t, "fjord")
	admin := p.Staff(t, "admin", "fjord")
	old := time.Now().Add(-200 * 24 * time.Hour)
	files := []*database.DB{p.App.Platform.DB, st.DB}
	for _, db := range files {
		if err := db.Write(t.Context(), func(tx *database.DB) error {
			_, err := tx.ExecContext(t.Context(), "INSERT INTO audit_entry VALUES ('00000000-0000-7000-8000-000000000001', ?, 'system', '', 'W', '', 'a.b.old', '', '', '', NULL, NULL)", old.UnixMilli())
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	run := func() (left int) {
		t.Helper()
		if err := p.App.Platform.DB.Write(t.Context(), func(tx *database.DB) error {
			_, err := job.Enqueue(tx, job.New{Kind: "audit.prune"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for open, until := 1, time.Now().Add(90*time.Second); open > 0; time.Sleep(5 * time.Millisecond) {
			if err := files[0].NewQuery("SELECT count(*) FROM job WHERE kind = 'audit.prune' AND finished_at IS NULL").Row(&open); err != nil || time.Now().After(until) {
				t.Fatalf("%d jobs are not done: %v", open, err)
			}
		}
		for _, db := range files {
			var n int
			if err := db.NewQuery("SELECT count(*) FROM audit_entry WHERE action = 'a.b.old'").Row(&n); err != nil {
				t.Fatal(err)
			}
			left += n
		}
		return left
	}
	if left := run(); left != 2 {
		t.Errorf("without a setting %d of 2 are left", left)
	}
	at := p.AdminURL("/settings")
	form := admin.Get(t, at).Form(t, "form.stack-lg")
	admin.Submit(t, form.Set("audit.keep", "29 days")).Want(t, 422).Has(t, "[id='audit.keep-error']", "30 days at least")
	admin.Submit(t, form.Set("audit.keep", "90 days")).Want(t, 303)
	if left := run(); left != 0 {
		t.Errorf("%d old ones are left", left)
	}
	for _, db := range files {
		var said int
		if err := db.NewQuery("SELECT count(*) FROM audit_entry WHERE action = 'audit.entries.pruned'").Row(&said); err != nil || said != 1 {
			t.Errorf("%d entries say so, %v", said, err)
		}
	}
}
