// Package config is everything an operator can set on the command line or in the environment.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Global flags stand before every command.
type Global struct {
	Data          string `help:"Data directory: the platform database, one directory a store, their media." default:"wizamart-data" type:"path" env:"WIZAMART_DATA" placeholder:"DIR"`
	ReplicaConfig string `help:"File with the replica settings (litestream.yml), or “off”. Without it, litestream.yml in the data directory when it is there, and otherwise the replica is a directory inside the data directory, which does not survive the loss of the disk." env:"WIZAMART_REPLICA_CONFIG" placeholder:"FILE"`
	KeyFile       string `help:"File with the operator's key, which the secrets in the databases are encrypted with. It is made when there is none yet. Without this it stands beside the data directory: DIR.key." type:"path" env:"WIZAMART_KEY_FILE" placeholder:"FILE"`
	LogFormat     string `help:"Log format: text or json." enum:"text,json" default:"text" env:"WIZAMART_LOG_FORMAT"`
	LogLevel      string `help:"Least severe log level: debug, info, warn or error." enum:"debug,info,warn,error" default:"info" env:"WIZAMART_LOG_LEVEL"`
}

// Serve is what the server needs to know.
type Serve struct {
	Listen          string           `help:"Address to listen on." default:"127.0.0.1:8080" env:"WIZAMART_LISTEN" placeholder:"HOST:PORT"`
	BaseDomain      string           `help:"Domain of the platform. Shops are at <code>.<base domain>, the admin at admin.<base domain>, dashboards at <base domain>/store/<code>/." default:"localhost" env:"WIZAMART_BASE_DOMAIN" placeholder:"DOMAIN"`
	TLS             string           `help:"HTTPS: auto obtains certificates (ACME), files uses --cert and --cert-key, off leaves it to a proxy in front." enum:"auto,files,off" default:"off" env:"WIZAMART_TLS"`
	ListenTLS       string           `help:"Address to listen on for HTTPS, with --tls auto or files. --listen then redirects there." default:":443" env:"WIZAMART_LISTEN_TLS" placeholder:"HOST:PORT"`
	Cert            string           `help:"The operator's certificate with its chain (PEM), for *.<base domain>. With --tls auto the stores' own domains still get theirs." type:"path" env:"WIZAMART_CERT" placeholder:"FILE"`
	CertKey         string           `help:"The private key of --cert (PEM)." type:"path" env:"WIZAMART_CERT_KEY" placeholder:"FILE"`
	DNSHook         string           `help:"Command that sets DNS records, for one certificate for *.<base domain>: it is run as COMMAND present|cleanup NAME VALUE." env:"WIZAMART_DNS_HOOK" placeholder:"COMMAND"`
	ACMEDirectory   string           `help:"Directory of the certificate authority. Without it, Let's Encrypt." env:"WIZAMART_ACME_DIRECTORY" placeholder:"URL"`
	ACMERoot        string           `help:"Certificate (PEM) by which the certificate authority itself is trusted." type:"path" env:"WIZAMART_ACME_ROOT" placeholder:"FILE"`
	ACMEEmail       string           `help:"E-mail address for the certificate authority's warnings." env:"WIZAMART_ACME_EMAIL" placeholder:"ADDRESS"`
	DNS             string           `help:"DNS server that is asked for the stores' domains. Without it, the machine's." env:"WIZAMART_DNS" placeholder:"HOST:PORT"`
	PublicAddresses []string         `help:"The server's public addresses, which the stores' domains point to. Without it, those of the base domain." env:"WIZAMART_PUBLIC_ADDRESSES" placeholder:"IP"`
	PublicScheme    string           `help:"Scheme of the links that are printed and mailed: http, https, or auto (http on a loopback address, https elsewhere)." enum:"auto,http,https" default:"auto" env:"WIZAMART_PUBLIC_SCHEME"`
	TrustedProxies  []string         `help:"Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed." env:"WIZAMART_TRUSTED_PROXIES" placeholder:"CIDR"`
	Development     bool             `help:"Development mode: path mode (/stores/<code>/shop/), templates read from disk. Only on a loopback address." env:"WIZAMART_DEVELOPMENT"`
	OpenStores      int              `help:"Store databases kept open (about 1.3 MiB and 5 descriptors each)." default:"256" env:"WIZAMART_OPEN_STORES"`
	PageCache       int              `help:"Memory for finished pages of shops, in MiB; 0 keeps none." default:"64" env:"WIZAMART_PAGE_CACHE" placeholder:"MIB"`
	RateLimits      int              `help:"Percent of the rate limits that are set in the platform: 1000 allows ten times as much, as load tests need; 0 is none." default:"100" env:"WIZAMART_RATE_LIMITS" placeholder:"PERCENT"`
	PasswordCost    int              `help:"bcrypt cost of new passwords: each step doubles the time of a sign-in." default:"11" env:"WIZAMART_PASSWORD_COST"`
	ShutdownGrace   int              `help:"Seconds that running requests get to finish on shutdown." default:"20" env:"WIZAMART_SHUTDOWN_GRACE"`
	TakeOver        int              `help:"Seconds to wait for a server that still owns the data directory and is about to stop: what comes in waits in the sockets meanwhile." default:"0" env:"WIZAMART_TAKE_OVER"`
	Replica         string           `kong:"-"` // the file with the replica settings; "" for no replica, ReplicaDefault for the default
	KeyFile         string           `kong:"-"` // the operator's key; "" for the file beside the data directory
	FreeSpace       Space            `kong:"-"` // nil asks the disk
	Clock           func() time.Time `kong:"-"` // nil for the real one
	ReplicaPassive  bool             `kong:"-"` // note what is written, and leave the copying to the server
	SMTP            string           `name:"smtp" help:"Mail server: smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), smtp://127.0.0.1:25?tls=none; ?from=ADDRESS is the sender. Without it, the one that the operator sets on the Mail page." env:"WIZAMART_SMTP" placeholder:"URL"`
	DevTools        string           `name:"devtools" help:"Developer tools in the platform admin, for operators: on, off, or auto (in development mode)." enum:"auto,on,off" default:"auto" env:"WIZAMART_DEVTOOLS"`
	MonitoringToken string           `help:"Token with which /metrics and the details of /health are read from elsewhere: Authorization: Bearer TOKEN. Without it, from this machine and by operators only." env:"WIZAMART_MONITORING_TOKEN" placeholder:"TOKEN"`
	SentryDSN       string           `name:"sentry-dsn" help:"DSN of a Sentry server that failures are reported to, without anything about people. Without it, none." env:"WIZAMART_SENTRY_DSN" placeholder:"URL"`
	SentryEnv       string           `name:"sentry-environment" help:"Environment that failures are reported under." default:"production" env:"WIZAMART_SENTRY_ENVIRONMENT" placeholder:"NAME"`
	Release         string           `kong:"-"` // the program's version
	Source          string           `help:"Source tree to read templates and assets from, in development mode." type:"path" env:"WIZAMART_SOURCE" placeholder:"DIR" hidden:""`
}

