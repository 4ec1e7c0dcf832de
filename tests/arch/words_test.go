package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// old are words that the project no longer uses: a business is a Merchant, a shop is a Store. The column name of
// an imported file is the one exception: in the files that read and write it, and in lines that say CSV.
var old = regexp.MustCompile(`(?i)\b(compan(y|ies)|vendors?)\b`)

func TestWords(t *testing.T) {
	seen := 0
	for _, top := range []string{"main.go", "framework", "tenant", "modules", "ui", "docs", "README.md"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "shopifycsv" || d.Name() == "demo" || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			if strings.HasPrefix(d.Name(), "import_") || strings.HasPrefix(d.Name(), "export") {
				return nil
			}
			switch filepath.Ext(path) {
			case ".go", ".html", ".ts", ".sql", ".md":
			default:
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			seen++
			for i, line := range strings.Split(string(text), "\n") {
				if old.MatchString(line) && !strings.Contains(line, "CSV") {
					t.Errorf("%s:%d uses an old word: %s", path, i+1, strings.TrimSpace(line))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 100 {
		t.Fatalf("only %d files were read", seen)
	}
}

// inline are what the Content-Security-Policy would refuse.
var inline = regexp.MustCompile(`(?i)<[a-z][^>{]*\s(style|on[a-z]+)=|<script(\s[^>]*)?>[^<]|<style`)

func TestTemplatesHoldNoInlineCode(t *testing.T) {
	for _, pattern := range []string{"modules/*/views/*/*.html", "ui/*/*.html"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(text), "\n") {
				if inline.MatchString(line) && !strings.Contains(line, "application/ld+json") {
					t.Errorf("%s:%d has an inline style or script: %s", path, i+1, strings.TrimSpace(line)[:min(120, len(strings.TrimSpace(line)))])
				}
			}
		}
	}
}
