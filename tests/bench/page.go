package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"wizamart/modules/catalog"
)

// pages measures a product's page and a listing of the demo's shop against a bare handler that sends the same bytes and headers
// from memory.
func (b *bench) pages() error {
	d, err := b.demo()
	if err != nil {
		return err
	}
	slug, err := d.product(b)
	if err != nil {
		return err
	}
	for _, p := range []struct{ name, path string }{
		{"product page", "/products/" + slug}, {"listing page", "/products"},
	} {
		for _, clients := range []int{1, 16} {
			if err := b.page(d, fmt.Sprintf("pages/%s, %s", p.name, count(clients, "client")), p.path, clients); err != nil {
				return err
			}
		}
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// product is the slug of a product with options and pictures: the page that costs most.
func (d *demo) product(b *bench) (string, error) {
	products, err := service[*catalog.Service](d)
	if err != nil {
		return "", err
	}
	cards, err := products.Newest(b.ctx, d.store, 100)
	if err != nil || len(cards) == 0 {
		return "", fmt.Errorf("the demo has %d products (%v)", len(cards), err)
	}
	best := cards[0]
	for _, c := range cards {
		if c.Variants > best.Variants {
			best = c
		}
	}
	return best.Slug, nil
}

func (b *bench) page(d *demo, name, path string, clients int) error {
	if !b.wants(name) {
		return nil
	}
	bare, err := bareHandler(d, path)
	if err != nil {
		return err
	}
	server, addr, err := listen("bare", bare)
	if err != nil {
		return err
	}
	defer server.Close()
	ours, closeOurs, err := dialAll(clients, d.addr, d.host, path)
	if err != nil {
		return err
	}
	defer closeOurs()
	theirs, closeTheirs, err := dialAll(clients, addr, d.host, path)
	if err != nil {
		return err
	}
	defer closeTheirs()
	row, err := b.duel(name, loop(clients, func(w int) error { return ours[w].get() }), loop(clients, func(w int) error { return theirs[w].get() }))
	if err != nil {
		return err
	}
	row.Unit, row.LimitIs = "requests/s", "a bare handler with the same bytes"
	row.Note = fmt.Sprintf("%.1f KiB sent", float64(ours[0].bytes)/1024)
	if ours[0].bytes != theirs[0].bytes {
		return fmt.Errorf("%s: %d bytes against %d", name, ours[0].bytes, theirs[0].bytes)
	}
	return d.cost(row, path)
}

// cost notes what one request allocates and asks of the databases.
func (d *demo) cost(row *Row, path string) (err error) {
	request := func() error {
		r, err := http.NewRequest("GET", "http://"+d.host+path, nil)
		if err != nil {
			return err
		}
		r.Header.Set("Accept-Encoding", "gzip")
		r.RemoteAddr = "127.0.0.1:1"
		d.handler.ServeHTTP(&nowhere{h: http.Header{}}, r)
		return nil
	}
	if row.Allocs, row.Bytes, err = heap(200, request); err != nil {
		return err
	}
	row.Statements, err = statements(d, request)
	return err
}

// nowhere takes an answer and keeps nothing of its body.
type nowhere struct{ h http.Header }

func (n *nowhere) Header() http.Header         { return n.h }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(int)             {}

// bareHandler asks for a page once and gives a handler that sends it from memory.
func bareHandler(d *demo, path string) (http.Handler, error) {
	r, err := http.NewRequest("GET", "http://"+d.addr+path, nil)
	if err != nil {
		return nil, err
	}
	r.Host = d.host
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", "en")
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return nil, fmt.Errorf("GET %s answers %s, %s", path, resp.Status, resp.Header.Get("Content-Type"))
	}
	header := resp.Header
	for _, own := range []string{"Date", "Connection", "Transfer-Encoding"} {
		header.Del(own)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for k, v := range header {
			h[k] = v
		}
		w.Write(body) //nolint:errcheck // the client has gone
	}), nil
}
