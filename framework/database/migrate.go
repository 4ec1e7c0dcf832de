package database

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Migration is one forward step of one module's schema.
type Migration struct {
	Module  string
	Version int
	Name    string
	SQL     string
}

// Migrations is the whole schema of a scope, ordered: modules as given, versions ascending.
type Migrations struct {
	steps []Migration
	mark  int32 // what user_version says when all have been applied; never 0
}

// ReadMigrations reads migrations/<scope>/NNN_name.sql of one module, and migrations/both/ which is for platform and store
// files alike. The numbers of a scope are one sequence. A missing folder is no migrations.
func ReadMigrations(module string, files fs.FS, scope Scope) ([]Migration, error) {
	if files == nil {
		return nil, nil
	}
	names, err := fs.Glob(files, path.Join("migrations", string(scope), "*.sql"))
	if err != nil {
		return nil, err
	}
	if scope == Platform || scope == Store {
		shared, err := fs.Glob(files, "migrations/both/*.sql")
		if err != nil {
			return nil, err
		}
		names = append(names, shared...)
	}
	var out []Migration
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".sql")
		number, title, _ := strings.Cut(base, "_")
		version, err := strconv.Atoi(number)
		if err != nil || version < 1 {
			return nil, fmt.Errorf("migration %s of %s: the name must start with a number", name, module)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		out = append(out, Migration{module, version, title, string(text)})
	}
	slices.SortFunc(out, func(a, b Migration) int { return cmp.Compare(a.Version, b.Version) })
	for i := 1; i < len(out); i++ {
		if out[i].Version == out[i-1].Version {
			return nil, fmt.Errorf("migrations %s and %s of %s have the same number", out[i-1].Name, out[i].Name, module)
		}
	}
	return out, nil
}

// NewMigrations puts steps together.
func NewMigrations(steps []Migration) *Migrations {
	h := fnv.New32a()
	for _, s := range steps {
		fmt.Fprintf(h, "%s/%d\n%s\n", s.Module, s.Version, s.SQL)
	}
	return &Migrations{steps: steps, mark: int32(h.Sum32()>>1) | 1}
}

// NewerSchemaError says that a file was migrated by a newer binary.
type NewerSchemaError struct {
	File    string
	Module  string
	Version int
}

func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("%s has schema %s/%d, which this version of wizamart does not know: start the newer version", e.File, e.Module, e.Version)
}

// Mark is what a file's user_version says when it is up to date.
func (m *Migrations) Mark() int32 { return m.mark }

// Schema is how a file stands to the migrations.
type Schema struct {
	New     bool              // nothing has been applied yet
	Pending []string          // module/version of what is to be applied, in order
	Newer   *NewerSchemaError // the file was migrated by a newer binary
}

// Current tells whether nothing is to be done.
func (s Schema) Current() bool { return len(s.Pending) == 0 && s.Newer == nil }

// Compare tells how db stands. A file that is current costs one PRAGMA.
func (m *Migrations) Compare(ctx context.Context, db *DB) (out Schema, err error) {
	var mark int32
	if err := db.NewQuery("PRAGMA user_version").WithContext(ctx).Row(&mark); err != nil {
		return out, fmt.Errorf("read schema mark: %w", err)
	}
	if mark == m.mark {
		return out, nil
	}
	done := map[string]Migration{}
	var ledger int
	if err := db.NewQuery("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_ledger'").WithContext(ctx).Row(&ledger); err != nil {
		return out, fmt.Errorf("read schema ledger: %w", err)
	}
	out.New = ledger == 0
	if ledger > 0 {
		var applied []Migration
		if err := db.NewQuery("SELECT module, version FROM schema_ledger").WithContext(ctx).All(&applied); err != nil {
			return out, fmt.Errorf("read schema ledger: %w", err)
		}
		for _, a := range applied {
			done[a.key()] = a
		}
	}
	for _, s := range m.steps {
		if _, ok := done[s.key()]; !ok {
			out.Pending = append(out.Pending, s.key())
		}
		delete(done, s.key())
	}
	for _, a := range done {
		if n := out.Newer; n == nil || a.Module < n.Module || a.Module == n.Module && a.Version < n.Version {
			out.Newer = &NewerSchemaError{File: path.Base(db.Path()), Module: a.Module, Version: a.Version}
		}
	}
	return out, nil
}

func (s Migration) key() string { return s.Module + "/" + strconv.Itoa(s.Version) }

// Migrate brings db up to date, in one transaction. A file that is current costs one PRAGMA.
func (m *Migrations) Migrate(ctx context.Context, db *DB) error {
	var mark int32
	if err := db.NewQuery("PRAGMA user_version").WithContext(ctx).Row(&mark); err != nil {
		return fmt.Errorf("read schema mark: %w", err)
	}
	if mark == m.mark {
		return nil
	}
	return db.Write(ctx, func(tx *DB) error { return m.apply(tx) })
}

func (m *Migrations) apply(tx *DB) error {
	const ledger = `CREATE TABLE IF NOT EXISTS schema_ledger (
		module TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, applied_at INTEGER NOT NULL,
		PRIMARY KEY (module, version)) STRICT, WITHOUT ROWID`
	if _, err := tx.NewQuery(ledger).Execute(); err != nil {
		return fmt.Errorf("create schema ledger: %w", err)
	}
	var applied []struct {
		Module  string
		Version int
	}
	if err := tx.NewQuery("SELECT module, version FROM schema_ledger").All(&applied); err != nil {
		return fmt.Errorf("read schema ledger: %w", err)
	}
	type key struct {
		module  string
		version int
	}
	done := map[key]bool{}
	for _, a := range applied {
		done[key{a.Module, a.Version}] = true
	}
	for _, s := range m.steps {
		if done[key{s.Module, s.Version}] {
			delete(done, key{s.Module, s.Version})
			continue
		}
		if err := tx.script(s.SQL); err != nil {
			return fmt.Errorf("migrate %s/%d %s: %w", s.Module, s.Version, s.Name, err)
		}
		_, err := tx.ExecContext(context.Background(), "INSERT INTO schema_ledger VALUES (?, ?, ?, ?)", s.Module, s.Version, s.Name, Now())
		if err != nil {
			return fmt.Errorf("note migration %s/%d: %w", s.Module, s.Version, err)
		}
	}
	for k := range done {
		return &NewerSchemaError{File: path.Base(tx.Path()), Module: k.module, Version: k.version}
	}
	_, err := tx.NewQuery("PRAGMA user_version = " + strconv.Itoa(int(m.mark))).Execute()
	return err
}

// script runs SQL that holds several statements, inside a write transaction.
func (db *DB) script(text string) error {
	_, err := db.tx.exec.(*connExecutor).cache.on.ExecContext(context.Background(), text)
	return err
}
