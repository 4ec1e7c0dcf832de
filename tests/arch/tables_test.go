package arch

import (
	"slices"
	"testing"

	"wizamart/framework/database"
	"wizamart/tests/harness"
)

// TestEveryTableHasAClass compares what the migrations make with what the manifests declare: restore, clone, export and erasure
// are driven by the classes.
func TestEveryTableHasAClass(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "arch", "EUR")
	classes := []database.Class{database.Content, database.Ledger, database.Personal, database.Secret, database.Ephemeral}
	for scope, db := range map[database.Scope]*database.DB{database.Platform: p.App.Platform.DB, database.Store: p.Open(t, "arch").DB} {
		declared := map[string]bool{}
		for _, table := range p.App.Tables() {
			if !slices.Contains(classes, table.Class) {
				t.Errorf("%s: class %q is none of %v", table.Name, table.Class, classes)
			}
			if table.Scope == scope {
				if declared[table.Name] {
					t.Errorf("%s (%s) is declared twice", table.Name, scope)
				}
				declared[table.Name] = true
			}
		}
		var names []string
		err := db.NewQuery(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_ledger'
			AND name NOT IN (SELECT s.name || x.suffix FROM sqlite_schema s, (SELECT '_data' AS suffix UNION SELECT '_idx' UNION SELECT '_content' UNION SELECT '_docsize' UNION SELECT '_config') x
				WHERE s.sql LIKE 'CREATE VIRTUAL TABLE%')`).Column(&names)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !declared[name] {
				t.Errorf("table %s of a %s file has no class: declare it in its module's manifest", name, scope)
			}
			delete(declared, name)
		}
		for name := range declared {
			t.Errorf("table %s is declared for a %s file, but no migration makes it", name, scope)
		}
	}
}

// TestSchemaIsStrict: a typed column holds what it says.
func TestSchemaIsStrict(t *testing.T) {
	p := harness.Start(t, harness.WithoutBackground())
	p.Store(t, "arch", "EUR")
	for _, db := range []*database.DB{p.App.Platform.DB, p.Open(t, "arch").DB} {
		var loose []string
		err := db.NewQuery("SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main' AND name NOT LIKE 'sqlite_%'").Column(&loose)
		if err != nil {
			t.Fatal(err)
		}
		if len(loose) > 0 {
			t.Errorf("tables that are not STRICT: %v", loose)
		}
	}
}
