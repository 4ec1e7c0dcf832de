package fault

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
)

// told is what a shopper was told of an order.
type told struct {
	ID        string // token in the address of its page
	Number    string
	Confirmed bool // and not only received
	Email     string
}

// shopper is a browser without scripts and without an account. All that knows the steps of a checkout is here.
type shopper struct {
	s       *site
	host    string
	client  *http.Client
	jar     map[string]string
	address string
	pays    string // how; "" is by bank transfer
}

var visitors atomic.Int64

func (s *site) shopper(code string) *shopper {
	n := visitors.Add(1)
	return &shopper{s: s, host: code + ".localhost", client: s.client(), jar: map[string]string{}, address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)}
}

func (g *shopper) ask(method, path string, form url.Values) (status int, body, location string, err error) {
	req, err := http.NewRequest(method, "http://"+g.host+path, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, "", "", err
	}
	req.Header.Set("X-Forwarded-For", g.address)
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range g.jar {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := g.client.Do(req)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, "", "", err
	}
	for _, c := range res.Cookies() {
		g.jar[c.Name] = c.Value
	}
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		return 0, "", "", err
	}
	return res.StatusCode, string(text), to.RequestURI(), nil
}

func (g *shopper) post(path string, form url.Values) (string, error) {
	status, body, to, err := g.ask(http.MethodPost, path, form)
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%w: %s answers %d: %.3000s", errRefused, path, status, body)
	}
	return to, err
}

var (
	hiddenInput = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
	wayInput    = regexp.MustCompile(`<input[^>]*type="radio"[^>]*name="shipping_method"[^>]*value="([^"]+)"`)
	orderNumber = regexp.MustCompile(`class="order-number">([^<]+)<`)
)

// prepare takes one piece of a variant to the last page, and gives its form.
func (g *shopper) prepare(variant string) (url.Values, error) {
	if _, err := g.post("/cart/lines", url.Values{"variant": {variant}, "quantity": {"1"}}); err != nil {
		return nil, err
	}
	if _, err := g.post("/checkout", nil); err != nil {
		return nil, err
	}
	if _, err := g.post("/checkout/address", url.Values{
		"email": {g.email()}, "name": {"Siri Shopper"}, "line1": {"Storgata 1"}, "postal_code": {"10115"}, "city": {"Berlin"}, "country": {"DE"}, "billing_same": {"on"},
	}); err != nil {
		return nil, err
	}
	_, page, _, err := g.ask(http.MethodGet, "/checkout/delivery", nil)
	if err != nil {
		return nil, err
	}
	way := wayInput.FindStringSubmatch(page)
	if way == nil {
		return nil, fmt.Errorf("%w: the checkout offers no delivery", errRefused)
	}
	if _, err := g.post("/checkout/delivery", url.Values{"shipping_method": {way[1]}}); err != nil {
		return nil, err
	}
	if _, err := g.post("/checkout/payment", url.Values{"payment_method": {cmp.Or(g.pays, "bank_transfer")}}); err != nil {
		return nil, err
	}
	if _, page, _, err = g.ask(http.MethodGet, "/checkout/review", nil); err != nil {
		return nil, err
	}
	form := url.Values{"terms": {"on"}}
	for _, f := range hiddenInput.FindAllStringSubmatch(page, -1) {
		form.Set(f[1], html.UnescapeString(f[2]))
	}
	return form, nil
}

func (g *shopper) email() string { return "guest-" + g.address + "@mail.test" }

// buy goes through a checkout and gives what the confirmation says.
func (g *shopper) buy(variant string) (told, error) {
	form, err := g.prepare(variant)
	if err != nil {
		return told{}, err
	}
	return g.order(form)
}

// order presses the last button.
func (g *shopper) order(form url.Values) (told, error) {
	to, err := g.post("/checkout/orders", form)
	if err != nil {
		return told{}, err
	}
	return g.look(to)
}

// look reads an order's page.
func (g *shopper) look(path string) (told, error) {
	status, page, _, err := g.ask(http.MethodGet, path, nil)
	if err != nil {
		return told{}, err
	}
	number := orderNumber.FindStringSubmatch(page)
	if status != http.StatusOK || number == nil {
		return told{}, fmt.Errorf("%w: %s answers %d and shows no order: %.2000s", errRefused, path, status, page)
	}
	path, _, _ = strings.Cut(path, "?")
	return told{ID: path[strings.LastIndex(path, "/")+1:], Number: strings.TrimPrefix(number[1], "#"), Confirmed: !strings.Contains(page, "being secured"), Email: g.email()}, nil
}

// crowd are shoppers that buy until they are told to stop, and their list.
type crowd struct {
	mu    sync.Mutex
	list  []told
	fails map[string]int
	stop  atomic.Bool
	all   sync.WaitGroup
}

// shop sends n shoppers into a store. first is called with the first order.
func (s *site) shop(n int, code string, variants []string, first func()) *crowd {
	c := &crowd{fails: map[string]int{}}
	var once sync.Once
	for w := range n {
		c.all.Go(func() {
			for i := 0; !c.stop.Load(); i++ {
				got, err := s.shopper(code).buy(variants[(w+i)%len(variants)])
				c.mu.Lock()
				if err == nil {
					c.list = append(c.list, got)
				} else {
					c.fails[fmt.Sprintf("%.160s", err)]++
				}
				c.mu.Unlock()
				if err == nil {
					once.Do(first)
				}
			}
		})
	}
	return c
}

func (c *crowd) end() []told {
	c.stop.Store(true)
	c.all.Wait()
	return c.list
}
