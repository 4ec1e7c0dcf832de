// Package config is everything an operator can set on the command line or in the environment.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
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
	Listen         string   `help:"Address to listen on." default:"127.0.0.1:8080" env:"WIZAMART_LISTEN" placeholder:"HOST:PORT"`
	BaseDomain     string   `help:"Domain of the platform. Shops are at <code>.<base domain>, the admin at admin.<base domain>, dashboards at <base domain>/store/<code>/." default:"localhost" env:"WIZAMART_BASE_DOMAIN" placeholder:"DOMAIN"`
	PublicScheme   string   `help:"Scheme of the links that are printed and mailed: http, https, or auto (http on a loopback address, https elsewhere)." enum:"auto,http,https" default:"auto" env:"WIZAMART_PUBLIC_SCHEME"`
	TrustedProxies []string `help:"Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed." env:"WIZAMART_TRUSTED_PROXIES" placeholder:"CIDR"`
	Development    bool     `help:"Development mode: path mode (/stores/<code>/shop/), templates read from disk. Only on a loopback address." env:"WIZAMART_DEVELOPMENT"`
	OpenStores     int      `help:"Store databases kept open (about 1.3 MiB and 5 descriptors each)." default:"256" env:"WIZAMART_OPEN_STORES"`
	PasswordCost   int      `help:"bcrypt cost of new passwords: each step doubles the time of a sign-in." default:"11" env:"WIZAMART_PASSWORD_COST"`
	ShutdownGrace  int      `help:"Seconds that running requests get to finish on shutdown." default:"20" env:"WIZAMART_SHUTDOWN_GRACE"`
	Replica        string   `kong:"-"` // the file with the replica settings; "" for no replica, ReplicaDefault for the default
	KeyFile        string   `kong:"-"` // the operator's key; "" for the file beside the data directory
	ReplicaPassive bool     `kong:"-"` // note what is written, and leave the copying to the server
	SMTP           string   `name:"smtp" help:"Mail server: smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), smtp://127.0.0.1:25?tls=none; ?from=ADDRESS is the sender. Without it, the one that the operator sets on the Mail page." env:"WIZAMART_SMTP" placeholder:"URL"`
	Source         string   `help:"Source tree to read templates and assets from, in development mode." type:"path" env:"WIZAMART_SOURCE" placeholder:"DIR" hidden:""`
}

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
	if s.ShutdownGrace < 0 || s.ShutdownGrace > 600 {
		return &Error{"shutdown-grace", fmt.Sprint(s.ShutdownGrace), "give seconds from 0 to 600"}
	}
	if s.PasswordCost < 10 || s.PasswordCost > 16 {
		return &Error{"password-cost", fmt.Sprint(s.PasswordCost), "give a number from 10 to 16"}
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

// Loopback tells whether only this machine can reach the server.
func (s *Serve) Loopback() bool {
	host, _, err := net.SplitHostPort(s.Listen)
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
		if s.Loopback() {
			scheme = "http"
		}
	}
	if scheme == "http" {
		if _, port, err := net.SplitHostPort(s.Listen); err == nil && port != "80" {
			host = net.JoinHostPort(host, port)
		}
	}
	return scheme + "://" + host + path
}
