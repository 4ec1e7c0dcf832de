package audit

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"wizamart/tenant"
)

// Only what is old goes, the log says how much, and nobody can delete what is younger.
func TestPrune(t *testing.T) {
	st := openStore(t)
	ctx := context.Background()
	now := time.Now()
	at := func(age time.Duration) {
		t.Helper()
		id := uuid.Must(uuid.NewV7())
		ms := now.Add(-age).UnixMilli()
		for i := range 6 {
			id[i] = byte(ms >> (40 - 8*i))
		}
		if err := st.Write(ctx, func(tx *tenant.Store) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO audit_entry VALUES (?, ?, 'system', '', 'W', '', 'a.b.c', '', '', '', NULL, NULL)", id.String(), ms)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	const day = 24 * time.Hour
	for _, age := range []time.Duration{400 * day, 300 * day, 100 * day, 40 * day, 29 * day, time.Hour} {
		at(age)
	}
	if _, err := Prune(ctx, st.DB, now.Add(-29*day)); err == nil {
		t.Error("entries of the last thirty days may go")
	}
	n, err := Prune(ctx, st.DB, now.Add(-90*day))
	if err != nil || n != 3 {
		t.Fatalf("%d went, %v", n, err)
	}
	all := list(t, st, Filter{})
	if len(all) != 4 || all[0].Action != "audit.entries.pruned" {
		t.Errorf("left is %+v", all)
	}
	if n, err := Prune(ctx, st.DB, now.Add(-90*day)); n != 0 || err != nil || len(list(t, st, Filter{})) != 4 {
		t.Errorf("again: %d, %v", n, err)
	}
	err = st.Write(ctx, func(tx *tenant.Store) error {
		if _, err := tx.Exec("INSERT INTO audit_erasing (reason) VALUES ('retention')", nil); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM audit_entry WHERE at > (unixepoch('now') - 30 * 86400) * 1000", nil)
		return err
	})
	if err == nil {
		t.Error("the trigger lets what is younger than thirty days go")
	}
	if got := list(t, st, Filter{}); len(got) != 4 {
		t.Errorf("%d are left", len(got))
	}
}
