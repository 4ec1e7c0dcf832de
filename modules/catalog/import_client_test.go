package catalog

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"wizamart/framework/problem"
)

// Nothing inside is ever asked, by whatever name or detour.
func TestFetchRefusesTheInside(t *testing.T) {
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(inside.URL, "http://"), ":")
	lookup := func(_ context.Context, host string) ([]netip.Addr, error) {
		name := map[string]string{"inside.test": "127.0.0.1", "rebinds.test": "10.0.0.8", "metadata.test": "169.254.169.254", "six.test": "fd00::1"}[host]
		if name == "" {
			name = host
		}
		ip, err := netip.ParseAddr(name)
		return []netip.Addr{ip}, err
	}
	for _, address := range []string{
		inside.URL, "http://inside.test:" + port + "/x.png", "http://[::1]:" + port + "/", "http://[::ffff:127.0.0.1]:" + port + "/",
		"http://user:pass@127.0.0.1:" + port + "/", "http://0.0.0.0:" + port + "/", "http://[::]:" + port + "/",
		"http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data", "http://100.64.0.1/",
		"http://[fe80::1]/", "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://255.255.255.255/",
		"http://rebinds.test/", "http://metadata.test/", "https://six.test/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
		"file:///etc/passwd", "ftp://example.test/x", "gopher://127.0.0.1/", "//127.0.0.1/x", "javascript:alert(1)", "", "http://", "http://%zz/",
	} {
		f := newFetcher()
		f.lookup = lookup
		if res, err := f.get(t.Context(), address); err == nil {
			res.Body.Close()
			t.Errorf("%q was fetched", address)
		} else if !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v is nothing for a merchant", address, err)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

func TestFetchFollowsNoRedirectInside(t *testing.T) {
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	for _, to := range []string{inside.URL + "/secret", "http://10.0.0.1/", "file:///etc/passwd", "http://169.254.169.254/"} {
		outside := httptest.NewServer(http.RedirectHandler(to, http.StatusFound))
		host := strings.TrimPrefix(outside.URL, "http://")
		allowed := netip.MustParseAddrPort(host)
		f := newFetcher()
		// The one server that plays the outside is let through by its port: everything else is looked at as ever.
		first := true
		f.allow = func(ip netip.Addr) bool {
			was := first
			first = false
			return was && ip == allowed.Addr() || publicAddress(ip)
		}
		if res, err := f.get(t.Context(), outside.URL); err == nil {
			res.Body.Close()
			t.Errorf("the redirect to %s was followed", to)
		}
		outside.Close()
	}
	if asked.Load() > 0 {
		t.Error("a redirect led inside")
	}
}

func TestPublicAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"1.1.1.1": true, "93.184.216.34": true, "2606:4700:4700::1111": true,
		"127.0.0.1": false, "10.0.0.1": false, "169.254.169.254": false, "::1": false, "fe80::1": false, "fc00::1": false, "100.100.0.1": false,
		"0.0.0.0": false, "192.0.0.8": false, "198.18.0.1": false, "240.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "ff02::1": false,
	} {
		if got := publicAddress(netip.MustParseAddr(address).Unmap()); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
}

func onePicture(w http.ResponseWriter) {
	img := image.NewNRGBA(image.Rect(0, 0, 20, 20))
	for i := range 20 {
		img.Set(i, i, color.NRGBA{200, 30, 30, 255})
	}
	png.Encode(w, img) //nolint:errcheck // a test
}

// What can be had is fetched, what cannot keeps its address and the reason; a later attempt asks for that alone.
func TestFetchPending(t *testing.T) {
	var asked atomic.Int32
	healed := atomic.Bool{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/good.png":
			onePicture(w)
		case "/later.png":
			if healed.Load() {
				onePicture(w)
				return
			}
			http.NotFound(w, r)
		case "/text.png":
			w.Write([]byte("this is no picture")) //nolint:errcheck // a test
		case "/huge.png":
			w.Header().Set("Content-Length", "99999999")
		}
	}))
	defer web.Close()
	s, st, _ := openStore(t)
	file := "Handle,Title,Variant Price,Image Src\n"
	for i, name := range []string{"good", "later", "text", "huge"} {
		file += "p" + string(rune('0'+i)) + ",P,1," + web.URL + "/" + name + ".png\n"
	}
	file += "p9,P,1,http://10.0.0.1/x.png\n"
	importText(t, s, st, []byte(file), nil)
	f := newFetcher()
	loopback := netip.MustParseAddr("127.0.0.1")
	f.allow = func(ip netip.Addr) bool { return ip == loopback || publicAddress(ip) }
	got, err := s.fetchPending(t.Context(), st, f, func(int) error { return nil })
	if err != nil || got != (FetchResult{Fetched: 1, Failed: 4}) {
		t.Fatalf("%+v %v", got, err)
	}
	p, err := s.ProductByHandle(t.Context(), st, "p1")
	if err != nil || p.Images[0].Hash != "" || p.Images[0].Problem == "" || p.Images[0].SourceURL == "" {
		t.Fatalf("%+v %v", p.Images, err)
	}
	healed.Store(true)
	asked.Store(0)
	if got, err = s.fetchPending(t.Context(), st, f, func(int) error { return nil }); err != nil || got != (FetchResult{Fetched: 1, Failed: 3}) || asked.Load() != 3 {
		t.Fatalf("%+v, asked %d times, %v", got, asked.Load(), err)
	}
	before := exportText(t, s, st)
	importText(t, s, st, []byte(file), nil)
	if !strings.Contains(string(before), web.URL+"/good.png") || string(exportText(t, s, st)) != string(before) {
		t.Error("a fetched picture's address is lost")
	}
}
