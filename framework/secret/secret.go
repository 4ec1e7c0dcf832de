// Package secret encrypts what is kept in databases with the operator's key, which lies in a file outside the data directory. A
// database, its replica and its snapshots are therefore never enough to read a secret.
//
// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a random nonce. Sealed bytes are: a version (1 byte), the id of the key
// (4), the nonce (24), the ciphertext with its tag. What a value is and where it stands is authenticated with it, so a
// sealed value that is moved to another row, column or store does not open.
package secret

import (
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/chacha20poly1305"

	"wizamart/framework/database"
)

// Migrations of the tables that this package owns.
//
//go:embed migrations
var Migrations embed.FS

// Tables that this package owns, with their classes.
var Tables = []database.Table{{Name: "secret_key", Scope: database.Platform, Class: database.Secret}}

const (
	version = 1
	header  = 1 + idSize + chacha20poly1305.NonceSizeX
)

// ErrDamaged says that sealed bytes are not what was sealed, or stand in another place.
var ErrDamaged = errors.New("secret: the value was changed or moved, and cannot be opened")

// MissingKeyError says that the key with which something was sealed is not in the key file.
type MissingKeyError struct {
	ID   string   // the key that is needed
	File string   // where it was looked for
	Have []string // the keys that are there; none when there is no file
}

func (e *MissingKeyError) Error() string {
	have := "which does not exist"
	if len(e.Have) > 0 {
		have = "which holds key " + strings.Join(e.Have, " and ")
	}
	return fmt.Sprintf("the operator's key %s is needed, and is not in %s, %s: put the key file there, name it with --key-file, or bring it back from its recovery code with “wizamart key restore”", e.ID, e.File, have)
}

// Keys are the operator's keys: the newest seals, all of them open. It is safe for concurrent use.
type Keys struct {
	file string
	ring atomic.Pointer[ring]
	mu   sync.Mutex // one rotation at a time
}

// ring is immutable.
type ring struct{ keys []*key } // the newest first; never empty

func (r *ring) find(id string) *key {
	for _, k := range r.keys {
		if k.id == id {
			return k
		}
	}
	return nil
}

// File is where the keys are kept.
func (k *Keys) File() string { return k.file }

// ID of the key that seals. It is no secret.
func (k *Keys) ID() string { return k.ring.Load().keys[0].id }

// IDs of all keys, the one that seals first.
func (k *Keys) IDs() []string {
	var out []string
	for _, key := range k.ring.Load().keys {
		out = append(out, key.id)
	}
	return out
}

// Where names a place by its parts: the store's id ("" for the platform's file), table, row and column. No part contains a slash.
func Where(parts ...string) string { return strings.Join(parts, "/") }

// Seal encrypts a secret for the place where it is kept; see Where. Sealing twice gives different bytes.
func (k *Keys) Seal(where string, plain []byte) ([]byte, error) {
	key := k.ring.Load().keys[0]
	out := make([]byte, header, header+len(plain)+chacha20poly1305.Overhead)
	out[0] = version
	copy(out[1:], key.rawID)
	rand.Read(out[1+idSize : header]) // never fails, since Go 1.24
	return key.aead.Seal(out, out[1+idSize:header], plain, associated(out, where)), nil
}

// Open decrypts what was sealed for that place. It is MissingKeyError when the key is not here, ErrDamaged when the bytes or the
// place are others.
func (k *Keys) Open(where string, sealed []byte) ([]byte, error) {
	if len(sealed) < header+chacha20poly1305.Overhead || sealed[0] != version {
		return nil, ErrDamaged
	}
	ring := k.ring.Load()
	key := ring.find(hex.EncodeToString(sealed[1 : 1+idSize]))
	if key == nil {
		return nil, &MissingKeyError{ID: hex.EncodeToString(sealed[1 : 1+idSize]), File: k.file, Have: k.IDs()}
	}
	plain, err := key.aead.Open(nil, sealed[1+idSize:header], sealed[header:], associated(sealed, where))
	if err != nil {
		return nil, ErrDamaged
	}
	return plain, nil
}

// Current tells whether a value is sealed with the newest key.
func (k *Keys) Current(sealed []byte) bool {
	return len(sealed) >= header && sealed[0] == version && hex.EncodeToString(sealed[1:1+idSize]) == k.ID()
}

func associated(sealed []byte, where string) []byte {
	return append(append(make([]byte, 0, 1+idSize+len(where)), sealed[:1+idSize]...), where...)
}

// At seals and unseals for one place.
func (k *Keys) At(where string) *Place { return &Place{k, where} }

// Place is Keys for one place.
type Place struct {
	keys  *Keys
	where string
}

// Seal encrypts.
func (p *Place) Seal(plain []byte) ([]byte, error) { return p.keys.Seal(p.where, plain) }

// Unseal decrypts.
func (p *Place) Unseal(sealed []byte) ([]byte, error) { return p.keys.Open(p.where, sealed) }
