package replicate

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// victim places orders as fast as it goes and prints each that is at the replica, until it is killed.
func victim(t *testing.T, dir, url string) {
	target, err := ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	in := start(t, dir, target, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil)) })
	round := os.Getenv("REPLICATE_ROUND")
	var mu sync.Mutex
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%s-%d-%d", round, w, i)
				if err := in.place(id); err != nil {
					fmt.Fprintln(os.Stderr, err)
					time.Sleep(50 * time.Millisecond)
					continue
				}
				mu.Lock()
				fmt.Println("ack", id)
				mu.Unlock()
			}
		}()
	}
	time.Sleep(time.Minute)
}

// The promise: kill the process at any moment, delete the data directory, restore: every order that was confirmed is there.
// REPLICATE_ROUNDS makes the loop long.
func TestKillDeleteRestore(t *testing.T) {
	if url := os.Getenv("REPLICATE_VICTIM"); url != "" {
		victim(t, os.Getenv("REPLICATE_DIR"), url)
		return
	}
	rounds := 4
	if n, err := strconv.Atoi(os.Getenv("REPLICATE_ROUNDS")); err == nil {
		rounds = n
	}
	eachTarget(t, func(t *testing.T, target Target) {
		if target.Dir == "" { // the keys do not travel in the URL
			t.Setenv("AWS_ACCESS_KEY_ID", target.AccessKey)
			t.Setenv("AWS_SECRET_ACCESS_KEY", target.SecretKey)
		}
		acknowledged := map[string]bool{}
		dir := filepath.Join(t.TempDir(), "data")
		deleted := 0
		for round := range rounds {
			cmd := exec.Command(os.Args[0], "-test.run=^TestKillDeleteRestore$", "-test.v")
			cmd.Env = append(os.Environ(), "REPLICATE_VICTIM="+target.URL(""), "REPLICATE_DIR="+dir, "REPLICATE_ROUND="+strconv.Itoa(round))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			var complaints syncBuffer
			cmd.Stderr = &complaints
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			before := len(acknowledged)
			var once sync.Once
			lines := bufio.NewScanner(out)
			for lines.Scan() {
				if id, ok := strings.CutPrefix(lines.Text(), "ack "); ok {
					acknowledged[id] = true
					once.Do(func() {
						time.AfterFunc(time.Duration(50+rand.IntN(400))*time.Millisecond, func() { cmd.Process.Kill() })
					})
				} else {
					fmt.Fprintln(&complaints, lines.Text())
				}
			}
			cmd.Wait() //nolint:errcheck // it was killed
			if len(acknowledged) == before {
				t.Fatalf("round %d acknowledged nothing:\n%s", round, complaints.String())
			}
			orders := restored(t, target)
			for id := range acknowledged {
				if !orders[id] {
					t.Fatalf("round %d: %s was confirmed and is lost (%d confirmed, %d restored)\n%s", round, id, len(acknowledged), len(orders), complaints.String())
				}
			}
			if round%2 == 1 { // the machine is lost: a new one goes on from the replica
				deleted++
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
				src, err := OpenSource(target)
				if err != nil {
					t.Fatal(err)
				}
				m := &Manager{Options: Options{Dir: dir}}
				ctx := context.Background()
				if _, err := src.Restore(ctx, storeKey, m.path(storeKey), time.Time{}); err != nil {
					t.Fatal(err)
				}
				if err := takeOver(ctx, src.objects, storeKey, m.meta(storeKey), target.URL(""), 0); err != nil {
					t.Fatal(err)
				}
			}
		}
		t.Logf("killed %d times, data deleted %d times: 0 of %d confirmed orders lost", rounds, deleted, len(acknowledged))
	})
}

// syncBuffer is written by two goroutines.
type syncBuffer struct {
	mu sync.Mutex
	strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Builder.Write(p)
}
