package tenant_test

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wizamart/framework/database"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

func TestNormalizeHost(t *testing.T) {
	for in, want := range map[string]string{
		"shop.example":                          "shop.example",
		"SHOP.Example":                          "shop.example",
		"shop.example:8080":                     "shop.example",
		"shop.example.":                         "shop.example",
		"shop.example.:443":                     "shop.example",
		"bücher.example":                        "xn--bcher-kva.example",
		"BÜCHER.example":                        "xn--bcher-kva.example",
		"xn--bcher-kva.example":                 "xn--bcher-kva.example",
		"bücher.example:443":                    "xn--bcher-kva.example",
		"127.0.0.1:80":                          "127.0.0.1",
		"[::1]:80":                              "::1",
		"[::1]":                                 "::1",
		"":                                      "",
		".":                                     "",
		":80":                                   "",
		"shop..example":                         "",
		"shop.example..":                        "",
		".shop.example":                         "",
		"../../etc/passwd":                      "",
		"one/../two.example.test":               "",
		"one%2e%2e.example.test":                "",
		`one\two.example.test`:                  "",
		"one.example.test/..":                   "",
		"one.example.test\x00.evil":             "",
		"one.example.test\r\nX-Forwarded-Host:": "",
		"one example.test":                      "",
		"user@one.example.test":                 "",
		"-one.example.test":                     "",
		"one-.example.test":                     "",
		strings.Repeat("a.", 127) + "example":   "",
	} {
		if got := tenant.NormalizeHost(in); got != want {
			t.Errorf("NormalizeHost(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestByHost(t *testing.T) {
	p := tenanttest.Open(t)
	ctx := context.Background()
	stores := tenanttest.NewStores(t, p, "one", "two")
	err := p.DB.Write(ctx, func(tx *database.DB) error {
		for _, d := range []struct {
			host     string
			verified any
		}{{"one.shop", database.Now()}, {"xn--bcher-kva.example", database.Now()}, {"claimed.example", nil}} {
			_, err := tx.ExecContext(ctx, "INSERT INTO tenant_domain (host, store_id, verified_at, created_at) VALUES (?, ?, ?, ?)", d.host, stores[0].ID, d.verified, database.Now())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		"one.example.test":         "one",
		"ONE.Example.Test.:8443":   "one",
		"two.example.test":         "two",
		"one.shop":                 "one",
		"one.shop:443":             "one",
		"bücher.example":           "one",
		"www.one.shop":             "",
		"claimed.example":          "", // not verified
		"example.test":             "",
		"admin.example.test":       "",
		"three.example.test":       "",
		"one.two.example.test":     "",
		"one.example.test.evil":    "",
		"evilexample.test":         "",
		"../one.example.test":      "",
		stores[0].ID:               "",
		"one":                      "",
		"onee.xample.test":         "",
		"":                         "",
		"127.0.0.1":                "",
		"one.example.test:80:90":   "",
		"one.example.test#.x.test": "",
	} {
		got := ""
		if info := p.ByHost(host); info != nil {
			got = info.Code
		}
		if got != want {
			t.Errorf("ByHost(%q) = %q, want %q", host, got, want)
		}
	}
}

func TestReservedAndMalformedCodes(t *testing.T) {
	p := tenanttest.Open(t)
	ctx := context.Background()
	m, err := p.CreateMerchant(ctx, tenant.NewMerchant{Name: "Acme", Email: "owner@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	before := listing(t, p.Dir())
	for _, code := range []string{"admin", "ADMIN", "api", "www", "", "a", "-a", "a-", "a--b", "1a", "a_b", "a.b", "../a", "a/b", "über", strings.Repeat("a", 41)} {
		_, err := p.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: code, Name: "A", Currency: "EUR", Locale: "en"})
		if err == nil {
			t.Errorf("a store with the code %q was created", code)
		}
	}
	if after := listing(t, p.Dir()); !slices.Equal(before, after) {
		t.Errorf("refused stores left something behind:\n%v\n%v", before, after)
	}
}

// listing is every path under dir, without the journals that SQLite makes as it goes.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "-wal") || strings.HasSuffix(path, "-shm") {
			return nil
		}
		out = append(out, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
