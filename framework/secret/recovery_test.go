package secret

import (
	"path/filepath"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/framework/problem"
)

// Two groups of the code are enough to show that it was written down; one, or wrong ones, are not.
func TestConfirmGroups(t *testing.T) {
	db, err := database.Open(filepath.Join(t.TempDir(), "platform.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	steps, err := database.ReadMigrations("secret", Migrations, database.Platform)
	if err != nil {
		t.Fatal(err)
	}
	if err := database.NewMigrations(steps).Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	k, _, err := OpenFor(t.Context(), db, filepath.Join(t.TempDir(), "operator.key"))
	if err != nil {
		t.Fatal(err)
	}
	confirmed := func() bool {
		known, err := ReadKnown(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		return !known[0].ConfirmedAt.IsZero()
	}
	groups := strings.Split(k.RecoveryCode(), "-")
	if len(groups) != Groups {
		t.Fatalf("the code has %d groups", len(groups))
	}
	for _, typed := range []map[int]string{nil, {1: groups[0]}, {1: groups[0], 2: groups[0]}, {0: groups[0], 1: groups[0]}, {1: groups[0], 7: groups[1]}, {1: "", 2: ""}} {
		if err := k.ConfirmGroups(t.Context(), db, typed); !problem.Is(err, problem.Invalid) && !problem.Is(err, problem.BadRequest) || confirmed() {
			t.Errorf("%v: %v", typed, err)
		}
	}
	if err := k.ConfirmGroups(t.Context(), db, map[int]string{2: " " + strings.ToLower(groups[1]), 6: groups[5]}); err != nil || !confirmed() {
		t.Errorf("two right ones: %v", err)
	}
}
