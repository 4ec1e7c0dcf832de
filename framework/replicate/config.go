package replicate

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Config is what litestream.yml says, as far as this program needs it. The same file serves the stock command.
type Config struct {
	Target      Target
	L0Retention time.Duration // how long uncompacted files stay; 5 minutes unless said
	Snapshots   time.Duration // between two full snapshots; 24 hours unless said
	Retention   time.Duration // how far back a restore can go; 30 days unless said
}

// DefaultConfig keeps the replica in a directory: it needs no account, and protects from mistakes but not from the loss of
// the disk it shares.
func DefaultConfig(dir string) Config {
	return Config{Target: Target{Dir: dir}, L0Retention: 5 * time.Minute, Snapshots: 24 * time.Hour, Retention: 30 * 24 * time.Hour}
}

type settings struct {
	AccessKeyID     string `yaml:"access-key-id"`
	SecretAccessKey string `yaml:"secret-access-key"`
	Region          string `yaml:"region"`
	Endpoint        string `yaml:"endpoint"`
	Bucket          string `yaml:"bucket"`
	ForcePathStyle  *bool  `yaml:"force-path-style"`
	SkipVerify      bool   `yaml:"skip-verify"`
}

type replicaYAML struct {
	settings `yaml:",inline"`
	Type     string `yaml:"type"`
	URL      string `yaml:"url"`
	Path     string `yaml:"path"`
}

type fileYAML struct {
	settings    `yaml:",inline"`
	L0Retention time.Duration `yaml:"l0-retention"`
	Snapshot    struct {
		Interval  time.Duration `yaml:"interval"`
		Retention time.Duration `yaml:"retention"`
	} `yaml:"snapshot"`
	DBs []struct {
		Replica  *replicaYAML   `yaml:"replica"`
		Replicas []*replicaYAML `yaml:"replicas"`
	} `yaml:"dbs"`
}

// ReadConfig reads a litestream.yml, with environment variables put in as the stock command does it. Its first database
// entry names the replica under which everything is kept. An entry whose url comes out empty stands for the
// directory fallback. Errors name the file and the key.
func ReadConfig(file, fallback string) (Config, error) {
	out := DefaultConfig(fallback)
	text, err := os.ReadFile(file)
	if err != nil {
		return out, fmt.Errorf("read the replica settings: %w", err)
	}
	var y fileYAML
	if err := yaml.Unmarshal([]byte(os.Expand(string(text), os.Getenv)), &y); err != nil {
		return out, fmt.Errorf("read %s: %w", file, err)
	}
	var r *replicaYAML
	if len(y.DBs) > 0 {
		if r = y.DBs[0].Replica; r == nil && len(y.DBs[0].Replicas) > 0 {
			r = y.DBs[0].Replicas[0]
		}
	}
	if r == nil {
		return out, fmt.Errorf("%s: dbs[0].replica is missing: it says where everything is kept", file)
	}
	if y.L0Retention > 0 {
		out.L0Retention = max(y.L0Retention, 2*quietAfter) // see Manager.recheck
	}
	if y.Snapshot.Interval > 0 {
		out.Snapshots = y.Snapshot.Interval
	}
	if y.Snapshot.Retention > 0 {
		out.Retention = y.Snapshot.Retention
	}
	if t, err := r.target(y.settings); err != nil {
		return out, fmt.Errorf("%s: dbs[0].replica: %w", file, err)
	} else if t != (Target{}) {
		out.Target = t
	}
	return out, nil
}

func (r *replicaYAML) target(global settings) (Target, error) {
	either := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	t := Target{
		Bucket: either(r.Bucket, global.Bucket), Region: either(r.Region, global.Region), Endpoint: either(r.Endpoint, global.Endpoint),
		AccessKey: either(r.AccessKeyID, global.AccessKeyID), SecretKey: either(r.SecretAccessKey, global.SecretAccessKey),
		SkipVerify: r.SkipVerify || global.SkipVerify,
	}
	switch {
	case r.URL != "":
		u, err := ParseURL(r.URL)
		if err != nil {
			return t, err
		}
		if u.Dir != "" {
			return u, nil
		}
		t.Bucket, t.Prefix = u.Bucket, u.Prefix
		t.Endpoint, t.Region = either(u.Endpoint, t.Endpoint), either(u.Region, t.Region)
		t.AccessKey, t.SecretKey = either(t.AccessKey, u.AccessKey), either(t.SecretKey, u.SecretKey)
		t.VirtualHost = u.VirtualHost
	case r.Type == "s3":
		t.Prefix = strings.Trim(r.Path, "/")
	case r.Type == "file", r.Type == "" && r.Path != "":
		dir, err := filepath.Abs(r.Path)
		return Target{Dir: dir}, err
	default:
		return Target{}, nil
	}
	if r.ForcePathStyle != nil {
		t.VirtualHost = !*r.ForcePathStyle
	}
	return t.complete()
}

