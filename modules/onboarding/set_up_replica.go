package onboarding

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"

	"wizamart/framework/config"
	"wizamart/framework/replicate"
	"wizamart/framework/web"
)

// replicaData is what is known of where everything is copied to.
type replicaData struct {
	Off      bool
	File     string // the settings' file
	Target   string // of the running server, without keys
	Dir      bool
	Protects bool
	// Next is the target that the file names now, when that is another; it counts after a restart.
	Next  string
	Bad   string // why the file cannot be read
	Tried bool   // the target in force was tried, and works
	Probe *replicate.Probed
	Words string // of the probe
}

func (s *Service) replicaFile() string {
	switch s.app.Config.Replica {
	case "", config.ReplicaDefault:
		return filepath.Join(s.app.Platform.Dir(), "litestream.yml")
	}
	return s.app.Config.Replica
}

// target is where the settings' file says that copies go to, and what the page shows of it.
func (s *Service) target() (t replicate.Target, d replicaData) {
	d.File = s.replicaFile()
	if s.app.Replica == nil {
		d.Off = true
		return t, d
	}
	running := s.app.Replica.Config.Target
	t = running
	d.Target, d.Dir, d.Protects = running.URL(""), running.Dir != "", running.Protects()
	tried, _ := s.app.Platform.Settings().Get(replicaTried)
	d.Tried = tried == d.Target
	file := s.app.Config.Replica
	if file == config.ReplicaDefault {
		file = ""
	}
	cfg, err := replicate.FindConfig(s.app.Platform.Dir(), file)
	switch {
	case err != nil:
		d.Bad = err.Error()
	case cfg.Target != running:
		t, d.Next = cfg.Target, cfg.Target.URL("")
	}
	return t, d
}

func (s *Service) replicaStep(c *web.Context) error {
	_, d := s.target()
	return s.renderStep(c, "replica", nil, d)
}

func (s *Service) postReplicaStep(c *web.Context) error {
	form, err := c.Form()
	if err != nil {
		return err
	}
	return s.leaveOr(c, "replica", form, func() error { return nil })
}

// TryReplica writes, reads and removes an object at the target that the settings name, and remembers that it worked.
func (s *Service) TryReplica(ctx context.Context) (replicaData, error) {
	t, d := s.target()
	if d.Off || d.Bad != "" {
		return d, nil
	}
	wait, cancel := context.WithTimeout(ctx, probeWait)
	defer cancel()
	p := replicate.Probe(wait, t)
	d.Probe, d.Words = &p, inWords(p)
	if p.Err != nil {
		return d, nil
	}
	d.Tried = d.Next == ""
	return d, s.remember(ctx, "onboarding.replica.tried", map[string]string{replicaTried: p.Target})
}

func (s *Service) postReplicaTest(c *web.Context) error {
	d, err := s.TryReplica(c.Ctx())
	if err != nil {
		return err
	}
	return s.renderStep(c, "replica", nil, d)
}

// inWords says what a failed probe means.
func inWords(p replicate.Probed) string {
	if p.Err == nil {
		return ""
	}
	text := p.Err.Error()
	var dns *net.DNSError
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(text, part) {
				return true
			}
		}
		return false
	}
	switch {
	case p.Doing == "open":
		return "The settings are not complete."
	case has("InvalidAccessKeyId"):
		return "The service does not know the access key."
	case has("SignatureDoesNotMatch"):
		return "The secret key does not belong to the access key."
	case has("NoSuchBucket"):
		return "There is no bucket of this name. Make it first."
	case has("AccessDenied", " 403 "):
		return "The keys may not do this in the bucket. They need to list, read, write and remove objects."
	case errors.As(p.Err, &dns):
		return "The service's host cannot be found. Is the endpoint right?"
	case errors.Is(p.Err, context.DeadlineExceeded), has("connection refused", "i/o timeout", "no route to host"):
		return "The service does not answer. Is the endpoint right, and does a firewall let it through?"
	case has("permission denied", "read-only file system"):
		return "This process may not write to the directory."
	case has("no space left"):
		return "The disk is full."
	}
	return "It did not work."
}
