package tlscert

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/mholt/acmez/v3/acme"
)

// hook sets the TXT records of DNS-01 (RFC 8555, section 8.4) by a command of the operator's:
//
//	COMMAND present _acme-challenge.shops.example VALUE
//	COMMAND cleanup _acme-challenge.shops.example VALUE
//
// “present” returns once the record is visible. Several values may stand under one name at the same time.
type hook struct{ command string }

func (h hook) Present(ctx context.Context, c acme.Challenge) error { return h.run(ctx, "present", c) }

func (h hook) CleanUp(ctx context.Context, c acme.Challenge) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return h.run(ctx, "cleanup", c)
}

func (h hook) run(ctx context.Context, verb string, c acme.Challenge) error {
	words := strings.Fields(h.command)
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], verb, c.DNS01TXTRecordName(), c.DNS01KeyAuthorization())...)
	cmd.Env = os.Environ()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("the DNS hook failed to %s %s: %w: %s", verb, c.DNS01TXTRecordName(), err, strings.TrimSpace(string(out)))
	}
	return nil
}
