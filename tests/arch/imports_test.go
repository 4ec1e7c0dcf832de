// Package arch holds the rules of the architecture as tests: who may import whom, which class each table has, which words
// are used. docs/architecture.md explains them.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// imports gives, for each package folder, the packages of this project that its non-test files import.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == ".git" || name == "testdata" || strings.HasPrefix(name, "wizamart-data")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			if own, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "wizamart/"); ok && !slices.Contains(out[rel], own) {
				out[rel] = append(out[rel], own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d packages were found: the test looks in the wrong place", len(out))
	}
	return out
}

// layer of a package: one may import only layers below its own, or its own where the rule says so.
func layer(pkg string) string {
	parts := strings.Split(pkg, "/")
	switch {
	case pkg == ".":
		return "main"
	case parts[0] == "tests", parts[0] == "scripts", pkg == "tenant/tenanttest":
		return "tools"
	case pkg == "modules":
		return "modules"
	case parts[0] == "modules" && len(parts) == 3 && strings.HasSuffix(parts[2], "type"):
		return "types"
	case parts[0] == "modules":
		return "module"
	case pkg == "framework/app", pkg == "framework/cli":
		return pkg
	case pkg == "tenant", pkg == "ui", pkg == "embed":
		return pkg
	case pkg == "framework/config", pkg == "framework/database", pkg == "framework/money", pkg == "framework/observe", pkg == "framework/permission", pkg == "framework/problem", pkg == "framework/auth":
		return "ground"
	case parts[0] == "framework":
		return "framework"
	}
	return "unknown"
}

// may says which layers a layer may import.
var may = map[string][]string{
	"main":          {"framework/cli", "modules"},
	"framework/cli": {"framework/app", "framework", "tenant", "ground"},
	"modules":       {"framework/cli", "framework/app", "framework", "tenant", "ground", "module", "types", "ui"},
	"module":        {"framework/app", "framework", "tenant", "ground", "types", "ui"},
	"types":         {"ground", "types"},
	"framework/app": {"framework", "tenant", "ground", "ui", "embed"},
	"framework":     {"framework", "tenant", "ground"},
	"tenant":        {"ground"},
	"ground":        {"ground"},
	"ui":            {},
	"embed":         {},
}

func TestImports(t *testing.T) {
	for pkg, list := range imports(t) {
		from := layer(pkg)
		if from == "unknown" {
			t.Errorf("%s stands in no layer: put it where a reader looks for it, or add the layer here", pkg)
		}
		if from == "tools" {
			continue
		}
		for _, dep := range list {
			to := layer(dep)
			if from == "module" && to == "module" {
				// Within its own folder a module may have packages; another module's are out of reach.
				if module(pkg) != module(dep) {
					t.Errorf("%s imports %s: modules never import each other; declare an interface and wire it in modules/", pkg, dep)
				}
				continue
			}
			if !slices.Contains(may[from], to) {
				t.Errorf("%s (%s) may not import %s (%s)", pkg, from, dep, to)
			}
		}
	}
}

func module(pkg string) string { return strings.Split(pkg, "/")[1] }

// TestOnlyTenantOpensDatabases keeps the promise that code reaches no tenant that it was not handed.
func TestOnlyTenantOpensDatabases(t *testing.T) {
	for _, pkg := range []string{"modules", "framework"} {
		err := filepath.WalkDir(filepath.Join(root, pkg), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "framework/database/") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, call := range []string{"database.Open(", "sql.Open(", "sqlite.Open("} {
				if strings.Contains(string(text), call) {
					t.Errorf("%s calls %s: only tenant opens databases", path, call)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestSurfacesHoldNoSQL: a handler parses, calls one use case, renders.
func TestSurfacesHoldNoSQL(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "modules", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, path := range files {
		name := filepath.Base(path)
		surface := false
		for _, s := range []string{"shop", "dashboard", "admin", "portal", "api"} {
			surface = surface || name == s+".go" || strings.HasPrefix(name, s+"_")
		}
		if !surface || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_query.go") {
			continue
		}
		seen++
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{"SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM", ".NewQuery(", ".QueryContext("} {
			if strings.Contains(string(text), sql) {
				t.Errorf("%s holds SQL (%q): it belongs into a query file", path, strings.TrimSpace(sql))
			}
		}
	}
	if seen < 5 {
		t.Fatalf("only %d surface files were found", seen)
	}
}
