package fault

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"wizamart/framework/replicate/replicatetest"
)

// What goes wrong at the replica while shops are open: each row says what the shopper saw and how it came back. At the end the machine is
// lost, and nothing that anybody was told is confirmed is missing.
func TestReplicaInTrouble(t *testing.T) {
	s3, small := replicatetest.StartSmall(t, 256)
	n := replicatetest.Disturb(t, s3)
	full := s3.Fill
	if !small {
		t.Log("no small file system can be mounted here, so the full one is a proxy's word")
		full = func() { n.Refuse(507) }
	}
	s := newSite(t, "")
	goods := s.goods("fjord", 900_000)
	s.start(replicaTo(t, n.URL(s3, "trouble"))...)
	rows := []struct {
		name string
		ci   bool
		hurt func()
		// slow is a replica that answers in the end: then an order may be confirmed.
		slow bool
	}{
		{"slow", false, func() { n.Toxic("latency", map[string]any{"latency": 1500}) }, true},
		{"down", true, n.Down, false},
		{"resetting", false, func() { n.Toxic("reset_peer", map[string]any{"timeout": 0}) }, false},
		{"refusing credentials", false, func() { n.Refuse(403) }, false},
		{"full", true, full, false},
	}
	var confirmed []told
	for _, row := range rows {
		if !row.ci && !long() {
			continue
		}
		until(t, "an order that is confirmed at once", func() bool {
			calm, err := s.shopper("fjord").buy(goods[0])
			if err != nil {
				t.Fatalf("%s: before it, %v", row.name, err)
			}
			confirmed = append(confirmed, calm) // all of them are, by the end
			return calm.Confirmed
		})
		g := s.shopper("fjord")
		form, err := g.prepare(goods[0])
		if err != nil {
			t.Fatal(err)
		}
		row.hurt()
		began := time.Now()
		got, err := g.order(form)
		took := time.Since(began)
		if err != nil || took > time.Minute { // three seconds on a machine of its own
			t.Errorf("%s: the shopper waited %s and got %v", row.name, took, err)
		}
		if got.Confirmed && !row.slow {
			t.Errorf("%s: an order was confirmed without a replica", row.name)
		}
		n.Heal()
		s3.Empty()
		healed := until(t, row.name+": the order to be secured", func() bool {
			again, err := g.look("/orders/" + got.ID)
			return err == nil && again.Confirmed
		})
		confirmed = append(confirmed, got)
		t.Logf("S3 %-21s the shopper waited %4.1f s and saw %-26s lost: nothing; secured by itself %4.1f s after it was over", row.name+":",
			took.Seconds(), map[bool]string{true: "“confirmed”;", false: "“received, being secured”;"}[got.Confirmed], healed.Seconds())
	}
	s.kill()
	if err := os.RemoveAll(s.data); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "restored.db")
	s.must("restore", "--store", "fjord", "--from", s3.URL("trouble"), "--to", to)
	read(t, to).has(t, "after the loss of the machine", confirmed)
}

// Two servers with the same identity write to one replica: one of them loses the store, and nothing that either confirmed is lost.
func TestTwoWriters(t *testing.T) {
	if !long() {
		t.Skip("takes half a minute; framework/replicate has the short one")
	}
	s3 := replicatetest.Start(t)
	flags := replicaTo(t, s3.URL("two"))
	a := newSite(t, "")
	goods := a.goods("fjord", 900_000)
	a.start(flags...)
	if _, err := a.shopper("fjord").buy(goods[0]); err != nil {
		t.Fatal(err)
	}
	a.stop()
	b := &site{t: t, data: a.data + "-twin"}
	t.Cleanup(b.kill)
	if err := os.CopyFS(b.data, os.DirFS(a.data)); err != nil {
		t.Fatal(err)
	}
	os.Remove(b.data + "/lock")
	if key, err := os.ReadFile(a.data + ".key"); err != nil || os.WriteFile(b.data+".key", key, 0o600) != nil {
		t.Fatal(err)
	}
	a.start(flags...)
	b.start(flags...)
	var confirmed []told
	refused := map[string]int{}
	for range 12 {
		for name, s := range map[string]*site{"a": a, "b": b} {
			got, err := s.shopper("fjord").buy(goods[0])
			if err == nil && got.Confirmed {
				confirmed = append(confirmed, got)
			} else {
				refused[name]++
			}
		}
	}
	if len(confirmed) == 0 || (refused["a"] >= 11) == (refused["b"] >= 11) {
		t.Errorf("%d orders were confirmed; refused or not confirmed: %v", len(confirmed), refused)
	}
	a.kill()
	b.kill()
	if err := os.RemoveAll(a.data); err != nil {
		t.Fatal(err)
	}
	a.must("restore", "--all", "--from", s3.URL("two"))
	l := read(t, copyOf(t, a.storeFile("fjord")))
	l.has(t, "two writers", confirmed)
	numbers := []string{}
	for _, o := range confirmed {
		numbers = append(numbers, o.Number)
	}
	slices.Sort(numbers)
	if len(slices.Compact(numbers)) != len(confirmed) {
		t.Errorf("a number was confirmed twice: %v", numbers)
	}
	t.Logf("two writers: %d orders confirmed by one of them, none lost; the other's shop was closed (%v)", len(confirmed), refused)
}
