package domains

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wizamart/framework/tlscert"
)

func TestCertificatesThatEnd(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	fine := []tlscert.State{{Host: "a.example", NotAfter: now.Add(60 * day)}, {Host: "b.example", NotAfter: now.Add(8 * day), Failures: 3}, {Host: "new.example"}}
	if err := certificatesIn(fine, now); err != nil {
		t.Errorf("nothing ends: %v", err)
	}
	bad := append([]tlscert.State{{Host: "c.example", NotAfter: now.Add(6 * day)}, {Host: "d.example", NotAfter: now.Add(-day)}, {Host: "e.example", Failures: 1, Error: "no"}}, fine...)
	err := certificatesIn(bad, now)
	for _, want := range []string{"2 certificates end", "c.example (2026-11-07)", "d.example (ended)", "1 names have no certificate", "e.example"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	var many []tlscert.State
	for i := range 1000 {
		many = append(many, tlscert.State{Host: fmt.Sprintf("shop-%04d.example", i), Failures: 1})
	}
	if err := certificatesIn(many, now); err == nil || len(err.Error()) > 250 {
		t.Errorf("a thousand names make a text of %d characters", len(err.Error()))
	}
}
