package secret

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	seedSize = 20 // bytes: 160 random bits, which a person can still write down
	idSize   = 4
)

// key is one operator's key. Everything is derived from the seed, so that the recovery code brings back the whole of it.
type key struct {
	seed  []byte
	rawID []byte
	id    string // hexadecimal
	check string // proves that a seed is this key's, and tells nothing of it
	aead  cipher.AEAD
}

func newKey() *key {
	seed := make([]byte, seedSize)
	rand.Read(seed) // never fails, since Go 1.24
	k, err := keyOf(seed)
	if err != nil {
		panic(err) // the size is right
	}
	return k
}

func keyOf(seed []byte) (*key, error) {
	if len(seed) != seedSize {
		return nil, errors.New("secret: a key has 20 bytes")
	}
	// RFC 5869. The seed is uniformly random, so Extract is not needed (section 3.3).
	derive := func(purpose string, size int) []byte {
		out, err := hkdf.Expand(sha256.New, seed, "wizamart operator's key: "+purpose, size)
		if err != nil {
			panic(err) // sizes are far below the limit
		}
		return out
	}
	k := &key{seed: seed, rawID: derive("id", idSize), check: hex.EncodeToString(derive("check", 16))}
	k.id = hex.EncodeToString(k.rawID)
	var err error
	k.aead, err = chacha20poly1305.NewX(derive("seal", chacha20poly1305.KeySize))
	return k, err
}
