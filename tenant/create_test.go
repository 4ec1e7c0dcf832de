package tenant_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"wizamart/framework/database"
	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// A creation that was cut off is finished when the file is in its place and undone when it is not.
func TestCreationCutOff(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	o := tenanttest.Options(t, dir)
	p, err := tenant.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	stores := tenanttest.NewStores(t, p, "done", "half", "bare", "kept")
	done, half, bare := stores[0], stores[1], stores[2]
	if err := p.DB.Write(ctx, func(tx *database.DB) error {
		_, err := tx.ExecContext(ctx, "UPDATE tenant_store SET state = 'creating' WHERE code IN ('done', 'half', 'bare')")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(dir, "stores", name) }
	if err := os.Rename(path(half.ID), path(".new-"+half.ID)); err != nil { // cut off before the move
		t.Fatal(err)
	}
	if err := os.RemoveAll(path(bare.ID)); err != nil { // cut off before anything was written
		t.Fatal(err)
	}
	p = tenanttest.OpenWith(t, o)
	if info := p.ByCode("done"); info == nil || info.ID != done.ID || info.State != tenant.Live {
		t.Errorf("the finished file was not published: %+v", info)
	} else {
		tenanttest.Acquire(t, p, done.ID)
	}
	for _, code := range []string{"half", "bare"} {
		if p.ByCode(code) != nil {
			t.Errorf("%s was published without its file", code)
		}
	}
	for _, name := range []string{half.ID, ".new-" + half.ID, bare.ID} {
		if _, err := os.Stat(path(name)); !os.IsNotExist(err) {
			t.Errorf("%s was left behind", name)
		}
	}
	if p.ByCode("kept") == nil {
		t.Error("a store that had nothing to do with it is gone")
	}
	again := tenanttest.NewStores(t, p, "half", "bare")
	if again[0].ID == half.ID {
		t.Error("the abandoned id was used again")
	}
}

func TestFailedSeedLeavesNothing(t *testing.T) {
	ctx := context.Background()
	o := tenanttest.Options(t, t.TempDir())
	broken := errors.New("no seed today")
	o.Seed = func(context.Context, *tenant.Store) error { return broken }
	p := tenanttest.OpenWith(t, o)
	m, err := p.CreateMerchant(ctx, tenant.NewMerchant{Name: "Acme", Email: "owner@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	before := listing(t, p.Dir())
	_, err = p.CreateStore(ctx, tenant.NewStore{MerchantID: m.ID, Code: "one", Name: "One", Currency: "EUR", Locale: "en"})
	if !errors.Is(err, broken) {
		t.Fatalf("create: %v", err)
	}
	if after := listing(t, p.Dir()); len(after) != len(before) {
		t.Errorf("left behind: %v", after)
	}
	var n int
	if err := p.DB.NewQuery("SELECT count(*) FROM tenant_store").Row(&n); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestCodesAreUnique(t *testing.T) {
	p := tenanttest.Open(t)
	one := tenanttest.NewStores(t, p, "one")[0]
	_, err := p.CreateStore(context.Background(), tenant.NewStore{MerchantID: one.MerchantID, Code: "ONE", Name: "One", Currency: "EUR", Locale: "en"})
	if !problem.Is(err, problem.Invalid) {
		t.Errorf("a second store with the code: %v", err)
	}
}

// A new store is due once, for what its seed may have left to be done.
func TestNewStoreIsDue(t *testing.T) {
	p := tenanttest.Open(t)
	one := tenanttest.NewStores(t, p, "one")[0]
	if ids, err := p.Due(context.Background(), time.Now(), 10); err != nil || len(ids) != 1 || ids[0] != one.ID {
		t.Errorf("due: %v, %v", ids, err)
	}
}

// The directory belongs to one process: a second one is told which, and gets it when the first has been killed.
func TestSecondProcess(t *testing.T) {
	if dir := os.Getenv("TENANT_TEST_HOLD"); dir != "" {
		if _, err := tenant.Open(context.Background(), tenanttest.Options(t, dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "held"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // it is killed
		return
	}
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestSecondProcess$")
	child.Env = append(os.Environ(), "TENANT_TEST_HOLD="+dir)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill() //nolint:errcheck // it is dead by then
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(dir, "held")); err == nil {
			break
		}
		if time.Since(start) > 90*time.Second {
			t.Fatal("the other process does not start")
		}
	}
	o := tenanttest.Options(t, dir)
	_, err := tenant.Open(context.Background(), o)
	var locked *tenant.LockedError
	if !errors.As(err, &locked) || locked.PID != child.Process.Pid {
		t.Fatalf("the second process: %v", err)
	}
	for _, part := range []string{dir, "pid " + strconv.Itoa(child.Process.Pid), "stop it first", "--data"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the message lacks %q: %v", part, err)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() //nolint:errcheck // killed
	tenanttest.OpenWith(t, o)
}
