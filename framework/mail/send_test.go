package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"wizamart/framework/audit"
	"wizamart/framework/database"
	"wizamart/framework/job"
	"wizamart/framework/problem"
	"wizamart/framework/secret"
)

// server is a mail server on loopback.
type server struct {
	t       *testing.T
	port    int
	cert    tls.Certificate
	roots   *x509.CertPool
	running *smtp.Server

	mu     sync.Mutex
	got    []string // whole messages
	to     []string
	answer func(to string) error // to RCPT
	auth   string
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

type session struct {
	s  *server
	in bool
}

func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user+":"+password != c.s.auth {
			return errors.New("wrong password")
		}
		c.in = true
		return nil
	}), nil
}

func (c *session) Mail(string, *smtp.MailOptions) error {
	if c.s.auth != "" && !c.in {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.answer != nil {
		if err := c.s.answer(to); err != nil {
			return err
		}
	}
	c.s.to = append(c.s.to, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.got = append(c.s.got, string(text))
	return err
}
func (*session) Reset()        {}
func (*session) Logout() error { return nil }

func newServer(t *testing.T) *server {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots: x509.NewCertPool()}
	s.roots.AddCert(leaf)
	s.start()
	t.Cleanup(func() { s.running.Close() })
	return s
}

func (s *server) start() {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	if err != nil {
		s.t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	s.running = smtp.NewServer(s)
	s.running.TLSConfig = &tls.Config{Certificates: []tls.Certificate{s.cert}}
	s.running.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	go s.running.Serve(l) //nolint:errcheck // ends with Close
}

func (s *server) messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.got...)
}

// bench is a platform's file with the service on it, and a clock.
type bench struct {
	*Service
	t   *testing.T
	db  *database.DB
	run func() // all that is due
	at  time.Time
}