// Space tells how many bytes of the disk that a directory is on are free, for who is not root, and how many it has.
type Space func(dir string) (free, total int64, err error)

// minToken is how many characters the monitoring token has at least.
const minToken = 16

// ReplicaDefault stands for the replica settings that need no file.
const ReplicaDefault = "default"

// Error names the key whose value is wrong, and what is allowed.
type Error struct {
	Key, Value, Allowed string
}

func (e *Error) Error() string {
	return fmt.Sprintf("--%s (WIZAMART_%s): %q is not allowed: %s", e.Key, strings.ToUpper(strings.ReplaceAll(e.Key, "-", "_")), e.Value, e.Allowed)
}

// Validate checks what the flag parser cannot.
func (s *Serve) Validate() error {
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil || port == "" {
		return &Error{"listen", s.Listen, "give HOST:PORT, such as 127.0.0.1:8080 or :80"}
	}
	if strings.ContainsAny(s.BaseDomain, "/: ") || s.BaseDomain == "" {
		return &Error{"base-domain", s.BaseDomain, "give a domain without scheme and port, such as shops.example"}
	}
	if s.OpenStores < 1 || s.OpenStores > 100_000 {
		return &Error{"open-stores", fmt.Sprint(s.OpenStores), "give a number from 1 to 100000"}
	}
	if s.PageCache < 0 || s.PageCache > 65_536 {
		return &Error{"page-cache", fmt.Sprint(s.PageCache), "give MiB from 0 to 65536"}
	}
	if s.RateLimits < 0 || s.RateLimits > 1_000_000 {
		return &Error{"rate-limits", fmt.Sprint(s.RateLimits), "give percent from 0 to 1000000"}
	}
	if s.ShutdownGrace < 0 || s.ShutdownGrace > 600 {
		return &Error{"shutdown-grace", fmt.Sprint(s.ShutdownGrace), "give seconds from 0 to 600"}
	}
	if s.PasswordCost < 10 || s.PasswordCost > 16 {
		return &Error{"password-cost", fmt.Sprint(s.PasswordCost), "give a number from 10 to 16"}
	}
	if n := len(s.MonitoringToken); n > 0 && n < minToken {
		return &Error{"monitoring-token", "…", fmt.Sprintf("give at least %d characters, such as those of “openssl rand -hex 24”", minToken)}
	}
	if s.HTTPS() {
		if _, port, err := net.SplitHostPort(s.ListenTLS); err != nil || port == "" {
			return &Error{"listen-tls", s.ListenTLS, "give HOST:PORT, such as :443"}
		}
	}
	if (s.Cert == "") != (s.CertKey == "") || s.TLS == "files" && s.Cert == "" {
		return &Error{"cert", s.Cert, "give both --cert and --cert-key"}
	}
	for _, ip := range s.PublicAddresses {
		if _, err := netip.ParseAddr(ip); err != nil {
			return &Error{"public-addresses", ip, "give IP addresses, such as 192.0.2.10"}
		}
	}
	for _, p := range s.TrustedProxies {
		if _, err := parsePrefix(p); err != nil {
			return &Error{"trusted-proxies", p, "give an IP address or a network, such as 10.0.0.0/8"}
		}
	}
	if s.Development && !s.Loopback() {
		return &Error{"listen", host, "development mode listens on a loopback address only, such as 127.0.0.1:8080"}
	}
	return nil
}

// HTTPS tells whether the server itself speaks HTTPS.
func (s *Serve) HTTPS() bool { return s.TLS == "auto" || s.TLS == "files" }

// Loopback tells whether only this machine can reach the server.
func (s *Serve) Loopback() bool { return loopback(s.Listen) && (!s.HTTPS() || loopback(s.ListenTLS)) }

func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// Proxies are the trusted networks.
func (s *Serve) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range s.TrustedProxies {
		if prefix, err := parsePrefix(p); err == nil {
			out = append(out, prefix)
		}
	}
	return out
}

func parsePrefix(s string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// URL is the public address of a path on a host.
func (s *Serve) URL(host, path string) string {
	scheme := s.PublicScheme
	if scheme == "auto" || scheme == "" {
		scheme = "https"
		if s.Loopback() && !s.HTTPS() {
			scheme = "http"
		}
	}
	if _, port, err := net.SplitHostPort(s.ListenTLS); scheme == "https" && s.HTTPS() && err == nil && port != "443" {
		host = net.JoinHostPort(host, port)
	}
	if scheme == "http" {
		if _, port, err := net.SplitHostPort(s.Listen); err == nil && port != "80" {
			host = net.JoinHostPort(host, port)
		}
	}
	return scheme + "://" + host + path
}
