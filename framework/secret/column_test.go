package secret

import (
	"errors"
	"path/filepath"
	"testing"

	"wizamart/framework/database"
)

// A rotation seals each row anew in its own place. What does not open stops it, and is left as it is.
func TestReseal(t *testing.T) {
	db, err := database.Open(filepath.Join(t.TempDir(), "store.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(query string, args ...any) {
		t.Helper()
		err := db.Write(t.Context(), func(tx *database.DB) error {
			_, err := tx.ExecContext(t.Context(), query, args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE secret_key (id TEXT PRIMARY KEY, check_value TEXT, created_at INTEGER, confirmed_at INTEGER, retired_at INTEGER) STRICT")
	exec("CREATE TABLE payments_account (id TEXT PRIMARY KEY, secret BLOB) STRICT")
	k := create(t)
	c := Column{Scope: database.Store, Table: "payments_account", Key: "id", Value: "secret"}
	for _, id := range []string{"1", "2"} {
		sealed, err := k.Seal(c.Place("store", id), []byte("secret of "+id))
		if err != nil {
			t.Fatal(err)
		}
		exec("INSERT INTO payments_account VALUES (?, ?)", id, sealed)
	}
	exec("INSERT INTO payments_account VALUES ('none', NULL)")
	reseal := func(want int) {
		t.Helper()
		if n, err := k.Reseal(t.Context(), db, "store", c); n != want || err != nil {
			t.Errorf("%d values were sealed anew, want %d: %v", n, want, err)
		}
	}
	reseal(0)
	if err := k.Rotate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	reseal(2)
	reseal(0)
	again, err := Load(k.File())
	if err != nil || len(again.IDs()) != 2 || again.ID() != k.ID() {
		t.Fatalf("the file holds %v, %v", again.IDs(), err)
	}
	var sealed []byte
	if err := db.NewQuery("SELECT secret FROM payments_account WHERE id = '2'").Row(&sealed); err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open(c.Place("store", "2"), sealed); err != nil || string(plain) != "secret of 2" {
		t.Errorf("afterwards it opens %q, %v", plain, err)
	}
	if err := k.Rotate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	exec("UPDATE payments_account SET secret = (SELECT secret FROM payments_account WHERE id = '1') WHERE id = '2'") // moved
	if n, err := k.Reseal(t.Context(), db, "store", c); n != 1 || !errors.Is(err, ErrDamaged) {
		t.Errorf("with a value that was moved: %d, %v", n, err)
	}
}

// A rotation that was cut off between the file and the database is completed; a database of another key's is refused.
func TestOpenFor(t *testing.T) {
	open := func() *database.DB {
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
		return db
	}
	db, file := open(), filepath.Join(t.TempDir(), "operator.key")
	k, made, err := OpenFor(t.Context(), db, file)
	if err != nil || !made {
		t.Fatalf("the first start: %v, %v", made, err)
	}
	next := &ring{keys: []*key{newKey(), k.ring.Load().keys[0]}}
	if err := next.write(file); err != nil {
		t.Fatal(err)
	}
	again, made, err := OpenFor(t.Context(), db, file)
	if err != nil || made || again.ID() != next.keys[0].id {
		t.Fatalf("after a rotation that was cut off: %v, %v", made, err)
	}
	known, err := ReadKnown(t.Context(), db)
	if err != nil || len(known) != 2 || known[0].ID != again.ID() || known[1].RetiredAt.IsZero() {
		t.Errorf("the database knows %+v, %v", known, err)
	}
	var missing *MissingKeyError
	if _, _, err := OpenFor(t.Context(), db, create(t).File()); !errors.As(err, &missing) || missing.ID != again.ID() {
		t.Errorf("another key: %v", err)
	}
	if _, made, err := OpenFor(t.Context(), open(), file); err != nil || made {
		t.Errorf("a new platform takes the key that is there: %v, %v", made, err)
	}
}