func newBench(t *testing.T, o Options) *bench {
	db, err := database.Open(filepath.Join(t.TempDir(), "platform.db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var steps []database.Migration
	for _, m := range []struct {
		name string
		read func() ([]database.Migration, error)
	}{
		{"job", func() ([]database.Migration, error) {
			return database.ReadMigrations("job", job.Migrations, database.Platform)
		}},
		{"audit", func() ([]database.Migration, error) {
			return database.ReadMigrations("audit", audit.Migrations, database.Platform)
		}},
		{"mail", func() ([]database.Migration, error) {
			return database.ReadMigrations("mail", Migrations, database.Platform)
		}},
	} {
		more, err := m.read()
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, more...)
	}
	if err := database.NewMigrations(steps).Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if o.Keys, err = secret.Create(filepath.Join(t.TempDir(), "operator.key")); err != nil {
		t.Fatal(err)
	}
	o.DB, o.Domain, o.Log = db, "wizamart.test", slog.New(slog.DiscardHandler)
	b := &bench{Service: New(o), t: t, db: db, at: time.Now().Add(time.Second)}
	b.now = func() time.Time { return b.at }
	b.run = func() {
		t.Helper()
		rows, err := due(t.Context(), db, database.At(b.at), batch)
		if err != nil {
			t.Fatal(err)
		}
		tr, err := b.Transport(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case tr.Host != "":
			err = b.deliver(t.Context(), db, tr, rows)
		case o.Development:
			err = db.Write(t.Context(), func(tx *database.DB) error { return b.keep(context.Background(), tx, rows) })
		default:
			err = b.note(t.Context(), db, rows, errNoServer)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func (b *bench) queue(m Message) string {
	b.t.Helper()
	var id string
	err := b.db.Write(b.t.Context(), func(tx *database.DB) (err error) {
		id, err = Queue(context.Background(), tx, m)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b *bench) want(id, state string) Row {
	b.t.Helper()
	r, err := Get(b.t.Context(), b.db, id)
	if err != nil {
		b.t.Fatal(err)
	}
	if r.State != state {
		b.t.Fatalf("the mail is %s, want %s: %s", r.State, state, r.Error)
	}
	return r
}

func hello(to string) Message {
	return Message{Kind: "order.placed", Ref: "o1", To: mail.Address{Name: "Ada Løve", Address: to}, From: "Fjord, “Outdoor”", ReplyTo: "shop@fjord.test", Subject: "Tak for din ordre – №1001", HTML: "<p>Hej</p>", Text: "Hej"}
}

func (s *server) transport() *Transport {
	return &Transport{Host: "127.0.0.1", Port: s.port, Security: StartTLS, Username: "user", Password: "secret", Sender: "mail@wizamart.test", KeepDays: 90}
}

// A mail goes over STARTTLS with a password, and says what it should.
func TestDeliver(t *testing.T) {
	s := newServer(t)
	s.auth = "user:secret"
	b := newBench(t, Options{Transport: s.transport(), TLS: &tls.Config{RootCAs: s.roots}})
	id := b.queue(hello("ada@example.com"))
	b.run()
	r := b.want(id, Sent)
	if r.Attempts != 1 || r.EndedAt.IsZero() {
		t.Errorf("%+v", r)
	}
	got := s.messages()
	if len(got) != 1 {
		t.Fatalf("%d mails came", len(got))
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0]))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Fjord, “Outdoor”" || from[0].Address != "mail@wizamart.test" {
		t.Errorf("from %v, %v", from, err)
	}
	if m.Header.Get("Message-Id") != "<"+id+"@wizamart.test>" || m.Header.Get("Reply-To") != "<shop@fjord.test>" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%v", m.Header)
	}
	if !strings.HasPrefix(m.Header.Get("Content-Type"), "multipart/alternative") {
		t.Errorf("%v", m.Header.Get("Content-Type"))
	}
	b.run()
	if n := len(s.messages()); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}

// Without trust in the server's certificate, or with a wrong password, nothing is sent, and it is tried again.
func TestRefusesToSend(t *testing.T) {
	s := newServer(t)
	s.auth = "user:secret"
	b := newBench(t, Options{Transport: s.transport()})
	id := b.queue(hello("ada@example.com"))
	b.run()
	if r := b.want(id, Queued); r.Error == "" || r.Attempts != 1 {
		t.Errorf("%+v", r)
	}
	wrong := s.transport()
	wrong.Password = "hunter2-hunter2"
	b.fixed, b.tls, b.at = wrong, &tls.Config{RootCAs: s.roots}, b.at.Add(time.Hour)
	b.run()
	if r := b.want(id, Queued); r.Attempts != 2 || strings.Contains(r.Error, "hunter2") {
		t.Errorf("%+v", r)
	}
	if len(s.messages()) != 0 {
		t.Error("it was sent")
	}
}

// What the server does not take for now is tried again; what it refuses is not; others in the same batch do not suffer.
func TestAnswers(t *testing.T) {
	s := newServer(t)
	s.answer = func(to string) error {
		switch to {
		case "later@example.com":
			return &smtp.SMTPError{Code: 451, Message: "try again"}
		case "nobody@example.com":
			return &smtp.SMTPError{Code: 550, Message: "no such user"}
		}
		return nil
	}
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	later, nobody, fine := b.queue(hello("later@example.com")), b.queue(hello("nobody@example.com")), b.queue(hello("ada@example.com"))
	b.run()
	if r := b.want(nobody, Refused); !strings.Contains(r.Error, "no such user") {
		t.Errorf("%q", r.Error)
	}
	b.want(fine, Sent)
	if r := b.want(later, Queued); !r.NextAt.After(b.at) {
		t.Errorf("%+v", r)
	}
	s.mu.Lock()
	s.answer = nil
	s.mu.Unlock()
	b.at = b.at.Add(time.Minute)
	b.run()
	if r := b.want(later, Sent); r.Attempts != 2 {
		t.Errorf("%+v", r)
	}
}

// A server that is gone and comes back gets the mail; one that stays away has it parked, and it can be sent again.
func TestServerGone(t *testing.T) {
	s := newServer(t)
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	s.running.Close()
	id := b.queue(hello("ada@example.com"))
	b.run()
	b.want(id, Queued)
	s.start()
	b.at = b.at.Add(time.Minute)
	b.run()
	b.want(id, Sent)

	s.running.Close()
	id = b.queue(hello("ada@example.com"))
	began := b.at
	for range MaxAttempts {
		b.want(id, Queued)
		b.at = b.at.Add(25 * time.Hour)
		b.run()
	}
	if r := b.want(id, Parked); r.Attempts != MaxAttempts || b.at.Sub(began) < 4*24*time.Hour {
		t.Errorf("%+v", r)
	}
	s.start()
	err := b.db.Write(t.Context(), func(tx *database.DB) error { _, err := Resend(t.Context(), tx, id); return err })
	if err != nil {
		t.Fatal(err)
	}
	b.run()
	b.want(id, Sent)
}

// When the process ends after the server took a mail, it comes twice with the same Message-ID.
func TestKilledBeforeNoting(t *testing.T) {
	s := newServer(t)
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	id := b.queue(hello("ada@example.com"))
	b.sent = func(string) { panic("killed") }
	func() {
		defer func() { recover() }() //nolint:errcheck // what it says is known
		b.run()
	}()
	b.want(id, Queued)
	b.sent = func(string) {}
	b.run()
	b.want(id, Sent)
	got := s.messages()
	if len(got) != 2 {
		t.Fatalf("%d mails", len(got))
	}
	for _, text := range got {
		if m, err := mail.ReadMessage(strings.NewReader(text)); err != nil || m.Header.Get("Message-Id") != "<"+id+"@wizamart.test>" {
			t.Errorf("%v %v", m.Header, err)
		}
	}
}

// Nothing that a person types becomes a header, and what is no address is refused.
func TestInjection(t *testing.T) {
	s := newServer(t)
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	m := hello("ada@example.com")
	m.Subject, m.To.Name, m.From = "Hi\r\nBcc: evil@example.com\r\n\r\nbody", "Ada\nBcc: evil@example.com", "Shop\rX-Evil: 1"
	b.queue(m)
	b.run()
	got, err := mail.ReadMessage(strings.NewReader(s.messages()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" || got.Header.Get("X-Evil") != "" || len(s.to) != 1 {
		t.Errorf("%v to %v", got.Header, s.to)
	}
	for _, to := range []string{"", "ada", "ada@example.com\r\nRCPT TO:<evil@example.com>", "ada@example.com, evil@example.com", "Ada <ada@example.com>", "ada@example.com>"} {
		err := b.db.Write(t.Context(), func(tx *database.DB) error { _, err := Queue(t.Context(), tx, hello(to)); return err })
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%q is taken: %v", to, err)
		}
	}
}

// Names that an address's quoted string (RFC 5322, 3.4) would end early reach who they name, and nobody else.
func TestQuotesInNames(t *testing.T) {
	s := newServer(t)
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	for i, name := range []string{`Ada "Countess" Lovelace`, `Ada\`, `Ada" <evil@example.com>, "x`, `(Ada`, "Ada, Øystein"} {
		m := hello("ada@example.com")
		m.To.Name, m.From = name, name
		b.queue(m)
		b.run()
		if len(s.messages()) != i+1 {
			t.Fatalf("nothing was sent to %s", name)
		}
		got, err := mail.ReadMessage(strings.NewReader(s.messages()[i]))
		if err != nil {
			t.Fatal(err)
		}
		to, err := got.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Name != name || to[0].Address != "ada@example.com" || s.to[i] != "ada@example.com" {
			t.Errorf("%s: %v %v", name, to, err)
		}
		if from, err := got.Header.AddressList("From"); err != nil || len(from) != 1 || from[0].Name != name {
			t.Errorf("from %s: %v %v", name, from, err)
		}
	}
}

// A mail that lets its reader in says nothing once it was sent. Old mails, and those of a person who wants to be forgotten, say nothing of them.
func TestForgets(t *testing.T) {
	s := newServer(t)
	tr := s.transport()
	tr.Username = ""
	b := newBench(t, Options{Transport: tr, TLS: &tls.Config{RootCAs: s.roots}})
	m := hello("ada@example.com")
	m.Secret = true
	id := b.queue(m)
	b.run()
	if r := b.want(id, Sent); r.HTML != "" || r.Text != "" || r.CanResend() {
		t.Errorf("%+v", r)
	}
	open := b.queue(hello("ada@example.com"))
	other := b.queue(hello("bob@example.com"))
	err := b.db.Write(t.Context(), func(tx *database.DB) error { return Erase(t.Context(), tx, "ADA@example.com") })
	if err != nil {
		t.Fatal(err)
	}
	b.run()
	if r := b.want(open, Refused); r.ToAddress != "" || r.Subject != "" || r.Text != "" {
		t.Errorf("%+v", r)
	}
	b.want(other, Sent)
	if len(s.messages()) != 2 {
		t.Errorf("%d mails", len(s.messages()))
	}
}

// The password of the server is sealed, stays when the form is saved without it, and never goes to another server.
func TestStored(t *testing.T) {
	b := newBench(t, Options{})
	first := Transport{Host: "smtp.example.com", Port: 587, Security: StartTLS, Username: "u", Password: "sealed-secret", Hourly: 5, KeepDays: 30}
	if err := b.Save(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	again := first
	again.Password, again.KeepDays = "", 60
	if err := b.Save(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	got, err := b.Stored(t.Context())
	if err != nil || got.Password != "sealed-secret" || got.KeepDays != 60 {
		t.Errorf("%+v, %v", got, err)
	}
	var raw []byte
	if err := b.db.NewQuery("SELECT password FROM mail_transport").Row(&raw); err != nil || strings.Contains(string(raw), "sealed-secret") {
		t.Errorf("%q, %v", raw, err)
	}
	moved := again
	moved.Host = "smtp.evil.example"
	if err := b.Save(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Stored(t.Context()); err != nil || got.Password != "" {
		t.Errorf("the password went along: %+v, %v", got, err)
	}
	if err := (Transport{Host: "smtp.example.com", Port: 25, Security: NoTLS, Username: "u", KeepDays: 1}).Validate(); !problem.Is(err, problem.Invalid) {
		t.Errorf("a password in clear: %v", err)
	}
	for _, raw := range []string{"http://x", "smtp://", "smtp://h:99999", "x"} {
		if _, err := ParseURL(raw); err == nil {
			t.Errorf("%q is taken", raw)
		}
	}
	if tr, err := ParseURL("smtps://u:p%40ss@h.example?from=a@b.test"); err != nil || tr.Port != 465 || tr.Password != "p@ss" || tr.Sender != "a@b.test" {
		t.Errorf("%+v, %v", tr, err)
	}
}
