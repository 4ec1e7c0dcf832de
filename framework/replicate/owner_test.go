package replicate

import (
	"testing"

	"wizamart/framework/database"
)

// A replica that moves and comes back, and one that was off for a while, go on with a new generation that begins with a full copy.
func TestABrokenHistoryBeginsAnew(t *testing.T) {
	one, two := Target{Dir: t.TempDir()}, Target{Dir: t.TempDir()}
	dir := t.TempDir()
	at := func(target Target, id string) {
		t.Helper()
		in := start(t, dir, target)
		in.must(in.place(id))
		in.idle()
		in.stop()
	}
	want := func(what string, target Target, orders, generation int) {
		t.Helper()
		if n := len(restored(t, target)); n != orders {
			t.Errorf("%s: %d orders", what, n)
		}
		if o, err := readLocalOwner((&Manager{Options: Options{Dir: dir}}).meta(storeKey)); err != nil || o.Generation != generation {
			t.Errorf("%s: generation %d, %v", what, o.Generation, err)
		}
	}
	at(one, "a")
	want("first", one, 1, 1)
	at(two, "b")
	want("moved", two, 2, 2)
	at(one, "c")
	want("moved back", one, 3, 3)

	if err := Suspend(dir); err != nil {
		t.Fatal(err)
	}
	db, err := database.Open((&Manager{Options: Options{Dir: dir}}).path(storeKey), false)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *database.DB) error {
		_, err := tx.ExecContext(t.Context(), "INSERT INTO orders VALUES ('d', '')")
		return err
	})
	if err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	at(one, "e")
	want("off and on", one, 5, 4)
}