// Target is where replicas are kept: a directory, or a bucket of an S3-compatible service and a prefix in it.
type Target struct {
	Dir string // a directory when set, and all else is empty

	Bucket, Prefix       string
	Region, Endpoint     string // endpoint with its scheme; empty for AWS
	AccessKey, SecretKey string
	VirtualHost          bool // the bucket in the host name instead of the path
	SkipVerify           bool
}

// ParseURL reads file:///dir or s3://bucket/prefix?endpoint=…&region=…, as the stock command takes them. The keys of S3
// come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or LITESTREAM_ACCESS_KEY_ID and LITESTREAM_SECRET_ACCESS_KEY.
func ParseURL(raw string) (Target, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return Target{}, fmt.Errorf("read the replica's URL: %w", err)
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || !strings.HasPrefix(u.Path, "/") {
			return Target{}, fmt.Errorf("%q: a directory is written file:///path", raw)
		}
		return Target{Dir: path.Clean(u.Path)}, nil
	case "s3":
		q := u.Query()
		t := Target{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), Endpoint: q.Get("endpoint"), Region: q.Get("region"), SkipVerify: q.Get("skipVerify") == "true"}
		if style := q.Get("forcePathStyle"); style != "" {
			t.VirtualHost = style == "false"
		}
		return t.complete()
	}
	return Target{}, fmt.Errorf("%q is no replica that this program writes: give file:///path or s3://bucket/prefix", raw)
}

func (t Target) complete() (Target, error) {
	if t.Bucket == "" {
		return t, errors.New("the bucket is missing")
	}
	for _, name := range []string{"AWS", "LITESTREAM"} {
		if t.AccessKey == "" {
			t.AccessKey = os.Getenv(name + "_ACCESS_KEY_ID")
		}
		if t.SecretKey == "" {
			t.SecretKey = os.Getenv(name + "_SECRET_ACCESS_KEY")
		}
	}
	if t.Region == "" {
		t.Region = "us-east-1"
	}
	if t.Endpoint == "" {
		t.VirtualHost = true
	} else if !strings.Contains(t.Endpoint, "://") {
		t.Endpoint = "https://" + t.Endpoint
	}
	return t, nil
}

// Protects tells whether a replica here survives the loss of the machine.
func (t Target) Protects() bool { return t.Dir == "" }

// URL is the address of a part of the replica, without keys. The stock command takes it.
func (t Target) URL(part string) string {
	if t.Dir != "" {
		return (&url.URL{Scheme: "file", Path: filepath.Join(t.Dir, part)}).String()
	}
	u := url.URL{Scheme: "s3", Host: t.Bucket, Path: "/" + path.Join(t.Prefix, part)}
	q := url.Values{}
	if t.Endpoint != "" {
		q.Set("endpoint", t.Endpoint)
		q.Set("region", t.Region)
		if t.VirtualHost {
			q.Set("forcePathStyle", "false")
		}
	} else if t.Region != "" {
		q.Set("region", t.Region)
	}
	if t.SkipVerify {
		q.Set("skipVerify", "true")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// FindConfig is the configuration of a data directory: file when it is given, litestream.yml in the data directory when it is there,
// and otherwise a directory inside the data directory.
func FindConfig(dataDir, file string) (Config, error) {
	fallback, err := filepath.Abs(filepath.Join(dataDir, "replica"))
	if err != nil {
		return Config{}, err
	}
	if file == "" {
		file = filepath.Join(dataDir, "litestream.yml")
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return DefaultConfig(fallback), nil
		}
	}
	return ReadConfig(file, fallback)
}
