package auth

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"sync/atomic"
)

// maxSigned is more than a browser takes as a cookie (4096 bytes, RFC 6265).
const maxSigned = 8 << 10

// Strict: a value has one spelling only.
var base64url = base64.RawURLEncoding.Strict()

// Signer signs values that others keep for us: guest carts, flash messages. The data are readable by
// whoever holds them and do not expire: what must end carries its own time.
type Signer struct{ keys *atomic.Pointer[keyring] }

// Signer is the helper for signed cookies.
func (s *Service) Signer() Signer { return Signer{s.keys} }

// Sign returns data with an HMAC-SHA-256, fit for a cookie or a URL. Another purpose does not open it: a
// value of one store names the store in its purpose, as in "cart " + storeID.
func (s Signer) Sign(purpose string, data []byte) string {
	k := s.keys.Load().current
	body := base64url.EncodeToString(data)
	return k.id + "." + body + "." + base64url.EncodeToString(k.seal(purpose, body))
}

// Open returns the data of a value that Sign made for purpose, and false for anything else. Values
// survive one rotation of the key.
func (s Signer) Open(purpose, value string) ([]byte, bool) {
	if len(value) > maxSigned {
		return nil, false
	}
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		return nil, false
	}
	k, ok := s.keys.Load().byID[parts[0]]
	if !ok {
		return nil, false
	}
	sum, err := base64url.DecodeString(parts[2])
	if err != nil || !hmac.Equal(sum, k.seal(purpose, parts[1])) {
		return nil, false
	}
	data, err := base64url.DecodeString(parts[1])
	return data, err == nil
}

func (k *key) seal(purpose, body string) []byte {
	derived, err := k.derive("signed value: " + purpose)
	if err != nil {
		panic(err) // only a length over 255 hashes is refused
	}
	return mac(derived, body)
}
