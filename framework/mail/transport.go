package mail

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wizamart/framework/auth"
	"wizamart/framework/problem"
)

// Ways to protect the connection to a mail server.
const (
	StartTLS = "starttls" // plain at first, then TLS or nothing is sent (RFC 3207)
	TLS      = "tls"      // TLS from the first byte (RFC 8314)
	NoTLS    = "none"     // for a relay on this machine
)

// Transport is the server that takes the mails, and how they are sent.
type Transport struct {
	Host     string // "" for none
	Port     int
	Security string
	Username string
	Password string
	Sender   string // the address that mails come from
	Hourly   int    // mails an hour that one store may send; 0 is any number
	KeepDays int    // how long what a mail says, and to whom, is kept
}

const (
	defaultHourly   = 1000
	defaultKeepDays = 90
)

// ParseURL reads smtp://user:password@host:587 (STARTTLS) and smtps://user:password@host:465 (TLS). smtp://host:25?tls=none sends in
// clear, which is for a relay on the same machine. ?from=shop@example.com is the address that mails come from.
func ParseURL(raw string) (Transport, error) {
	t := Transport{Hourly: defaultHourly, KeepDays: defaultKeepDays}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return t, fmt.Errorf("give smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	t.Host, t.Username = u.Hostname(), u.User.Username()
	t.Password, _ = u.User.Password()
	t.Sender = u.Query().Get("from")
	switch {
	case u.Scheme == "smtp" && u.Query().Get("tls") == "none":
		t.Security, t.Port = NoTLS, 25
	case u.Scheme == "smtp":
		t.Security, t.Port = StartTLS, 587
	case u.Scheme == "smtps":
		t.Security, t.Port = TLS, 465
	default:
		return t, fmt.Errorf("the scheme is smtp or smtps, not %q", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if t.Port, err = strconv.Atoi(p); err != nil {
			return t, err
		}
	}
	return t, t.Validate()
}

// Validate names the fields that are wrong: host, port, security, username, sender, hourly, keep_days. No host at all is right: it is no server.
func (t Transport) Validate() error {
	var f problem.Fields
	f.Check(t.Hourly >= 0 && t.Hourly <= 1_000_000, "hourly", "Enter a whole number from %d to %d.", 0, 1_000_000)
	f.Check(t.KeepDays >= 1 && t.KeepDays <= 3650, "keep_days", "Enter a whole number from %d to %d.", 1, 3650)
	if t.Sender != "" {
		_, ok := auth.CleanEmail(t.Sender)
		f.Check(ok, "sender", "Enter an e-mail address such as name@example.com.")
	}
	if t.Host == "" {
		return f.Err()
	}
	f.Check(len(t.Host) <= 253 && oneLine(t.Host, 253) == t.Host && !strings.ContainsAny(t.Host, " /@"), "host", "Enter the name of the server, such as smtp.example.com.")
	f.Check(t.Port > 0 && t.Port < 1<<16, "port", "Enter a whole number from %d to %d.", 1, 65535)
	f.Check(t.Security == StartTLS || t.Security == TLS || t.Security == NoTLS, "security", "Choose one of the values.")
	f.Check(t.Security != NoTLS || t.Username == "" || local(t.Host), "security", "A password is not sent in clear over the network: choose STARTTLS or TLS.")
	f.Check(oneLine(t.Username, 254) == t.Username, "username", "Use at most %d characters.", 254)
	return f.Err()
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// delays between the attempts: some four days in all.
var delays = []time.Duration{
	30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
	8 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

// MaxAttempts is how often a mail is tried before it is parked.
var MaxAttempts = len(delays) + 1

// sender is the address that mails come from.
func (t Transport) sender(domain string) string { return cmp.Or(t.Sender, "no-reply@"+domain) }
