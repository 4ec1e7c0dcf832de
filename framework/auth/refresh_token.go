package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"
	"strings"
)

// refreshToken names one generation of a session's refresh token. Its text is derived from the key, so the
// same successor can be given again although the database holds nothing but its hash:
//
//	family "." generation "." key id "." HMAC(key, audience, family, generation, key id)
type refreshToken struct {
	family     string
	generation int64
	key        *key
}

func (t refreshToken) text(audience string) string {
	head := t.family + "." + strconv.FormatInt(t.generation, 10) + "." + t.key.id
	return head + "." + base64url.EncodeToString(mac(t.key.refresh, head+"."+audience))
}

// parseRefreshToken accepts only what text made for the audience. So a guessed token costs no I/O and,
// more important, cannot revoke the family that it names.
func (r *keyring) parseRefreshToken(text, audience string) (refreshToken, bool) {
	parts := strings.Split(text, ".")
	if len(text) > 200 || len(parts) != 4 {
		return refreshToken{}, false
	}
	generation, err := strconv.ParseInt(parts[1], 10, 64)
	k, known := r.byID[parts[2]]
	if err != nil || !known {
		return refreshToken{}, false
	}
	t := refreshToken{parts[0], generation, k}
	return t, hmac.Equal([]byte(text), []byte(t.text(audience)))
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
