package tokens

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"strings"

	"wizamart/framework/app"
)

// A secret is app.TokenPrefix, 40 random characters of 62 (238 bits), and 6 that check them: CRC-32 (IEEE) of all before, in base 62. A scanner can so tell a
// secret from a word without asking anybody: wizamart_[0-9A-Za-z]{46}.
const (
	digits      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	randomChars = 40
	checkChars  = 6
	hintChars   = 4
)

func newSecret() (string, error) {
	out := []byte(app.TokenPrefix)
	for range randomChars {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(digits))))
		if err != nil {
			return "", err
		}
		out = append(out, digits[n.Int64()])
	}
	return string(out) + checksum(string(out)), nil
}

func checksum(text string) string {
	n := crc32.ChecksumIEEE([]byte(text))
	out := make([]byte, checkChars)
	for i := checkChars - 1; i >= 0; i-- {
		out[i] = digits[n%uint32(len(digits))]
		n /= uint32(len(digits))
	}
	return string(out)
}

// wellFormed tells a secret that could be one from what was cut off, mistyped or made up.
func wellFormed(secret string) bool {
	rest, ok := strings.CutPrefix(secret, app.TokenPrefix)
	return ok && len(rest) == randomChars+checkChars && checksum(secret[:len(secret)-checkChars]) == secret[len(secret)-checkChars:]
}

func hashOf(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }

func hintOf(secret string) string { return secret[len(secret)-hintChars:] }
