package flows

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wizamart/framework/config"
	"wizamart/framework/replicate"
	"wizamart/tenant"
	"wizamart/tests/harness"
)

func replicated(s *config.Serve) { s.Replica = config.ReplicaDefault }

// spoil overwrites the pages of a file with what SQLite never wrote.
func spoil(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(4096); at < info.Size(); at += 4096 {
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5, 0x5a}, 2048), at); err != nil {
			t.Fatal(err)
		}
	}
}

func set(t *testing.T, p *harness.Platform, code, value string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	st, release, err := p.App.Platform.Acquire(ctx, p.App.Platform.ByCode(code).ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if err := st.SetSettings(ctx, map[string]string{"test.note": value}); err != nil {
		t.Fatal(err)
	}
	if err := st.Confirm(ctx); err != nil {
		t.Fatal(err)
	}
}

func setting(t *testing.T, p *harness.Platform, code string) string {
	t.Helper()
	st, release, err := p.App.Platform.Acquire(t.Context(), p.App.Platform.ByCode(code).ID)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	v, _ := st.Settings().Get("test.note")
	return v
}

// A store whose file is damaged while others serve: what shopper, staff and strangers see, and how one command brings it back.
func TestADamagedStoreIsBroughtBack(t *testing.T) {
	p := harness.Start(t, harness.Configure(replicated))
	bad := p.Store(t, "bad", "EUR")
	p.Store(t, "good", "EUR")
	set(t, p, "bad", "newest")
	owner, stranger := p.Staff(t, "owner", "bad"), p.Staff(t, "owner", "good")
	p.Stop(t)
	file := filepath.Join(p.Dir, "stores", bad.ID, "store.db")
	spoil(t, file)

	p = harness.Start(t, harness.In(p.Dir), harness.Configure(replicated))
	again := func(b *harness.Browser) *harness.Browser { // the same person at the server that was started anew
		next := p.Guest(t)
		next.Client.Jar = b.Client.Jar
		return next
	}
	owner, stranger = again(owner), again(stranger)
	guest := p.Guest(t)
	for range 2 {
		page := guest.Get(t, p.ShopURL("bad", "/")).Want(t, 503).Has(t, "main", "something is wrong with its data")
		if page.Header.Get("Retry-After") == "" || strings.Contains(page.Body, "malformed") || strings.Contains(page.Body, bad.ID) {
			t.Errorf("a shopper is told %s", page.Text())
		}
		owner.Get(t, p.DashboardURL("bad", "/")).Want(t, 503).Has(t, "main", "its operator has been told")
		stranger.Get(t, p.DashboardURL("bad", "/")).Want(t, 404)
		guest.Get(t, p.ShopURL("good", "/")).Want(t, 200)
	}
	if q := p.App.Platform.InQuarantine(bad.ID); q == nil || q.Reason != tenant.Damaged {
		t.Fatalf("its state is %+v", q)
	}
	if len(p.App.Failing()) != 1 {
		t.Errorf("the operator's page says %v", p.App.Failing())
	}

	before := p.App.Replica.Status(bad.ID).Generation
	out, err := p.App.RestoreStore(t.Context(), bad.ID, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := setting(t, p, "bad"); got != "newest" {
		t.Errorf("the store came back with %q", got)
	}
	guest.Get(t, p.ShopURL("bad", "/")).Want(t, 200)
	owner.Get(t, p.DashboardURL("bad", "/")).Want(t, 200)
	if _, err := os.Stat(filepath.Join(out.Aside, "store.db")); err != nil {
		t.Errorf("the damaged file was not kept: %v", err)
	}
	set(t, p, "bad", "newer still") // waits for the replica, so the new generation is there
	if now := p.App.Replica.Status(bad.ID).Generation; now <= before {
		t.Errorf("generation %d goes on, after %d", now, before)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := p.App.Replica.Source().Restore(t.Context(), bad.ID, copied, time.Time{}); err != nil {
		t.Errorf("the new generation does not restore: %v", err)
	}
}

// Without its operator's word nothing is given up that is nowhere else.
func TestARestoreLosesNothingSilently(t *testing.T) {
	p := harness.Start(t, harness.Configure(replicated))
	id := p.Store(t, "shop", "EUR").ID
	set(t, p, "shop", "copied")
	replica := filepath.Join(p.Dir, "replica", "stores", id)
	if err := os.Rename(replica, replica+".away"); err != nil { // it does not answer
		t.Fatal(err)
	}
	if err := os.WriteFile(replica, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	st, release, err := p.App.Platform.Acquire(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	err = st.SetSettings(t.Context(), map[string]string{"test.note": "only here"})
	release()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.App.RestoreStore(t.Context(), id, false, nil); !errors.Is(err, tenant.ErrUncopied) {
		t.Errorf("what is not at the replica is given up: %v", err)
	}
	if _, err := p.App.RestoreStore(t.Context(), id, true, nil); err == nil {
		t.Error("restored from nothing")
	}
	if p.App.Platform.InQuarantine(id) != nil || setting(t, p, "shop") != "only here" {
		t.Errorf("after two refusals the store is %+v", p.App.Platform.InQuarantine(id))
	}
	if err := os.Remove(replica); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(replica+".away", replica); err != nil {
		t.Fatal(err)
	}
	if _, err := p.App.RestoreStore(t.Context(), id, false, nil); err != nil || setting(t, p, "shop") != "only here" {
		t.Errorf("with the replica back: %v", err)
	}
}

// A moment is restored beside the living store, never over it, and says how many rows came back.
func TestAMomentIsACopy(t *testing.T) {
	p := harness.Start(t, harness.Configure(replicated))
	id := p.Store(t, "shop", "EUR").ID
	set(t, p, "shop", "then")
	time.Sleep(1100 * time.Millisecond) // times at the replica have milliseconds, file systems may have less
	then := time.Now()
	time.Sleep(1100 * time.Millisecond)
	set(t, p, "shop", "now")
	dir := t.TempDir()
	restored := func(at time.Time) (string, replicate.Restored) {
		path := filepath.Join(dir, at.Format("150405.000")+".db")
		out, err := p.App.Replica.Source().Restore(t.Context(), id, path, at)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.App.Replica.Source().Restore(t.Context(), id, path, at)
		if err == nil {
			t.Error("a restore wrote over a file")
		}
		return string(text), out
	}
	text, out := restored(then)
	if !strings.Contains(text, "test.notethen") || strings.Contains(text, "test.notenow") {
		t.Error("the copy is not of that moment")
	}
	if out.Tables["tenant_setting"] == 0 || out.Point.After(then) || out.Point.Before(then.Add(-time.Minute)) {
		t.Errorf("it is said to be of %s, with %v", out.Point, out.Tables)
	}
	if text, _ := restored(time.Time{}); !strings.Contains(text, "test.notenow") {
		t.Error("the newest is not the newest")
	}
	if setting(t, p, "shop") != "now" {
		t.Error("the living store was touched")
	}
}
