package tenant_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"wizamart/framework/problem"
	"wizamart/tenant"
	"wizamart/tenant/tenanttest"
)

// A store's states follow from what was done to it and to its merchant.
func TestStatesOfAStore(t *testing.T) {
	ctx := context.Background()
	p := tenanttest.Open(t)
	info := tenanttest.NewStores(t, p, "one")[0]
	now := func() *tenant.Info { return p.ByID(info.ID) }
	want := func(what string, launched, open, public bool) {
		t.Helper()
		if i := now(); i.Launched() != launched || i.Open() != open || i.Public() != public {
			t.Errorf("%s: launched %v, open %v, public %v", what, i.Launched(), i.Open(), i.Public())
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := func(err error) {
		t.Helper()
		if !problem.Is(err, problem.Conflict) {
			t.Errorf("%v, want a conflict", err)
		}
	}
	must(p.Withdraw(ctx, info.ID, nil))
	want("not launched", false, true, false)
	before := p.Version(now())
	must(p.Launch(ctx, info.ID, nil))
	if p.Version(now()) == before {
		t.Error("kept pages do not hear of a launch")
	}
	want("launched", true, true, true)
	refused(p.Launch(ctx, info.ID, nil))
	must(p.Suspend(ctx, info.ID, "why", nil))
	want("suspended", true, false, false)
	must(p.SuspendMerchant(ctx, info.MerchantID, "all of it", nil))
	must(p.Reactivate(ctx, info.ID, nil))
	want("its merchant suspended", true, false, false)
	if i := now(); i.Reason != "all of it" || !i.MerchantSuspended {
		t.Errorf("the reason is %q", i.Reason)
	}
	refused(p.Reactivate(ctx, info.ID, nil))
	must(p.ReactivateMerchant(ctx, info.MerchantID, nil))
	want("reactivated", true, true, true)
	must(p.Withdraw(ctx, info.ID, nil))
	want("withdrawn", false, true, false)
	must(p.Launch(ctx, info.ID, nil))
	at := time.Now().Add(time.Hour)
	must(p.Delete(ctx, info.ID, at, nil))
	want("being deleted", true, false, false)
	refused(p.Delete(ctx, info.ID, at, nil))
	if done, err := p.Remove(ctx, info.ID, at.Add(-time.Minute), nil); done || err != nil {
		t.Errorf("removed early: %v, %v", done, err)
	}
	must(p.Restore(ctx, info.ID, nil))
	want("restored", true, true, true)
	must(p.Delete(ctx, info.ID, at, nil))
	_, release, err := p.Acquire(ctx, info.ID)
	must(err)
	removed := make(chan error, 1)
	go func() {
		_, err := p.Remove(ctx, info.ID, at.Add(time.Minute), nil)
		removed <- err
	}()
	release() // those who use it finish first
	must(<-removed)
	if now() != nil || p.ByCode("one") != nil {
		t.Error("it is still in the index")
	}
	if _, err := os.Stat(filepath.Join(p.Dir(), "stores", info.ID)); !os.IsNotExist(err) {
		t.Errorf("its files are still there: %v", err)
	}
	if _, _, err := p.Acquire(ctx, info.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("it can be opened: %v", err)
	}
	if len(p.Quarantined()) != 0 {
		t.Error("it counts as quarantined")
	}
}

func TestSuggestedCodes(t *testing.T) {
	ctx := context.Background()
	p := tenanttest.Open(t)
	tenanttest.NewStores(t, p, "lamp")
	for name, want := range map[string]string{
		"Lamp": "lamp-2", "Søren & Søn": "soren-and-son", "24 Hours": "hours", "Admin": "admin-shop", "A": "a-shop", "": "", "!!!": "", "Über_All": "uber-all",
		"A very long name of a shop that sells everything that there is": "a-very-long-name-of-a-shop-that-se",
	} {
		got, err := p.SuggestCode(ctx, name)
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", name, got, err, want)
		}
		if got != "" && p.CheckCode(ctx, got) != nil {
			t.Errorf("%q: %q is not free", name, got)
		}
	}
}
