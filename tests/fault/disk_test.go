package fault

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The disk is full: shoppers are refused politely or have an order that stays; afterwards the shop goes on by itself.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"); err != nil {
		asRoot(t, err)
		return
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // a file system of the test alone
	s := newSite(t, filepath.Join(dir, "data"))
	// The thresholds would refuse orders long before so small a disk is full: here it is to be full.
	s.edit(s.platformFile(), "INSERT INTO tenant_setting (key, value, updated_at) VALUES ('fairuse.disk_low', '0', 0), ('fairuse.disk_full', '0', 0)")
	goods := s.goods("fjord", 900_000)
	s.start("--replica-config", "off")
	before, err := s.shopper("fjord").buy(goods[0])
	if err != nil {
		t.Fatal(err)
	}
	list := []told{before}
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := bytes.Repeat([]byte{1}, 64<<10); err == nil; _, err = f.Write(chunk) {
	}
	for chunk := []byte{1}; err == nil; _, err = f.Write(chunk) {
	}
	f.Close()
	refused := ""
	for range 400 { // what is preallocated takes a few more
		began := time.Now()
		got, err := s.shopper("fjord").buy(goods[0])
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("a shopper waited %s", took)
		}
		if err != nil {
			refused = err.Error()
			break
		}
		list = append(list, got)
	}
	if refused == "" {
		t.Fatal("the disk was never full")
	}
	if !strings.Contains(refused, "answers 503") || strings.Contains(refused, "SQLITE") || strings.Contains(refused, "disk is full") || strings.Contains(refused, dir) {
		t.Errorf("the shopper is told: %s", refused)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	until(t, "the shop to sell again", 20*time.Second, func() bool {
		got, err := s.shopper("fjord").buy(goods[0])
		if err == nil {
			list = append(list, got)
		}
		return err == nil
	})
	s.kill()
	read(t, copyOf(t, s.storeFile("fjord"))).has(t, "disk full", list)
	status, _, _ := strings.Cut(refused, ": <")
	t.Logf("disk full: the shopper saw an error page (%.60s), %d orders kept; it went on by itself", status, len(list))
}

// asRoot runs the test again as the root of a user namespace of its own, who may mount where nobody else may. Where there are none either it is
// skipped; scripts/test.sh says so before it begins.
func asRoot(t *testing.T, why error) {
	t.Helper()
	const within = "FAULT_WITHIN_NAMESPACE"
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), within+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}, GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	var out bytes.Buffer
	again.Stdout, again.Stderr = &out, &out
	if os.Getenv(within) != "" || again.Start() != nil {
		t.Skipf("SKIPPED: no small file system can be mounted here (%v), so a full disk is not tried", why)
	}
	err := again.Wait()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, &out)
	case strings.Contains(out.String(), "--- SKIP"):
		t.Skip(out.String())
	default:
		t.Log(out.String())
	}
}

// Pages of one store's file are damaged: that store says so, the others sell, and one command brings it back with every order.
func TestCorruptPage(t *testing.T) {
	s := newSite(t, "")
	goods := s.goods("fjord", 900_000)
	s.start("--replica-config", writeReplica(t, s))
	var list []told
	for range 3 {
		got, err := s.shopper("fjord").buy(goods[0])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, got)
	}
	s.stop()
	file := s.storeFile("fjord")
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	for at := int64(4096); err == nil && at < info.Size(); at += 4096 {
		_, err = f.WriteAt(bytes.Repeat([]byte{0xa5, 0x5a}, 2048), at)
	}
	if err != nil || f.Close() != nil || os.Truncate(file+"-wal", 0) != nil {
		t.Fatal(err)
	}
	s.start()
	g := s.shopper("fjord")
	if status, page, _, err := g.ask("GET", "/", nil); err != nil || status != 503 || strings.Contains(page, "malformed") {
		t.Errorf("the damaged shop answers %d, %v", status, err)
	}
	if status, _, _, err := s.shopper("hoshi").ask("GET", "/", nil); err != nil || status != 200 {
		t.Errorf("another shop answers %d, %v", status, err)
	}
	began := time.Now()
	out := s.must("store", "restore", "fjord", "--lose-newest")
	took := time.Since(began)
	if status, _, _, err := g.ask("GET", "/", nil); err != nil || status != 200 {
		t.Errorf("the shop that was restored answers %d, %v\n%s", status, err, out)
	}
	if _, err := s.shopper("fjord").buy(goods[0]); err != nil {
		t.Errorf("after the restore: %v", err)
	}
	s.stop()
	read(t, copyOf(t, s.storeFile("fjord"))).has(t, "corrupt page", list)
	t.Logf("corrupt page: that shop said “something is wrong with its data” (503), others sold; back in %s with one command, nothing lost", took.Round(time.Millisecond))
}

// writeReplica names a directory beside the data as the replica.
func writeReplica(t *testing.T, s *site) string {
	t.Helper()
	return replicaTo(t, "file://"+s.data+"-replica")[1]
}

// A disk that lied: the end of the log is gone after a crash although the replica has it. The server notices that the replica is ahead of
// its file, closes that store instead of copying the older state over the newer, and one command brings every confirmed order back.
func TestLogTailLost(t *testing.T) {
	s := newSite(t, "")
	goods := s.goods("fjord", 900_000)
	s.start("--replica-config", writeReplica(t, s))
	var list []told
	buy := func() {
		got, err := s.shopper("fjord").buy(goods[0])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, got)
	}
	buy()
	wal := s.storeFile("fjord") + "-wal"
	before, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	buy()
	buy()
	until(t, "the replica to have all", 20*time.Second, func() bool {
		left, err := os.ReadDir(filepath.Join(s.data, "replication", "dirty"))
		out, e := s.run("replica", "drill", "fjord")
		return err == nil && e == nil && strings.Contains(out, "fjord") && len(left) >= 0
	})
	s.kill()
	after, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) <= len(before) {
		t.Fatalf("the log was begun anew (%d, %d bytes): nothing to cut", len(before), len(after))
	}
	if err := os.Truncate(wal, int64(len(before))); err != nil {
		t.Fatal(err)
	}
	os.Remove(strings.TrimSuffix(wal, "-wal") + "-shm") // it does not survive a crash of the machine
	s.start()
	g := s.shopper("fjord")
	seen := 0
	until(t, "the shop to be closed", 20*time.Second, func() bool {
		status, _, _, err := g.ask("GET", "/", nil)
		seen = status
		return err == nil && status == 503
	})
	if status, _, _, err := s.shopper("hoshi").ask("GET", "/", nil); err != nil || status != 200 {
		t.Errorf("another shop answers %d, %v", status, err)
	}
	s.must("store", "restore", "fjord", "--lose-newest")
	buy()
	s.stop()
	read(t, copyOf(t, s.storeFile("fjord"))).has(t, "tail of the log lost", list)
	to := filepath.Join(t.TempDir(), "newest.db")
	s.must("restore", "--store", "fjord", "--to", to)
	read(t, to).has(t, "tail of the log lost, restored", list)
	t.Logf("tail of the log lost: that shop was closed (%d), others sold; back with one command, nothing lost", seen)
}
