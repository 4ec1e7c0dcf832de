package secret

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
)

// The recovery code is the seed and 20 bits of its SHA-256 in Crockford's base 32 (https://www.crockford.com/base32.html): six
// groups of six. Small letters, O for 0, and I and L for 1 are read too.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// ErrCode says that a recovery code was mistyped.
var ErrCode = errors.New("this is no recovery code: it has six groups of six letters and digits, and one of them differs from what was written down")

const codeLength = 36

func (k *key) code() string {
	sum := sha256.Sum256(k.seed)
	text := crockford.EncodeToString(append(bytes.Clone(k.seed), sum[:3]...))[:codeLength]
	var groups []string
	for i := 0; i < len(text); i += 6 {
		groups = append(groups, text[i:i+6])
	}
	return strings.Join(groups, "-")
}

// readCode takes out what people put in, and reads letters that are not in the alphabet as the digits they look like.
var readCode = strings.NewReplacer("-", "", " ", "", "\t", "", "\n", "", "\r", "", "O", "0", "I", "1", "L", "1")

func parseCode(code string) (*key, error) {
	text := readCode.Replace(strings.ToUpper(code))
	if len(text) != codeLength {
		return nil, ErrCode
	}
	seed, err := crockford.DecodeString(text[:seedSize*8/5])
	if err != nil {
		return nil, ErrCode
	}
	k, err := keyOf(seed)
	if err != nil || strings.ReplaceAll(k.code(), "-", "") != text {
		return nil, ErrCode
	}
	return k, nil
}
