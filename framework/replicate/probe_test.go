package replicate

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// bucket keeps objects in memory, and refuses one kind of request when it is told to.
type bucket struct {
	mu      sync.Mutex
	objects map[string][]byte
	refuses string // method
	touched int
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.touched++
	key := strings.TrimPrefix(r.URL.Path, "/b/")
	switch {
	case r.Method == b.refuses:
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, "<Error><Code>AccessDenied</Code><Message>No.</Message></Error>") //nolint:errcheck // the client sees it
	case r.Method == http.MethodPut:
		b.objects[key], _ = io.ReadAll(r.Body)
	case r.Method == http.MethodGet && b.objects[key] != nil:
		w.Write(b.objects[key]) //nolint:errcheck // the client sees it
	case r.Method == http.MethodPost:
		var in struct {
			Object []struct{ Key string }
		}
		if err := xml.NewDecoder(r.Body).Decode(&in); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, o := range in.Object {
			delete(b.objects, o.Key)
		}
		io.WriteString(w, "<DeleteResult></DeleteResult>") //nolint:errcheck // the client sees it
	default:
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>") //nolint:errcheck // the client sees it
	}
}

// A probe says what fails, and leaves nothing behind.
func TestProbe(t *testing.T) {
	for _, tt := range []struct{ refuses, doing string }{{"", ""}, {http.MethodPut, "write"}, {http.MethodGet, "read"}, {http.MethodPost, "remove"}} {
		b := &bucket{objects: map[string][]byte{"shops/stores/x": []byte("theirs")}, refuses: tt.refuses}
		server := httptest.NewServer(b)
		ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
		got := Probe(ctx, Target{Bucket: "b", Prefix: "shops", Region: "us-east-1", Endpoint: server.URL, AccessKey: "k", SecretKey: "s"})
		cancel()
		server.Close()
		if got.Doing != tt.doing || (got.Err != nil) != (tt.doing != "") || b.touched == 0 {
			t.Errorf("refusing %q: %q failed: %v", tt.refuses, got.Doing, got.Err)
		}
		if strings.Contains(got.Target, "secret") || len(b.objects) > 1 && tt.doing != "remove" {
			t.Errorf("refusing %q: it left %v", tt.refuses, b.objects)
		}
	}
	if got := Probe(context.Background(), Target{Bucket: "b", Region: "us-east-1"}); got.Doing != "open" {
		t.Errorf("without keys: %+v", got)
	}
	dir := t.TempDir()
	if got := Probe(context.Background(), Target{Dir: filepath.Join(dir, "replica")}); got.Err != nil {
		t.Errorf("a directory: %+v", got)
	}
	left, err := filepath.Glob(path.Join(dir, "replica", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Probe(context.Background(), Target{Dir: filepath.Join(dir, "file")}); got.Doing != "write" {
		t.Errorf("a file for a directory: %+v", got)
	}
}
