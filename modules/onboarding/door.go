package onboarding

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"wizamart/framework/audit"
	"wizamart/framework/auth"
	"wizamart/framework/problem"
	"wizamart/framework/web"
	"wizamart/tenant"
)

const (
	maxPassword = 60
	doorCookie  = "shop_door"
	doorFor     = 30 * 24 * time.Hour // how long a browser that knew the password is let in
	visitFor    = 5 * time.Minute     // how long the dashboard's way into the shop works
)

// pass is what a browser holds that may see a shop which is not launched. It ends when the password changes.
type pass struct {
	Password string `json:"p"` // a hash of it
	Until    int64  `json:"u"` // Unix time
}

func passwordOf(st *tenant.Store) string {
	v, _ := st.Settings().Get(passwordAt)
	return v
}

func hashOf(password string) string {
	sum := sha256.Sum256([]byte(password))
	return hex.EncodeToString(sum[:12])
}

// seal makes a pass for a store: another store's is worth nothing here.
func (s *Service) seal(st *tenant.Store, purpose string, ttl time.Duration) string {
	data, err := json.Marshal(pass{hashOf(passwordOf(st)), s.app.Now().Add(ttl).Unix()})
	if err != nil {
		panic(err) // a string and a number
	}
	return s.app.Site.Signer.Sign(purpose+" "+st.ID(), data)
}

func (s *Service) opens(st *tenant.Store, purpose, value string) bool {
	data, ok := s.app.Site.Signer.Open(purpose+" "+st.ID(), value)
	var p pass
	return ok && json.Unmarshal(data, &p) == nil && p.Password == hashOf(passwordOf(st)) && s.app.Now().Unix() < p.Until
}

// Admitted tells whether the browser holds a pass for the store.
func (s *Service) Admitted(c *web.Context) bool {
	value := c.Cookie(doorCookie)
	return value != "" && s.opens(c.Store, "shop door", value)
}

func (s *Service) admit(c *web.Context) {
	c.SetCookie(doorCookie, s.seal(c.Store, "shop door", doorFor), int(doorFor.Seconds()))
}

// visitShop leads from the dashboard into the shop, past the password.
func (s *Service) visitShop(c *web.Context) error {
	info := c.Store.Info()
	to := s.app.Config.URL(info.Host(s.app.Platform.BaseDomain()), "/")
	if info.Open() && !info.Launched() {
		to += "password?pass=" + s.seal(c.Store, "shop visit", visitFor)
	}
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(c.W, c.R, to, http.StatusSeeOther)
	return nil
}

func (s *Service) doorPage(c *web.Context) error {
	if c.Store.Info().Launched() || s.Admitted(c) {
		return s.enter(c, c.Query("next"))
	}
	if given := c.Query("pass"); given != "" && s.opens(c.Store, "shop visit", given) {
		s.admit(c)
		return s.enter(c, "")
	}
	return s.renderDoor(c, nil, c.Query("next"))
}

func (s *Service) renderDoor(c *web.Context, form *web.Form, next string) error {
	return c.Render(web.Page{View: "onboarding/door/password", Layout: "layout-door", Title: c.T("Opening soon"), Form: form, D: next, NoIndex: true})
}

// enter leads on to a path of the shop.
func (s *Service) enter(c *web.Context, next string) error {
	if next == "" || !web.LocalPath(next) {
		next = "/"
	}
	return c.Redirect(next)
}

func (s *Service) postDoor(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	if c.Store.Info().Launched() {
		return s.enter(c, form.Value("next"))
	}
	if err := s.doors.Take(c.Store.ID() + " " + auth.AddressKey(c.Address)); err != nil {
		return err
	}
	want := passwordOf(c.Store)
	if want == "" || !hmac.Equal([]byte(hashOf(strings.TrimSpace(form.Value("password")))), []byte(hashOf(want))) {
		form.Fail("password", "This is not the password.")
		return s.renderDoor(c, form, form.Value("next"))
	}
	s.admit(c)
	return s.enter(c, form.Value("next"))
}

// Closed is the page of a shop that is suspended or about to be deleted. Why is the merchant's matter.
func (s *Service) Closed(c *web.Context) error {
	c.W.Header().Set("Retry-After", "3600")
	return c.Render(web.Page{View: "onboarding/door/closed", Layout: "layout-door", Title: c.T("Closed"), Status: http.StatusServiceUnavailable, NoIndex: true})
}

// newPassword is easy to say over the telephone.
func newPassword() string { return strings.ToLower(rand.Text()[:8]) }

// seed gives a new store's shop its password.
func seed(ctx context.Context, tx *tenant.Store) error {
	return tx.SetSettings(ctx, map[string]string{passwordAt: newPassword()})
}

// SetPassword changes the password of a shop that is not launched. Those who knew the old one are asked for the new one.
func (s *Service) SetPassword(ctx context.Context, st *tenant.Store, password string) error {
	password = strings.TrimSpace(password)
	if n := utf8.RuneCountInString(password); n < 4 || n > maxPassword {
		return problem.On("password", "Use from %d to %d characters.", 4, maxPassword)
	}
	if password == passwordOf(st) {
		return nil
	}
	return st.Write(ctx, func(tx *tenant.Store) error {
		if err := tx.SetSettings(ctx, map[string]string{passwordAt: password}); err != nil {
			return err
		}
		return audit.Record(ctx, tx.DB, audit.Entry{Action: "onboarding.password.changed", SubjectKind: "store", SubjectID: st.ID()})
	})
}
