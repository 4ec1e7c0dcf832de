package pagecache

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wizamart/tenant"
)

// noise is text that cannot be packed to less than half.
func noise(n int) []byte {
	b := make([]byte, n/2)
	rand.Read(b)
	return []byte(hex.EncodeToString(b))
}

func page(body []byte) *Page {
	return NewPage(http.StatusOK, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body, time.Time{})
}

// at is a version of a store.
func at(n uint64) tenant.Version { return tenant.Version{Store: n} }

func ask(t *testing.T, c *Cache, key Key, v tenant.Version, body string) (got *Page, made bool) {
	t.Helper()
	got, err := c.Page(context.Background(), key, v, func() *Page { made = true; return page([]byte(body)) })
	if err != nil {
		t.Fatal(err)
	}
	return got, made
}

func TestOnlyTheVersionThatWasAskedFor(t *testing.T) {
	c := New(1<<20, time.Now)
	key := Key{Store: "s", Host: "shop.test", Path: "/"}
	for i, v := range []struct {
		version tenant.Version
		made    bool
	}{
		{at(1), true}, {at(1), false}, {at(2), true}, {at(2), false}, {tenant.Version{Store: 2, Platform: 1}, true}, {at(1), true},
	} {
		if _, made := ask(t, c, key, v.version, "page"); made != v.made {
			t.Errorf("request %d, %v: made anew: %v", i+1, v.version, made)
		}
	}
	for _, other := range []Key{
		{Store: "t", Host: "shop.test", Path: "/"}, {Store: "s", Host: "other.test", Path: "/"}, {Store: "s", Host: "shop.test", Path: "/x"},
		{Store: "s", Host: "shop.test", Path: "/", Query: "page=2"}, {Store: "s", Host: "shop.test", Path: "/", Scheme: "dark"}, {Store: "s", Host: "shop.test", Path: "/", Secure: true},
	} {
		if _, made := ask(t, c, other, at(2), "page"); !made {
			t.Errorf("%+v got the page of %+v", other, key)
		}
	}
}

// Who began with an old version and is slow does not push out what is newer.
func TestASlowMakerKeepsNothingOld(t *testing.T) {
	c := New(1<<20, time.Now)
	key := Key{Path: "/"}
	_, err := c.Page(context.Background(), key, at(1), func() *Page {
		ask(t, c, key, at(2), "new")
		return page([]byte("old"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, made := ask(t, c, key, at(2), "new"); made {
		t.Error("the old page took the place of the new one")
	}
}

func TestAPageEndsAtItsMoment(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := New(1<<20, func() time.Time { return now })
	key, until := Key{Path: "/"}, now.Add(time.Hour)
	made := 0
	get := func() {
		t.Helper()
		_, err := c.Page(context.Background(), key, at(1), func() *Page {
			made++
			return NewPage(200, http.Header{}, []byte("x"), until)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	get()
	now = until.Add(-time.Nanosecond)
	if get(); made != 1 {
		t.Fatalf("made %d times before its moment", made)
	}
	now = until
	if get(); made != 2 {
		t.Errorf("given out at its moment")
	}
	if get(); made != 3 {
		t.Error("a page that was over when it was made is kept")
	}
}

func TestOneMakesForAll(t *testing.T) {
	c := New(1<<20, time.Now)
	var made atomic.Int32
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	fill := func() *Page { made.Add(1); <-gate; return page([]byte("x")) }
	const n = 50
	ready.Add(n)
	for range n {
		done.Go(func() {
			ready.Done()
			if p, err := c.Page(context.Background(), Key{Path: "/"}, at(1), fill); err != nil || p == nil {
				t.Error(err)
			}
		})
	}
	ready.Wait()
	time.Sleep(20 * time.Millisecond) // they are on their way into the group
	gone, leave := context.WithCancelCause(context.Background())
	leave(errors.New("gone"))
	if _, err := c.Page(gone, Key{Path: "/"}, at(1), fill); err == nil || err.Error() != "gone" {
		t.Errorf("who has gone still waits: %v", err)
	}
	close(gate)
	done.Wait()
	s := c.Stats()
	if made.Load() != 1 || s.Misses != 1 || s.Shared+s.Hits != n-1 {
		t.Errorf("made %d times for %d, %+v", made.Load(), n, s)
	}
}

func TestWhatIsNotKept(t *testing.T) {
	for name, answer := range map[string]func() *Page{
		"a cookie": func() *Page { return NewPage(200, http.Header{"Set-Cookie": {"a=b"}}, []byte("x"), time.Time{}) },
		"404":      func() *Page { return NewPage(404, http.Header{}, []byte("x"), time.Time{}) },
		"a redirect": func() *Page {
			return NewPage(303, http.Header{"Location": {"/"}}, nil, time.Time{})
		},
		"500":       func() *Page { return NewPage(500, http.Header{}, []byte("x"), time.Time{}) },
		"very long": func() *Page { return NewPage(200, http.Header{}, make([]byte, MaxPage+1), time.Time{}) },
	} {
		c := New(64<<20, time.Now)
		for range 2 {
			if _, err := c.Page(context.Background(), Key{Path: "/"}, at(1), answer); err != nil {
				t.Fatal(err)
			}
		}
		if s := c.Stats(); s.Misses != 2 || s.Pages != 0 || s.Bytes != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const bound = 1 << 20
	c := New(bound, time.Now)
	for i := range 500 {
		p, _ := ask(t, c, Key{Path: fmt.Sprint("/", i)}, at(1), string(noise(8<<10)))
		p.as(zipped) // what is packed later counts too
		p.as(brotlied)
		if s := c.Stats(); s.Bytes > bound {
			t.Fatalf("%d bytes after %d pages", s.Bytes, i)
		}
	}
	s := c.Stats()
	if s.Bytes < bound/2 || s.Evicted == 0 || s.Pages+int(s.Evicted) != 500 {
		t.Errorf("%+v", s)
	}
	var held int64
	for _, e := range c.items {
		entry := e.Value.(*entry)
		if entry.size != entry.page.bytes()+entry.key.bytes()+overhead {
			t.Fatalf("an entry says %d and has %d", entry.size, entry.page.bytes())
		}
		held += entry.size
	}
	if held != s.Bytes {
		t.Errorf("the entries have %d bytes, the count is %d", held, s.Bytes)
	}
}

// Somebody who reads every page once drives out nothing that is read often.
func TestACrawlerDrivesOutNothing(t *testing.T) {
	c := New(1<<20, time.Now)
	home := Key{Path: "/"}
	for range 2 {
		ask(t, c, home, at(1), "home")
	}
	for i := range 1000 {
		ask(t, c, Key{Path: fmt.Sprint("/", i)}, at(1), string(noise(8<<10)))
	}
	if _, made := ask(t, c, home, at(1), "home"); made {
		t.Error("the opening page was driven out")
	}
	if c.Stats().Evicted == 0 {
		t.Error("nothing was driven out at all: the test shows nothing")
	}
}
