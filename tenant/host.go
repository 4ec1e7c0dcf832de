package tenant

import (
	"net"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// reservedCodes are labels of the base domain that no store may take.
var reservedCodes = map[string]bool{
	"admin": true, "api": true, "www": true, "mail": true, "static": true, "stores": true,
	"store": true, "assets": true, "health": true, "metrics": true,
}

var codeForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// ValidCode tells whether code can name a store: a DNS label (RFC 1123) of 2 to 40
// lower-case letters, digits and single hyphens that starts with a letter, and is not reserved.
func ValidCode(code string) bool {
	return len(code) >= 2 && len(code) <= 40 && codeForm.MatchString(code) && !reservedCodes[code]
}

// hostForm tells whether labels are of letters, digits and inner hyphens; the first may have underscores too. It runs on each request.
func hostForm(host string) bool {
	for first := true; ; first = false {
		label, rest, more := strings.Cut(host, ".")
		for i := range len(label) {
			c := label[i]
			inner := i > 0 && i < len(label)-1
			switch {
			case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			case c == '-' && inner:
			case c == '_' && first && (i == 0 || inner):
			default:
				return false
			}
		}
		if label == "" {
			return false
		}
		if !more {
			return true
		}
		host = rest
	}
}

// NormalizeHost gives the form under which hosts are compared: lower case, no port, no trailing dot,
// internationalised names in punycode (RFC 5891). It is empty for what cannot be a host.
func NormalizeHost(host string) string {
	if strings.IndexByte(host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || len(host) > 253 {
		return ""
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return ""
			}
			host = ascii
			break
		}
	}
	if c := host[len(host)-1]; c <= '9' || c == ']' || strings.IndexByte(host, ':') >= 0 {
		if ip := net.ParseIP(strings.Trim(host, "[]")); ip != nil {
			return ip.String()
		}
	}
	if !hostForm(host) {
		return ""
	}
	return host
}
