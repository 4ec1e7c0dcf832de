package replicate

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func downloads(t *testing.T, h http.HandlerFunc) *s3 {
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	s, err := newS3(Target{Bucket: "b", Region: "us-east-1", Endpoint: srv.URL, AccessKey: "k", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A restore opens all files of its plan before it reads the first.
func TestManyFilesAreOpenAtOnce(t *testing.T) {
	for name, size := range map[string]int{"small": 100, "large": s3Small + 1} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
			defer cancel()
			s := downloads(t, func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, size)) }) //nolint:errcheck // the reader sees it
			var open []io.ReadCloser
			for range 200 {
				r, err := s.Open(ctx, "x", 0, 0)
				if err != nil {
					t.Fatalf("after %d open files: %v", len(open), err)
				}
				open = append(open, r)
			}
			for _, r := range open {
				if n, err := io.Copy(io.Discard, r); err != nil || n != int64(size) {
					t.Fatalf("%d bytes, %v", n, err)
				}
				r.Close()
			}
		})
	}
}

func TestStalledDownloadEnds(t *testing.T) {
	wait := make(chan struct{})
	s := downloads(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "9999999")
		w.Write([]byte("begin")) //nolint:errcheck // the reader sees it
		w.(http.Flusher).Flush()
		<-wait
	})
	t.Cleanup(func() { close(wait) })
	r, err := s.Open(context.Background(), "x", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.(*stallGuard).limit = 50 * time.Millisecond
	if _, err := io.ReadAll(r); !errors.Is(err, errStalled) {
		t.Fatalf("a download that stands still ended with %v", err)
	}
}
