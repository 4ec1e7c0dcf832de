package tlscert

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Files serves the operator's own certificate. It is read anew when the file changes, looked at once in ten seconds.
type Files struct {
	cert, key string

	mu     sync.Mutex
	loaded *tls.Certificate
	stamp  time.Time
	looked time.Time
}

// NewFiles reads the certificate and its key, both in PEM.
func NewFiles(cert, key string) (*Files, error) {
	f := &Files{cert: cert, key: key}
	return f, f.load()
}

func (f *Files) load() error {
	info, err := os.Stat(f.cert)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("read the certificate %s: %w", f.cert, err)
	}
	f.loaded, f.stamp = &pair, info.ModTime()
	return nil
}

// GetCertificate is for tls.Config. A changed file that cannot be read leaves the one before in use.
func (f *Files) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now(); now.Sub(f.looked) > 10*time.Second {
		f.looked = now
		if info, err := os.Stat(f.cert); err == nil && !info.ModTime().Equal(f.stamp) {
			if err := f.load(); err != nil {
				return f.loaded, nil //nolint:nilerr // the files may be half-way replaced: the next look takes them
			}
		}
	}
	return f.loaded, nil
}

// Covers tells whether the certificate is for a name.
func (f *Files) Covers(host string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.loaded.Leaf != nil && f.loaded.Leaf.VerifyHostname(host) == nil
}
